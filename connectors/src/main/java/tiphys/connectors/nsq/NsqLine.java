package tiphys.connectors.nsq;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tiphys.connectors.broker.Payload;
import tiphys.connectors.line.Causes;
import tiphys.connectors.line.Desk;
import tiphys.connectors.line.Desk.Acknowledgement;
import tiphys.connectors.line.HostPort;
import tiphys.connectors.line.Line;
import tiphys.events.EventData;
import tiphys.events.source.SourceSettings.SecretKey;

/// Reads from every nsqd that has the topic, a thread for each, and looks for new ones now and then. A message is finished when its event is
/// on disk; nsqd sends what was not finished again, and it is known by its id. If one connection breaks all are made anew.
final class NsqLine implements Line {
    /// So many nsqds are listened to at most.
    private static final int CONNECTIONS = 40;

    /// What all of them may have sent: nobody waits, so that heartbeats are answered whatever the disk does.
    static final int MOST = CONNECTIONS * NsqConnection.READY;

    private static final Duration LOOK = Duration.ofSeconds(20);

    /// While nobody has the topic.
    private static final Duration LOOK_FOR_FIRST = Duration.ofSeconds(1);

    private final NsqKind.Settings settings;
    private final Map<SecretKey, String> secrets;
    private final Lookup lookup;
    private final Map<HostPort, NsqConnection> connections = new LinkedHashMap<>();
    private final BlockingQueue<IOException> broken = new LinkedBlockingQueue<>();
    private boolean closed;

    private NsqLine(NsqKind.Settings settings, Map<SecretKey, String> secrets) {
        this.settings = settings;
        this.secrets = secrets;
        this.lookup = new Lookup(settings.lookupd(), settings.topic());
    }

    static NsqLine dial(NsqKind.Settings settings, Map<SecretKey, String> secrets)
            throws IOException, InterruptedException {
        var line = new NsqLine(settings, secrets);
        try {
            for (var server : line.lookup.ask()) {
                line.connect(server);
            }
            return line;
        } catch (IOException | InterruptedException | RuntimeException e) {
            line.close();
            throw e;
        }
    }

    /// The connection, if it is a new one.
    private Optional<NsqConnection> connect(HostPort server) throws IOException {
        synchronized (this) {
            if (closed || connections.containsKey(server) || connections.size() >= CONNECTIONS) {
                return Optional.empty();
            }
        }
        var connection = NsqConnection.open(server, settings, secrets);
        synchronized (this) {
            connections.put(server, connection);
            if (closed) {
                connection.close();
            }
        }
        return Optional.of(connection);
    }

    @Override
    public void listen(Desk desk) throws IOException, InterruptedException {
        for (var connection : all()) {
            start(connection, desk);
        }
        while (true) {
            var pause = all().isEmpty() ? LOOK_FOR_FIRST : LOOK;
            var failure = broken.poll(pause.toMillis(), TimeUnit.MILLISECONDS);
            if (failure != null) {
                throw failure;
            }
            for (var server : lookup.ask()) {
                connect(server).ifPresent(connection -> start(connection, desk));
            }
        }
    }

    private synchronized List<NsqConnection> all() {
        return List.copyOf(connections.values());
    }

    private void start(NsqConnection connection, Desk desk) {
        Thread.startVirtualThread(() -> {
            try {
                connection.run((message, finish) -> take(connection, message, finish, desk));
            } catch (IOException e) {
                broken.add(new IOException("nsqd at " + connection.server() + ": " + Causes.words(e), e));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                broken.add(new IOException("a bug: " + e, e));
            }
        });
    }

    private void take(NsqConnection connection, NsqConnection.Message message, Acknowledgement finish, Desk desk)
            throws InterruptedException {
        var complaint = settings.jsonBody() ? Payload.complaint(message.body()) : Optional.<String>empty();
        if (complaint.isPresent()) {
            desk.refuse(complaint.get(), finish);
            return;
        }
        desk.take(new Desk.Message(payload(connection, message), Optional.of("nsq " + message.id())), finish);
    }

    private EventData payload(NsqConnection connection, NsqConnection.Message message) {
        return new Payload()
                .body("body", message.body(), settings.jsonBody())
                .with("timestamp", Long.toString(message.at()))
                .with("nsqdAddress", connection.server().toString())
                .of(settings);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            connections.values().forEach(NsqConnection::close);
        }
        lookup.close();
    }
}
