package tiphys.grpc;

import java.util.List;
import java.util.Optional;
import tiphys.connectors.broker.Backoff;
import tiphys.connectors.broker.Secrets;
import tiphys.connectors.line.HostPort;
import tiphys.connectors.line.LineFields;
import tiphys.connectors.line.LineKind;
import tiphys.connectors.line.LineSource;
import tiphys.events.source.Assignment;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.Surroundings;
import tiphys.manifest.Value;

/// The type `generic`: events of a server that somebody has written for it, over gRPC. Nobody acknowledges: what is sent while nobody
/// listens is not told.
///
/// This class is loaded with the program; the client is when the first source starts.
public final class GenericKind extends LineKind<GenericKind.Settings> {
    private static final int WAITING = 1_000;
    private static final int HTTPS = 443;

    /// @param config a text that the server understands
    /// @param secure whether over TLS
    record Settings(
            HostPort server,
            String config,
            boolean secure,
            boolean jsonBody,
            Optional<SecretKey> token,
            Optional<Value.Mapping> metadata)
            implements SourceSettings {
        @Override
        public List<SecretKey> secrets() {
            return token.stream().toList();
        }

        @Override
        public Value.Mapping shown() {
            return Value.object("tls", secure, "token", token.isPresent());
        }
    }

    public GenericKind() {
        super(Settings.class);
    }

    @Override
    public String key() {
        return "generic";
    }

    @Override
    public String claims() {
        return """
        events.GenericEventSource honoured url config insecure jsonBody authSecret metadata filter
        """;
    }

    @Override
    public SourceSettings read(SourceFields event) {
        var fields = event.fields();
        return new Settings(
                HostPort.read(fields, "url", HTTPS),
                fields.required("config"),
                !fields.truth("insecure"),
                fields.truth("jsonBody"),
                Secrets.optional(fields, "authSecret"),
                LineFields.metadata(fields));
    }

    @Override
    protected String addressOf(Settings generic) {
        return "grpc://" + generic.server();
    }

    @Override
    protected LineSource.Plan plan(Settings settings, Assignment assignment, Surroundings around) {
        var event = assignment.name().eventName();
        return new LineSource.Plan(
                type(),
                WAITING,
                LineSource.Memory.OURS,
                Backoff.STANDARD,
                () -> GenericLine.dial(settings, assignment.secrets(), event));
    }
}
