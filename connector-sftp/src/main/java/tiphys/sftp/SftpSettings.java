package tiphys.sftp;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tiphys.connectors.broker.Secrets;
import tiphys.connectors.line.LineFields;
import tiphys.connectors.watch.Operation;
import tiphys.connectors.watch.PathFilter;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.language.gotext.GoDuration;
import tiphys.manifest.Value;

/// Which directory of which server is looked at, and who looks.
///
/// @param told what becomes events: files that are new or changed, or those that went
/// @param address the Secret with `HOST:PORT`
/// @param password empty if a key lets one in
/// @param knownHosts the Secret with the server's keys, as `known_hosts` has them; if there is none, the first key that it shows counts
record SftpSettings(
        PathFilter filter,
        Operation told,
        Duration every,
        SecretKey address,
        SecretKey user,
        Optional<SecretKey> password,
        Optional<SecretKey> key,
        Optional<SecretKey> knownHosts,
        Optional<Value.Mapping> metadata)
        implements SourceSettings {
    /// Names the Secret with the server's keys, `NAME/KEY`.
    static final String KNOWN_HOSTS = "tiphys.io/sftp-known-hosts";

    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final Pattern KEY = Pattern.compile("([^/\\s]+)/([^/\\s]+)");

    static SftpSettings read(SourceFields event) {
        var fields = event.fields();
        var interval = fields.text("pollIntervalDuration");
        var every = interval.isEmpty() ? Optional.of(EVERY) : GoDuration.parse(interval);
        if (every.filter(Duration::isPositive).isEmpty()) {
            fields.invalid("pollIntervalDuration", "must be a duration such as 10s, not \"" + interval + "\"");
        }
        var password = Secrets.optional(fields, "password");
        var key = Secrets.optional(fields, "sshKeySecret");
        if (password.isEmpty() && key.isEmpty()) {
            fields.error(Codes.MISSING, "password", fields.path() + " needs password or sshKeySecret");
        }
        return new SftpSettings(
                PathFilter.read(fields.at("watchPathConfig")),
                told(fields),
                every.filter(Duration::isPositive).orElse(EVERY),
                Secrets.required(fields, "address"),
                Secrets.required(fields, "username"),
                password,
                key,
                knownHosts(event.annotations()),
                LineFields.metadata(fields));
    }

    private static Operation told(Fields fields) {
        return switch (fields.required("eventType")) {
            case "CREATE", "" -> Operation.CREATE;
            case "REMOVE" -> Operation.REMOVE;
            case String other -> {
                fields.invalid("eventType", "must be CREATE or REMOVE, not \"" + other + "\"");
                yield Operation.CREATE;
            }
        };
    }

    private static Optional<SecretKey> knownHosts(Fields annotations) {
        var text = annotations.text(KNOWN_HOSTS);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        var named = KEY.matcher(text);
        if (!named.matches()) {
            annotations.invalid(
                    KNOWN_HOSTS, "must name a Secret and its key such as sftp/known_hosts, not \"" + text + "\"");
            return Optional.empty();
        }
        return Optional.of(new SecretKey(KNOWN_HOSTS, named.group(1), named.group(2)));
    }

    @Override
    public List<SecretKey> secrets() {
        return Stream.concat(Stream.of(address, user), Stream.of(password, key, knownHosts).flatMap(Optional::stream))
                .toList();
    }

    @Override
    public Value.Mapping shown() {
        return Value.object(
                "eventType", told.name(), "every", GoDuration.write(every), "knownHosts", knownHosts.isPresent());
    }
}
