package tiphys.connectors.broker;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tiphys.events.source.Assignment;
import tiphys.events.source.OrderedIntake;
import tiphys.events.source.Source;
import tiphys.events.source.SourceState;
import tiphys.events.source.Surroundings;

/// The messages of a broker by its own client, on a thread of their own: connects and reads until the connection breaks; then it connects
/// anew, after pauses as the manifest says them. It is never given up.
public abstract class BrokerSource implements Source {
    private static final Duration END = Duration.ofSeconds(10);
    private static final Duration MOMENT = Duration.ofMillis(200);

    private final Logger log = System.getLogger(getClass().getName());
    private final Assignment assignment;
    private final Surroundings around;
    private final Backoff backoff;
    private final OrderedIntake intake;
    private final Semaphore news = new Semaphore(0);
    private final Thread.Builder threads;
    private final AtomicReference<Optional<Refusals>> refusals = new AtomicReference<>(Optional.empty());
    private volatile boolean listening;
    private volatile boolean closed;
    private volatile @Nullable Thread thread;

    /// Says that a connection broke, or could not be made, in words for whoever looks after the broker.
    protected static final class Broken extends Exception {
        private static final long serialVersionUID = 1;

        public Broken(String why, Throwable cause) {
            super(why, cause);
        }
    }

    /// @param most how many messages are held at most
    /// @param threads of the kind that the client can wait on
    protected BrokerSource(
            Assignment assignment, Surroundings around, Backoff backoff, int most, Thread.Builder threads) {
        this.assignment = assignment;
        this.around = around;
        this.backoff = backoff;
        this.intake = new OrderedIntake(around, most, news::release);
        this.threads = threads.name("source-" + assignment.name());
    }

    /// Connects, says that it [works][#works()], and reads until it [is closed][#isClosed()].
    protected abstract void read() throws Broken, InterruptedException;

    /// Lets a client go that waits for messages; called after this was closed, by another thread.
    protected void wake() {}

    /// Begins.
    public Source start() {
        thread = threads.start(this::run);
        return this;
    }

    /// Reads again after whatever broke, for ever: what a client throws that says nothing of a broken connection is a bug, and another
    /// connection may not meet it.
    private void run() {
        int failed = 0;
        try {
            while (!closed) {
                String why;
                try {
                    read();
                    continue;
                } catch (Broken e) {
                    why = String.valueOf(e.getMessage());
                } catch (RuntimeException e) {
                    log.log(Level.ERROR, assignment.name() + " was interrupted by a bug", e);
                    why = "a bug, see the server's log: " + e;
                }
                failed = listening ? 1 : failed + 1;
                if (!closed) {
                    var pause = backoff.pause(failed, RandomGenerator.getDefault());
                    fell(why, pause);
                    await(pause);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Nobody is heard until [#works].
    protected void fell(String why, Duration pause) {
        listening = false;
        isSilent(why, pause);
    }

    /// Says that nobody answers for a while, on a connection that may stand.
    public void isSilent(String why, Duration pause) {
        var now = now();
        if (!(intake.state() instanceof SourceState.BackingOff(_, var before, _) && before.equals(why))) {
            log.log(Level.WARNING, "{0}: {1}", assignment.name(), why);
        }
        intake.is(
                new SourceState.BackingOff(
                        intake.state() instanceof SourceState.BackingOff before ? before.since() : now,
                        why,
                        now.plus(pause)));
    }

    /// Waits for so long, or until it is to end.
    public void await(Duration pause) throws InterruptedException {
        long until = System.nanoTime() + pause.toNanos();
        while (!closed && System.nanoTime() < until) {
            if (news.tryAcquire(Math.max(until - System.nanoTime(), 1), TimeUnit.NANOSECONDS)) {
                news.drainPermits();
            }
        }
    }

    /// Waits a moment for something to be recorded.
    public void awaitNews() throws InterruptedException {
        if (news.tryAcquire(MOMENT.toMillis(), TimeUnit.MILLISECONDS)) {
            news.drainPermits();
        }
    }

    /// The connection stands, and what comes from now on is told.
    public void works() {
        listening = true;
        if (!(intake.state() instanceof SourceState.Running) && intake.isEmpty()) {
            intake.is(new SourceState.Running(now()));
        }
    }

    /// Says what went wrong, though it goes on.
    public void mention(String why) {
        log.log(Level.WARNING, "{0}: {1}", assignment.name(), why);
        intake.is(new SourceState.BackingOff(now(), why, now()));
        works();
    }

    /// Counts a message that becomes no event.
    public void refuse(String why) {
        log.log(Level.WARNING, "{0}: {1}", assignment.name(), why);
        refusals.updateAndGet(
                before -> Optional.of(new Refusals(before.map(Refusals::total).orElse(0L) + 1, now(), why)));
    }

    public boolean isClosed() {
        return closed;
    }

    /// Whether what happens now is told.
    public boolean isListening() {
        return listening;
    }

    public Assignment assignment() {
        return assignment;
    }

    public Surroundings around() {
        return around;
    }

    public OrderedIntake intake() {
        return intake;
    }

    public Instant now() {
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
        wake();
        var reading = thread;
        if (reading == null) {
            return;
        }
        try {
            if (!reading.join(END)) {
                reading.interrupt();
                log.log(Level.WARNING, "{0} does not end; it is left behind", assignment.name());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
