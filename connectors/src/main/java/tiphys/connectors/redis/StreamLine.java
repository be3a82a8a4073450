package tiphys.connectors.redis;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tiphys.connectors.broker.Payload;
import tiphys.connectors.line.Desk;
import tiphys.connectors.line.Desk.Acknowledgement;
import tiphys.connectors.line.Line;
import tiphys.events.source.Checkpoint;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.journal.CursorMove;
import tiphys.language.gotext.GoText;
import tiphys.manifest.Value;

/// Reads streams as one consumer of a group, under the name that Argo's source has, so that it takes over what that one left pending. First
/// what is pending, then what is new. An entry is acknowledged when its event is on disk.
final class StreamLine implements Line {
    private static final String CONSUMER = "argo-events-worker";
    private static final Duration BLOCK = Duration.ofSeconds(2);
    private static final Duration SLACK = Duration.ofSeconds(20);

    /// What another consumer of the group has left so long is taken over, and looked for that often.
    private static final Duration ABANDONED = Duration.ofMinutes(5);

    private static final Duration LOOK = Duration.ofMinutes(1);
    private static final int CLAIM = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final StreamKind.Settings settings;
    private final Checkpoint checkpoint;
    private final RedisConnection redis;

    private StreamLine(StreamKind.Settings settings, Checkpoint checkpoint, RedisConnection redis) {
        this.settings = settings;
        this.checkpoint = checkpoint;
        this.redis = redis;
    }

    static StreamLine dial(StreamKind.Settings settings, Map<SecretKey, String> secrets, Checkpoint checkpoint)
            throws IOException {
        var line = new StreamLine(settings, checkpoint, RedisConnection.open(settings.server(), secrets));
        try {
            for (var stream : settings.streams()) {
                line.makeGroup(stream);
            }
            line.redis.patience(BLOCK.plus(SLACK));
            return line;
        } catch (IOException e) {
            line.close();
            throw new IOException("the consumer group " + settings.group() + " cannot be used", e);
        }
    }

    /// The group begins with what is new; but if it went while this source had read some already, behind that.
    private void makeGroup(String stream) throws IOException {
        var millis = checkpoint.at(stream);
        var begin = millis.isEmpty() ? "$" : (millis.getAsLong() - 1) + "-" + Long.MAX_VALUE;
        try {
            redis.call(List.of("XGROUP", "CREATE", stream, settings.group(), begin, "MKSTREAM"));
        } catch (RedisConnection.Refused e) {
            if (!e.words().startsWith("BUSYGROUP")) {
                throw e;
            }
        }
    }

    @Override
    public void listen(Desk desk) throws IOException, InterruptedException {
        long looked = System.nanoTime() - LOOK.toNanos();
        while (true) {
            if (System.nanoTime() - looked >= LOOK.toNanos()) {
                takeOver();
                while (read("0", desk)) {
                    // until nothing is pending
                }
                looked = System.nanoTime();
            }
            read(">", desk);
        }
    }

    /// Makes ours what others have left.
    private void takeOver() throws IOException {
        for (var stream : settings.streams()) {
            try {
                redis.call(
                        List.of(
                                "XAUTOCLAIM",
                                stream,
                                settings.group(),
                                CONSUMER,
                                Long.toString(ABANDONED.toMillis()),
                                "0-0",
                                "COUNT",
                                Integer.toString(CLAIM),
                                "JUSTID"));
            } catch (RedisConnection.Refused e) {
                if (!e.words().contains("unknown command")) { // servers before 6.2 cannot
                    throw e;
                }
            }
        }
    }

    /// Takes in what is there.
    ///
    /// @param from `>` for what is new, which is waited for, or `0` for what is pending
    /// @return whether there was something
    private boolean read(String from, Desk desk) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("XREADGROUP", "GROUP", settings.group(), CONSUMER));
        command.addAll(List.of("COUNT", Integer.toString(settings.atOnce())));
        if (from.equals(">")) {
            command.addAll(List.of("BLOCK", Long.toString(BLOCK.toMillis())));
        }
        command.add("STREAMS");
        command.addAll(settings.streams());
        command.addAll(Collections.nCopies(settings.streams().size(), from));
        var taken = new TreeMap<String, List<String>>();
        for (var stream : redis.call(command).items()) {
            var name = stream.items().getFirst().text();
            for (var entry : stream.items().get(1).items()) {
                var id = entry.items().getFirst().text();
                taken.computeIfAbsent(name, _ -> new ArrayList<>()).add(id);
                if (entry.items().get(1) instanceof Reply.Many(var fields)) { // nothing, if it was deleted meanwhile
                    desk.take(message(name, id, fields), Acknowledgement.NONE);
                }
            }
        }
        if (taken.isEmpty()) {
            return false;
        }
        while (!desk.settle(PATIENCE)) {
            redis.call(List.of("PING")); // also finds out that it was closed
        }
        for (var stream : taken.entrySet()) {
            var acknowledge = new ArrayList<>(List.of("XACK", stream.getKey(), settings.group()));
            acknowledge.addAll(stream.getValue());
            redis.call(acknowledge);
        }
        return true;
    }

    private Desk.Message message(String stream, String id, List<Reply> fields) {
        var values = new TreeMap<String, Value>(GoText::compare);
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            values.put(fields.get(i).text(), Value.text(fields.get(i + 1).text()));
        }
        var payload =
                new Payload()
                        .with("stream", stream)
                        .with("message_id", id)
                        .with("values", Value.of(values))
                        .of(settings);
        return new Desk.Message(payload, Optional.of("redisStream " + stream + " " + id), moves(stream, id));
    }

    private List<CursorMove> moves(String stream, String id) {
        int dash = id.indexOf('-');
        long millis = Long.parseUnsignedLong(dash < 0 ? id : id.substring(0, dash));
        return millis > 0 ? List.of(checkpoint.to(stream, millis)) : List.of();
    }

    @Override
    public void close() {
        redis.close();
    }
}
