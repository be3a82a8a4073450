package tiphys.connectors.line;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tiphys.connectors.broker.Backoff;
import tiphys.events.source.Assignment;
import tiphys.events.source.Source;
import tiphys.events.source.SourceState;
import tiphys.events.source.Surroundings;

/// A source that hears from a server over a [Line], on a virtual thread. When the line breaks it dials again, with growing pauses and for
/// ever: a server that comes back is heard again, whatever it was. Wrong credentials are a line that breaks; others are another assignment.
public final class LineSource implements Source {
    private static final Logger LOG = System.getLogger(LineSource.class.getName());
    private static final Duration END = Duration.ofSeconds(5);
    private static final Duration LAST_WORD = Duration.ofSeconds(2);

    /// A line that held so long was a good one: the pauses begin anew.
    private static final Duration HELD = Duration.ofSeconds(60);

    private final Assignment assignment;
    private final Surroundings around;
    private final Plan plan;
    private final Thread thread;
    private final AtomicReference<Optional<Refusals>> refusals = new AtomicReference<>(Optional.empty());
    private volatile Desk desk;
    private volatile @Nullable Line line;
    private volatile Optional<SourceState> down = Optional.empty();
    private volatile Optional<Trouble> trouble = Optional.empty();
    private volatile boolean closed;

    /// How a kind's sources work.
    ///
    /// @param type the CloudEvents' type
    /// @param most how many messages are held at most
    /// @param memory what becomes of messages that wait when the line breaks
    public record Plan(String type, int most, Memory memory, Backoff backoff, Line.Dial dial) {}

    /// Who keeps a message until it is acknowledged.
    public enum Memory {
        /// The server: what waits here is dropped when the line breaks, for it comes again.
        THEIRS,
        /// Nobody but us: it waits on.
        OURS
    }

    public LineSource(Assignment assignment, Surroundings around, Plan plan) {
        this.assignment = assignment;
        this.around = around;
        this.plan = plan;
        this.desk = newDesk();
        this.thread = Thread.ofVirtual().name("source-" + assignment.name()).unstarted(this::run);
    }

    /// Begins.
    public LineSource start() {
        thread.start();
        return this;
    }

    private Desk newDesk() {
        return new Desk(assignment, plan.type(), around, plan.most(), this::refused);
    }

    private void run() {
        int failures = 0;
        while (!closed) {
            long since = System.nanoTime();
            String why;
            try {
                connect();
                why = "the connection ended";
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            } catch (IOException e) {
                why = Causes.words(e);
            } catch (RuntimeException | LinkageError e) {
                LOG.log(Level.ERROR, assignment.name() + " was interrupted by a bug", e);
                why = "a bug, see the server's log: " + e;
            }
            if (closed) {
                return;
            }
            boolean held = down.isEmpty() && System.nanoTime() - since > HELD.toNanos();
            failures = held ? 1 : failures + 1;
            var pause = plan.backoff().pause(failures, RandomGenerator.getDefault());
            fell(why, pause);
            try {
                TimeUnit.MILLISECONDS.sleep(pause.toMillis());
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void connect() throws IOException, InterruptedException {
        if (plan.memory() == Memory.THEIRS && down.isPresent()) {
            keepTrouble();
            desk = newDesk();
        }
        try (var dialled = plan.dial().dial()) {
            line = dialled;
            if (closed) {
                return;
            }
            if (down.isPresent()) {
                down = Optional.empty();
                desk.intake().is(new SourceState.Running(around.clock().instant()));
            }
            dialled.listen(desk);
        } finally {
            line = null;
            if (plan.memory() == Memory.THEIRS) {
                desk.close();
            }
        }
    }

    private void keepTrouble() {
        trouble = lastTrouble();
    }

    private void fell(String why, Duration pause) {
        var now = around.clock().instant();
        var since = down.map(SourceState::since).orElse(now);
        if (!down.flatMap(SourceState::problem).equals(Optional.of(why))) {
            LOG.log(Level.WARNING, "{0}: {1}", assignment.name(), why);
        }
        down = Optional.of(new SourceState.BackingOff(since, why, now.plus(pause)));
        trouble = Optional.of(new Trouble(now, why));
        around.changed().run();
    }

    private void refused(String why) {
        var now = around.clock().instant();
        refusals.updateAndGet(
                before -> Optional.of(new Refusals(before.map(Refusals::total).orElse(0L) + 1, now, why)));
        around.changed().run();
    }

    /// Whether the server is heard now. For tests.
    public boolean isConnected() {
        return line != null && down.isEmpty();
    }

    @Override
    public SourceState state() {
        return down.orElseGet(() -> desk.state());
    }

    @Override
    public Optional<Trouble> lastTrouble() {
        return later(trouble, desk.intake().lastTrouble());
    }

    private static Optional<Trouble> later(Optional<Trouble> one, Optional<Trouble> other) {
        Instant first = one.map(Trouble::at).orElse(Instant.MIN);
        return other.filter(found -> !found.at().isBefore(first)).or(() -> one);
    }

    @Override
    public Optional<Refusals> refusals() {
        return refusals.get();
    }

    @Override
    public void close() {
        closed = true;
        try {
            desk.finish(LAST_WORD);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        desk.close();
        var open = line;
        if (open != null) {
            open.close();
        }
        thread.interrupt();
        try {
            thread.join(END);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
