package tiphys.connectors.redis;

import java.util.List;
import java.util.Optional;
import tiphys.connectors.broker.Backoff;
import tiphys.connectors.line.LineFields;
import tiphys.connectors.line.LineKind;
import tiphys.connectors.line.LineSource;
import tiphys.events.source.Assignment;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.Surroundings;
import tiphys.events.spec.Codes;
import tiphys.manifest.Value;

/// The type `redis`: what is published on channels. The server keeps nothing for who does not listen.
public final class ChannelKind extends LineKind<ChannelKind.Settings> {
    private static final int WAITING = 1_000;

    record Settings(RedisServer server, List<String> channels, boolean jsonBody, Optional<Value.Mapping> metadata)
            implements SourceSettings {
        Settings {
            channels = List.copyOf(channels);
        }

        @Override
        public List<SecretKey> secrets() {
            return server.secrets();
        }

        @Override
        public Value.Mapping shown() {
            return Value.object("tls", server.tls().isPresent());
        }
    }

    /// Found by its name as a service.
    public ChannelKind() {
        super(Settings.class);
    }

    @Override
    public String key() {
        return "redis";
    }

    @Override
    public String claims() {
        return """
        events.RedisEventSource honoured hostAddress password username db channels tls jsonBody metadata filter
        events.RedisEventSource ignored namespace : the Secret is in the EventSource's own namespace
        """;
    }

    @Override
    public SourceSettings read(SourceFields event) {
        var fields = event.fields();
        var channels = fields.texts("channels");
        if (channels.isEmpty()) {
            fields.error(Codes.MISSING, "channels", fields.path("channels") + " must name a channel at least");
        }
        return new Settings(RedisServer.read(fields), channels, fields.truth("jsonBody"), LineFields.metadata(fields));
    }

    @Override
    protected String addressOf(Settings redis) {
        return redis.server().url() + " " + String.join(", ", redis.channels());
    }

    @Override
    protected LineSource.Plan plan(Settings settings, Assignment assignment, Surroundings around) {
        return new LineSource.Plan(
                type(),
                WAITING,
                LineSource.Memory.OURS,
                Backoff.STANDARD,
                () -> ChannelLine.dial(settings, assignment.secrets()));
    }
}
