package tiphys.events.source;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import tiphys.events.Arrival;

/// Hands the arrivals of one source in, so that events are in the order of what happened: whatever came while the ones before were written
/// goes in together next, and is recorded together or not at all. What cannot be recorded is tried again with growing pauses, and the
/// source is told to wait: at most so many arrivals are held. Safe for every thread; starts none and blocks none but in [#put].
public final class OrderedIntake implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /// So many arrivals, and so many letters of payload, go in together at most: others want the disk as well.
    private static final int TOGETHER = 500;

    private static final int TOGETHER_LETTERS = 4 << 20;

    private final Surroundings around;
    private final int most;
    private final Runnable recorded;
    private final Deque<Arrival> waiting = new ArrayDeque<>();
    private Duration pause = FIRST_PAUSE;
    private int handedIn;
    private boolean closed;
    private Surroundings.Wish wish = () -> {};
    private volatile SourceState state;
    private volatile Optional<Source.Trouble> trouble = Optional.empty();

    /// @param most how many arrivals may wait, those that are handed in among them
    /// @param recorded called after each time that arrivals are on disk, without any lock
    public OrderedIntake(Surroundings around, int most, Runnable recorded) {
        this.around = around;
        this.most = most;
        this.recorded = recorded;
        this.state = new SourceState.Running(around.clock().instant());
    }

    /// Takes an arrival, if there is room.
    public synchronized boolean offer(Arrival arrival) {
        if (closed || waiting.size() >= most) {
            return false;
        }
        waiting.add(arrival);
        next();
        return true;
    }

    /// Takes an arrival, as soon as there is room; without effect once this is closed.
    public synchronized void put(Arrival arrival) throws InterruptedException {
        while (!offer(arrival) && !closed) {
            wait();
        }
    }

    /// Whether everything is on disk.
    public synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    private void next() {
        if (closed || handedIn > 0 || waiting.isEmpty()) {
            return;
        }
        var together = together();
        handedIn = together.size();
        var _ = accept(together).whenComplete((_, failure) -> around.threads().execute(() -> answered(failure)));
    }

    private List<Arrival> together() {
        var together = new ArrayList<Arrival>();
        int letters = 0;
        for (var arrival : waiting) {
            letters += arrival.payload().text().length();
            if (!together.isEmpty() && (together.size() >= TOGETHER || letters > TOGETHER_LETTERS)) {
                break;
            }
            together.add(arrival);
        }
        return together;
    }

    private CompletableFuture<?> accept(List<Arrival> arrivals) {
        try {
            return arrivals.size() == 1
                    ? around.intake().accept(arrivals.getFirst())
                    : around.intake().acceptAll(arrivals);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void answered(@Nullable Throwable failure) {
        synchronized (this) {
            if (failure != null) {
                failed(failure);
                return;
            }
            for (; handedIn > 0; handedIn--) {
                waiting.removeFirst();
            }
            pause = FIRST_PAUSE;
            if (!(state instanceof SourceState.Running)) {
                is(new SourceState.Running(around.clock().instant()));
            }
            next();
            notifyAll();
            if (closed) {
                return;
            }
        }
        recorded.run();
    }

    private void failed(Throwable failure) {
        var now = around.clock().instant();
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        var why = "events cannot be recorded: " + cause.getMessage();
        var again = now.plus(pause);
        trouble = Optional.of(new Source.Trouble(now, why));
        is(new SourceState.BackingOff(state instanceof SourceState.BackingOff ? state.since() : now, why, again));
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        if (!closed) {
            wish = around.timer().at(again, () -> around.threads().execute(() -> again(again)));
        }
    }

    /// A timer may call early.
    private synchronized void again(Instant instant) {
        if (closed) {
            return;
        }
        if (around.clock().instant().isBefore(instant)) {
            wish = around.timer().at(instant, () -> around.threads().execute(() -> again(instant)));
        } else {
            handedIn = 0;
            next();
        }
    }

    /// Another state, which the source has seen itself.
    public synchronized void is(SourceState now) {
        state = now;
        now.problem().ifPresent(why -> trouble = Optional.of(new Source.Trouble(now.since(), why)));
        around.changed().run();
    }

    public SourceState state() {
        return state;
    }

    public Optional<Source.Trouble> lastTrouble() {
        return trouble;
    }

    /// Nothing more is handed in.
    @Override
    public synchronized void close() {
        closed = true;
        wish.cancel();
        notifyAll();
    }
}
