package tiphys.connectors.line;

import java.util.Optional;
import java.util.regex.Pattern;
import tiphys.events.spec.Fields;

/// Where a server listens.
public record HostPort(String host, int port) {
    private static final Pattern WRITTEN = Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[^:/\\s\\[\\]]*)(?::([0-9]{1,5}))?");

    /// Reads `host:port`; empty if it is none.
    ///
    /// @param port if the text names none
    public static Optional<HostPort> parse(String text, int port) {
        var written = WRITTEN.matcher(text);
        if (!written.matches()) {
            return Optional.empty();
        }
        int named = written.group(2) == null ? port : Integer.parseInt(written.group(2));
        if (named < 1 || named > 65_535) {
            return Optional.empty();
        }
        var host = written.group(1).replace("[", "").replace("]", "");
        return Optional.of(new HostPort(host.isEmpty() ? "localhost" : host, named));
    }

    /// The required field that names one.
    public static HostPort read(Fields fields, String field, int port) {
        var text = fields.required(field);
        var read = parse(text, port);
        if (read.isEmpty()) {
            fields.invalid(field, "must be a host and a port such as db.example:" + port + ", not \"" + text + "\"");
        }
        return read.orElse(new HostPort("localhost", port));
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
