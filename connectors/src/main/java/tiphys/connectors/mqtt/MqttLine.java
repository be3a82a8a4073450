package tiphys.connectors.mqtt;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import tiphys.connectors.line.Desk;
import tiphys.connectors.line.Line;
import tiphys.events.EventData;
import tiphys.events.source.Checkpoint;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.source.Surroundings;
import tiphys.journal.CursorMove;

/// Hears the messages of a topic filter. Where the server keeps them (quality of service 1, and a session that lasts), each is acknowledged
/// when its event is on disk. A server sends what it retains again at each subscription; so this subscribes only where the session does
/// not have the subscription yet, which the checkpoint says.
final class MqttLine implements Line {
    private static final String SUBSCRIBED = "subscribed";
    private static final Duration PING = MqttConnection.KEEP_ALIVE.dividedBy(3);

    private final MqttConnection mqtt;
    private final Making making;
    private final List<CursorMove> moves;
    private volatile boolean closed;

    /// Makes a message of what was published.
    interface Making {
        /// @throws NoEvent if it can be none
        EventData of(MqttConnection.Published published) throws NoEvent;
    }

    /// Something that can be no event.
    static final class NoEvent extends Exception {
        private static final long serialVersionUID = 1;
        private final String words;

        NoEvent(String words) {
            super(words);
            this.words = words;
        }
    }

    private MqttLine(MqttConnection mqtt, Making making, List<CursorMove> moves) {
        this.mqtt = mqtt;
        this.making = making;
        this.moves = moves;
    }

    static MqttLine dial(MqttSession session, Map<SecretKey, String> secrets, Surroundings around, Making making)
            throws IOException {
        var checkpoint = around.checkpoint();
        var mark = mark(session);
        if (session.keeps() && isOther(checkpoint, mark)) {
            forget(session, secrets);
        }
        var mqtt = MqttConnection.open(session, secrets);
        try {
            boolean known = mqtt.connect(secrets, !session.keeps());
            if (!known || checkpoint.at(SUBSCRIBED).isEmpty()) {
                mqtt.subscribe();
            }
            var moves = session.keeps() ? List.of(checkpoint.to(SUBSCRIBED, mark)) : List.<CursorMove>of();
            if (!moves.isEmpty() && !isSame(checkpoint, mark)) {
                var _ = around.intake().passOver(moves, around.clock().instant());
            }
            mqtt.patience(MqttConnection.KEEP_ALIVE);
            return new MqttLine(mqtt, making, moves);
        } catch (IOException e) {
            mqtt.close();
            throw e;
        }
    }

    /// A number that stands for what a session is subscribed to.
    private static long mark(MqttSession session) {
        long hash = 1;
        for (int i = 0; i < session.topicFilter().length(); i++) {
            hash = hash * 31 + session.topicFilter().charAt(i);
        }
        return hash == 0 ? 1 : hash & Long.MAX_VALUE;
    }

    private static boolean isSame(Checkpoint checkpoint, long mark) {
        return checkpoint.at(SUBSCRIBED).orElse(0) == mark;
    }

    private static boolean isOther(Checkpoint checkpoint, long mark) {
        return checkpoint.at(SUBSCRIBED).isPresent() && !isSame(checkpoint, mark);
    }

    /// The manifest asks for another topic than before: the server is to forget what it kept of that one.
    private static void forget(MqttSession session, Map<SecretKey, String> secrets) throws IOException {
        try (var mqtt = MqttConnection.open(session, secrets)) {
            mqtt.connect(secrets, true);
        }
    }

    @Override
    public void listen(Desk desk) throws IOException, InterruptedException {
        var pings = Thread.ofVirtual().name("mqtt-ping").start(this::ping);
        try {
            while (true) {
                var packet = mqtt.read();
                if (packet.type() == Packets.PUBLISH) {
                    take(mqtt.published(packet), desk);
                }
            }
        } finally {
            closed = true;
            pings.interrupt();
        }
    }

    private void take(MqttConnection.Published published, Desk desk) throws InterruptedException {
        Desk.Acknowledgement acknowledgement =
                published.id() == 0 ? Desk.Acknowledgement.NONE : () -> mqtt.acknowledge(published.id());
        try {
            var message = new Desk.Message(making.of(published), Optional.empty(), moves);
            desk.take(message, acknowledgement);
        } catch (NoEvent e) {
            desk.refuse(e.words, acknowledgement);
        }
    }

    /// Also while nothing is read, because nothing can be recorded.
    private void ping() {
        try {
            while (!closed) {
                TimeUnit.MILLISECONDS.sleep(PING.toMillis());
                mqtt.ping();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException _) {
            // who reads finds out
        }
    }

    @Override
    public void close() {
        closed = true;
        mqtt.close();
    }
}
