package tiphys.kafka;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import tiphys.events.source.Assignment;
import tiphys.events.source.OrderedIntake;
import tiphys.events.source.Source;
import tiphys.events.source.SourceState;
import tiphys.events.source.Surroundings;
import tiphys.journal.StoreUnavailable;

/// The messages of a topic, on a thread of its own: connects, and reads ([Reading]) until the connection breaks; then it connects anew,
/// after pauses as the manifest says them. It is never given up.
final class KafkaSource implements Source {
    private static final Logger LOG = System.getLogger(KafkaSource.class.getName());
    private static final Duration END = Duration.ofSeconds(10);
    private static final Duration PARTING = Duration.ofSeconds(2);

    private final Assignment assignment;
    private final KafkaSettings settings;
    private final Surroundings around;
    private final OrderedIntake intake;
    private final Positions positions;
    private final Semaphore news = new Semaphore(0);
    private final Thread thread;
    private final AtomicReference<Optional<Refusals>> refusals = new AtomicReference<>(Optional.empty());
    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
    private volatile boolean listening;
    private volatile boolean closed;

    KafkaSource(Assignment assignment, Surroundings around) {
        this.assignment = assignment;
        this.settings = (KafkaSettings) assignment.settings();
        this.around = around;
        this.intake = new OrderedIntake(around, 2 * Reading.MOST, news::release);
        this.positions = new Positions(settings, around);
        // the client waits in the system's own way, which would hold up a virtual thread's carrier
        this.thread = Thread.ofPlatform().name("source-" + assignment.name()).daemon().unstarted(this::run);
    }

    KafkaSource start() {
        thread.start();
        return this;
    }

    private void run() {
        int failed = 0;
        try {
            while (!closed) {
                try {
                    read();
                } catch (KafkaException | GeneralSecurityException | CompletionException e) {
                    failed = listening ? 1 : failed + 1;
                    listening = false;
                    if (!closed) {
                        pause(told(e), settings.backoff().pause(failed, RandomGenerator.getDefault()));
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

    private void read() throws GeneralSecurityException, InterruptedException {
        var id = "tiphys-" + assignment.name().toString().replace('/', '-');
        var connection = new Connection(settings.url(), settings.tls(), settings.sasl(), assignment.secrets(), id);
        var client = connection.settings();
        var reading = new KafkaConsumer<byte[], byte[]>(Reading.settings(client, settings));
        consumer = reading;
        try {
            if (!closed) {
                var topic = topic(client, reading);
                positions.begin(topic, reading);
                new Reading(this, topic, reading).run();
            }
        } catch (WakeupException | InterruptException e) {
            if (!closed) {
                throw e;
            }
        } finally {
            consumer = null;
            reading.close(CloseOptions.timeout(PARTING));
        }
    }

    private Topic topic(Map<String, Object> client, KafkaConsumer<byte[], byte[]> reading) throws InterruptedException {
        try {
            return Topic.ask(client, settings.topic());
        } catch (UnknownTopicOrPartitionException e) {
            reading.partitionsFor(settings.topic()); // a broker that makes topics when they are asked for does so now
            throw e;
        }
    }

    private String told(Exception failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        var where = "Kafka at " + settings.url();
        return switch (cause) {
            case TimeoutException _ -> where + " does not answer: " + cause.getMessage();
            case UnknownTopicOrPartitionException _ ->
                    "%s has no topic %s; it is waited for until somebody makes it".formatted(where, settings.topic());
            case KafkaException e when e.getCause() != null ->
                    where + " cannot be read: " + e.getMessage() + ": " + e.getCause().getMessage();
            case KafkaException e -> where + " cannot be read: " + e.getMessage();
            case StoreUnavailable _ -> "events cannot be recorded: " + cause.getMessage();
            default -> String.valueOf(cause.getMessage());
        };
    }

    private void pause(String why, Duration pause) throws InterruptedException {
        backOff(why, pause);
        await(pause);
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

    /// Nobody answers on a connection that stood.
    void isSilent(TimeoutException failure) {
        backOff(told(failure), Duration.ofSeconds(1));
    }

    /// Waits for so long, or until it is to end.
    void await(Duration pause) throws InterruptedException {
        long until = System.nanoTime() + pause.toNanos();
        while (!closed && System.nanoTime() < until) {
            if (news.tryAcquire(Math.max(until - System.nanoTime(), 1), TimeUnit.NANOSECONDS)) {
                news.drainPermits();
            }
        }
    }

    /// Waits a moment for something to be recorded.
    void awaitNews() throws InterruptedException {
        if (news.tryAcquire(200, TimeUnit.MILLISECONDS)) {
            news.drainPermits();
        }
    }

    /// The connection stands, and what comes from now on is told.
    void works() {
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

    /// Counts a message that becomes no event.
    void refuse(String why) {
        LOG.log(Level.WARNING, "{0}: {1}", assignment.name(), why);
        refusals.updateAndGet(
                before -> Optional.of(new Refusals(before.map(Refusals::total).orElse(0L) + 1, now(), why)));
    }

    boolean isClosed() {
        return closed;
    }

    /// Whether what happens now is told. For tests.
    boolean isListening() {
        return listening;
    }

    Assignment assignment() {
        return assignment;
    }

    KafkaSettings settings() {
        return settings;
    }

    Surroundings around() {
        return around;
    }

    OrderedIntake intake() {
        return intake;
    }

    Positions positions() {
        return positions;
    }

    Instant now() {
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
        var reading = consumer;
        if (reading != null) {
            reading.wakeup();
        }
        try {
            if (!thread.join(END)) {
                thread.interrupt();
                LOG.log(Level.WARNING, "{0} does not end; it is left behind", assignment.name());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
