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

/// The type `redisStream`: the entries of streams, read as a consumer of a group.
public final class StreamKind extends LineKind<StreamKind.Settings> {
    private static final int READ_AT_ONCE = 10;
    private static final String GROUP = "argo-events-cg";

    record Settings(
            RedisServer server, List<String> streams, int atOnce, String group, Optional<Value.Mapping> metadata)
            implements SourceSettings {
        Settings {
            streams = List.copyOf(streams);
        }

        @Override
        public List<SecretKey> secrets() {
            return server.secrets();
        }

        @Override
        public Value.Mapping shown() {
            return Value.object("consumerGroup", group, "tls", server.tls().isPresent());
        }
    }

    /// Found by its name as a service.
    public StreamKind() {
        super(Settings.class);
    }

    @Override
    public String key() {
        return "redisStream";
    }

    @Override
    public String claims() {
        return """
        events.RedisStreamEventSource honoured hostAddress password username db streams maxMsgCountPerRead consumerGroup tls metadata filter
        """;
    }

    @Override
    public SourceSettings read(SourceFields event) {
        var fields = event.fields();
        var streams = fields.texts("streams");
        if (streams.isEmpty()) {
            fields.error(Codes.MISSING, "streams", fields.path("streams") + " must name a stream at least");
        }
        int atOnce = LineFields.number(fields, "maxMsgCountPerRead", READ_AT_ONCE);
        var group = fields.text("consumerGroup");
        return new Settings(
                RedisServer.read(fields),
                streams,
                atOnce == 0 ? READ_AT_ONCE : Math.min(atOnce, 1_000),
                group.isEmpty() ? GROUP : group,
                LineFields.metadata(fields));
    }

    @Override
    protected String addressOf(Settings redis) {
        return redis.server().url() + " " + String.join(", ", redis.streams());
    }

    @Override
    protected LineSource.Plan plan(Settings settings, Assignment assignment, Surroundings around) {
        return new LineSource.Plan(
                type(),
                settings.atOnce() * settings.streams().size(),
                LineSource.Memory.THEIRS,
                Backoff.STANDARD,
                () -> StreamLine.dial(settings, assignment.secrets(), around.checkpoint()));
    }
}
