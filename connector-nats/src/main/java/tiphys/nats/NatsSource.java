package tiphys.nats;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.ErrorListener;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.Nats;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import tiphys.connectors.broker.BrokerSource;
import tiphys.connectors.broker.Payload;
import tiphys.events.Arrival;
import tiphys.events.EventData;
import tiphys.events.source.Assignment;
import tiphys.events.source.Surroundings;
import tiphys.manifest.Value;

/// The messages of a subject: connects, and reads ([Passing] or [Stream]) until the connection is closed. One that breaks is mended by
/// the client itself.
final class NatsSource extends BrokerSource {
    /// So many messages are held at most.
    static final int MOST = 500;

    /// So long somebody who waits for a message does not look at anything else.
    static final Duration ASK = Duration.ofMillis(200);

    private static final Logger LOG = System.getLogger(NatsSource.class.getName());
    private static final Duration FLUSH = Duration.ofSeconds(5);

    private final NatsSettings settings;
    private final AtomicReference<String> complaint = new AtomicReference<>("");

    /// One way to read.
    interface Reading {
        /// Waits for a message for so long as [#ASK], and deals with it.
        void next() throws IOException, InterruptedException, JetStreamApiException;

        /// Leaves in order.
        default void end() throws InterruptedException {}
    }

    NatsSource(Assignment assignment, Surroundings around) {
        this(assignment, around, (NatsSettings) assignment.settings());
    }

    private NatsSource(Assignment assignment, Surroundings around, NatsSettings settings) {
        super(assignment, around, settings.backoff(), MOST, Thread.ofVirtual());
        this.settings = settings;
    }

    @Override
    protected void read() throws Broken, InterruptedException {
        try {
            connect();
        } catch (IOException | GeneralSecurityException | JetStreamApiException | TimeoutException e) {
            throw new Broken(told(e), e);
        } catch (IllegalStateException e) { // so the client says that a connection or a consumer of it went
            throw new Broken(told(e), e);
        }
    }

    private void connect()
            throws IOException,
                    GeneralSecurityException,
                    InterruptedException,
                    JetStreamApiException,
                    TimeoutException {
        var name = "tiphys-" + assignment().name().toString().replace('/', '-');
        var client =
                new NatsClient(
                        settings.url(),
                        settings.tls(),
                        settings.login(),
                        settings.backoff(),
                        assignment().secrets(),
                        name);
        complaint.set("");
        var options = client.settings().connectionListener(this::heard).errorListener(new Complaints()).build();
        var connection = Nats.connect(options);
        try {
            Reading reading =
                    settings.consumer().isPresent()
                            ? Stream.of(this, connection, settings.consumer().get())
                            : new Passing(this, connection);
            connection.flush(FLUSH);
            if (!complaint.get().isEmpty()) {
                throw new IOException(complaint.get());
            }
            works();
            while (!isClosed()) {
                reading.next();
                if (connection.getStatus() == Connection.Status.CLOSED) {
                    throw new IOException("it closed the connection; " + complaint.get());
                }
            }
            reading.end();
        } finally {
            connection.close();
        }
    }

    private String told(Exception failure) {
        return failure instanceof GeneralSecurityException
                ? String.valueOf(failure.getMessage())
                : "NATS at %s cannot be read: %s".formatted(settings.url(), failure.getMessage());
    }

    /// Hears how the connection fares; the client tells it on threads of its own.
    private void heard(Connection connection, ConnectionListener.Events event) {
        if (isClosed()) {
            return;
        }
        if (event == ConnectionListener.Events.DISCONNECTED && isListening()) {
            fell("NATS at %s does not answer".formatted(settings.url()), settings.backoff().first());
        } else if (event == ConnectionListener.Events.RESUBSCRIBED) {
            works();
        }
    }

    /// Hands a message in, as soon as there is room.
    ///
    /// @return whether it becomes an event
    boolean tell(Message message, Optional<String> identity) throws InterruptedException {
        try {
            var name = assignment().name();
            intake().put(
                            new Arrival(
                                    name.namespace(),
                                    name.eventSource(),
                                    name.eventName(),
                                    "nats",
                                    payload(message, settings),
                                    identity,
                                    now()));
            return true;
        } catch (Payload.NotJson e) {
            refuse(
                    "a message of %s was left out: %s"
                            .formatted(identity.orElse("subject " + message.getSubject()), e.getMessage()));
            return false;
        }
    }

    /// What Argo Events makes of a message.
    private static EventData payload(Message message, NatsSettings settings) throws Payload.NotJson {
        Payload.check(message.getData(), settings.jsonBody());
        var payload =
                new Payload()
                        .with("subject", message.getSubject())
                        .body("body", message.getData(), settings.jsonBody());
        if (message.hasHeaders() && message.getHeaders() != null) {
            var headers = Value.Mapping.EMPTY;
            for (var header : message.getHeaders().entrySet()) {
                headers =
                        headers.with(header.getKey(), Value.list(header.getValue().stream().map(Value::text).toList()));
            }
            payload.with("header", headers);
        }
        return payload.of(settings);
    }

    NatsSettings settings() {
        return settings;
    }

    /// Hears what the server says against the client.
    private final class Complaints implements ErrorListener {
        @Override
        public void errorOccurred(Connection connection, String error) {
            complaint.set(error);
        }

        @Override
        public void exceptionOccurred(Connection connection, Exception problem) {
            LOG.log(Level.DEBUG, "{0}: {1}", assignment().name(), problem);
        }

        @Override
        public void slowConsumerDetected(Connection connection, io.nats.client.Consumer consumer) {
            // it is counted where messages are taken
        }

        @Override
        public void pullStatusError(
                Connection connection,
                io.nats.client.JetStreamSubscription subscription,
                io.nats.client.support.Status status) {
            complaint.set(status.getMessageWithCode());
        }
    }
}
