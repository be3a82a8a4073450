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
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import tiphys.connectors.broker.MessagePayload;
import tiphys.events.Arrival;
import tiphys.events.EventData;
import tiphys.events.source.Assignment;
import tiphys.events.source.OrderedIntake;
import tiphys.events.source.Source;
import tiphys.events.source.SourceState;
import tiphys.events.source.Surroundings;
import tiphys.language.gotext.GoJson;
import tiphys.manifest.Value;

/// The messages of a subject, on a thread of its own: connects, and reads ([Passing] or [Stream]) until the connection is closed; then it
/// connects anew, after pauses as the manifest says them. A connection that breaks is mended by the client itself.
final class NatsSource implements Source {
    /// So many messages are held at most.
    static final int MOST = 500;

    /// So long somebody who waits for a message does not look at anything else.
    static final Duration ASK = Duration.ofMillis(200);

    private static final Logger LOG = System.getLogger(NatsSource.class.getName());
    private static final Duration END = Duration.ofSeconds(10);
    private static final Duration FLUSH = Duration.ofSeconds(5);

    private final Assignment assignment;
    private final NatsSettings settings;
    private final Surroundings around;
    private final OrderedIntake intake;
    private final Semaphore news = new Semaphore(0);
    private final Thread thread;
    private final AtomicReference<Optional<Refusals>> refusals = new AtomicReference<>(Optional.empty());
    private final AtomicReference<String> complaint = new AtomicReference<>("");
    private volatile boolean listening;
    private volatile boolean closed;

    /// One way to read.
    interface Reading {
        /// Waits for a message for so long as [#ASK], and deals with it.
        void next() throws IOException, InterruptedException, JetStreamApiException;

        /// Leaves in order.
        default void end() throws InterruptedException {}
    }

    NatsSource(Assignment assignment, Surroundings around) {
        this.assignment = assignment;
        this.settings = (NatsSettings) assignment.settings();
        this.around = around;
        this.intake = new OrderedIntake(around, MOST, news::release);
        this.thread = Thread.ofVirtual().name("source-" + assignment.name()).unstarted(this::run);
    }

    NatsSource start() {
        thread.start();
        return this;
    }

    private void run() {
        int failed = 0;
        try {
            while (!closed) {
                try {
                    read();
                } catch (IOException | GeneralSecurityException | JetStreamApiException | TimeoutException e) {
                    failed = listening ? 1 : failed + 1;
                    listening = false;
                    if (!closed) {
                        var pause = settings.backoff().pause(failed, RandomGenerator.getDefault());
                        backOff(told(e), pause);
                        await(pause);
                    }
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, assignment.name() + " cannot go on", e);
            intake.is(new SourceState.Stopped(now(), "it cannot go on: " + e));
        }
    }

    private void read()
            throws IOException,
                    GeneralSecurityException,
                    InterruptedException,
                    JetStreamApiException,
                    TimeoutException {
        var name = "tiphys-" + assignment.name().toString().replace('/', '-');
        var client =
                new NatsClient(
                        settings.url(),
                        settings.tls(),
                        settings.login(),
                        settings.backoff(),
                        assignment.secrets(),
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
            while (!closed) {
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

    private void backOff(String why, Duration pause) {
        var now = now();
        if (!(intake.state() instanceof SourceState.BackingOff(_, var before, _) && before.equals(why))) {
            LOG.log(Level.WARNING, "{0}: {1}", assignment.name(), why);
        }
        intake.is(
                new SourceState.BackingOff(
                        intake.state() instanceof SourceState.BackingOff before ? before.since() : now,
                        why,
                        now.plus(pause)));
    }

    /// Waits for so long, or until it is to end.
    private void await(Duration pause) throws InterruptedException {
        long until = System.nanoTime() + pause.toNanos();
        while (!closed && System.nanoTime() < until) {
            if (news.tryAcquire(Math.max(until - System.nanoTime(), 1), TimeUnit.NANOSECONDS)) {
                news.drainPermits();
            }
        }
    }

    /// Waits a moment for something to be recorded.
    void awaitNews() throws InterruptedException {
        if (news.tryAcquire(ASK.toMillis(), TimeUnit.MILLISECONDS)) {
            news.drainPermits();
        }
    }

    /// Hears how the connection fares; the client tells it on threads of its own.
    private void heard(Connection connection, ConnectionListener.Events event) {
        if (closed) {
            return;
        }
        if (event == ConnectionListener.Events.DISCONNECTED && listening) {
            listening = false;
            backOff("NATS at %s does not answer".formatted(settings.url()), settings.backoff().first());
        } else if (event == ConnectionListener.Events.RESUBSCRIBED) {
            works();
        }
    }

    private void works() {
        listening = true;
        if (!(intake.state() instanceof SourceState.Running) && intake.isEmpty()) {
            intake.is(new SourceState.Running(now()));
        }
    }

    /// Says what went wrong, though it goes on.
    void mention(String why) {
        LOG.log(Level.WARNING, "{0}: {1}", assignment.name(), why);
        intake.is(new SourceState.BackingOff(now(), why, now()));
        works();
    }

    /// Hands a message in, as soon as there is room.
    ///
    /// @return whether it becomes an event
    boolean tell(Message message, Optional<String> identity) throws InterruptedException {
        try {
            var name = assignment.name();
            intake.put(
                    new Arrival(
                            name.namespace(),
                            name.eventSource(),
                            name.eventName(),
                            "nats",
                            payload(message, settings),
                            identity,
                            now()));
            return true;
        } catch (MessagePayload.NotJson e) {
            var why =
                    "a message of %s was left out: %s"
                            .formatted(identity.orElse("subject " + message.getSubject()), e.getMessage());
            LOG.log(Level.WARNING, "{0}: {1}", assignment.name(), why);
            refusals.updateAndGet(
                    before -> Optional.of(new Refusals(before.map(Refusals::total).orElse(0L) + 1, now(), why)));
            return false;
        }
    }

    /// What Argo Events makes of a message.
    private static EventData payload(Message message, NatsSettings settings) throws MessagePayload.NotJson {
        var payload =
                new MessagePayload()
                        .with("subject", message.getSubject())
                        .raw("body", MessagePayload.body(message.getData(), settings.jsonBody()));
        if (message.hasHeaders() && message.getHeaders() != null) {
            var headers = Value.Mapping.EMPTY;
            for (var header : message.getHeaders().entrySet()) {
                headers =
                        headers.with(header.getKey(), Value.list(header.getValue().stream().map(Value::text).toList()));
            }
            payload.raw("header", GoJson.write(headers));
        }
        return payload.metadata(settings.metadata()).done();
    }

    boolean isClosed() {
        return closed;
    }

    /// Whether what happens now is told. For tests.
    boolean isListening() {
        return listening;
    }

    NatsSettings settings() {
        return settings;
    }

    OrderedIntake intake() {
        return intake;
    }

    private Instant now() {
        return around.clock().instant();
    }

    @Override
    public SourceState state() {
        return intake.state();
    }

    @Override
    public Optional<Trouble> lastTrouble() {
        return intake.lastTrouble();
    }

    @Override
    public Optional<Refusals> refusals() {
        return refusals.get();
    }

    @Override
    public void close() {
        closed = true;
        intake.close();
        news.release();
        try {
            if (!thread.join(END)) {
                thread.interrupt();
                LOG.log(Level.WARNING, "{0} does not end; it is left behind", assignment.name());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Hears what the server says against the client.
    private final class Complaints implements ErrorListener {
        @Override
        public void errorOccurred(Connection connection, String error) {
            complaint.set(error);
        }

        @Override
        public void exceptionOccurred(Connection connection, Exception problem) {
            LOG.log(Level.DEBUG, "{0}: {1}", assignment.name(), problem);
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
