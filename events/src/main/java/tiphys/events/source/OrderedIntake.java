package tiphys.events.source;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import tiphys.events.Arrival;

/// Hands the arrivals of one source in, each when the one before is on disk, so that events are in the order of what happened. What cannot
/// be recorded is tried again with growing pauses, and the source is told to wait: at most so many arrivals are held. Safe for every
/// thread; starts none and blocks none but in [#put].
public final class OrderedIntake implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Surroundings around;
    private final int most;
    private final Runnable recorded;
    private final Deque<Arrival> waiting = new ArrayDeque<>();
    private Duration pause = FIRST_PAUSE;
    private boolean handedIn;
    private boolean closed;
    private Surroundings.Wish wish = () -> {};
    private volatile SourceState state;
    private volatile Optional<Source.Trouble> trouble = Optional.empty();

    /// @param most how many arrivals may wait, the one that is handed in among them
    /// @param recorded called after each arrival that is on disk, without any lock
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
        if (closed || handedIn || waiting.isEmpty()) {
            return;
        }
        handedIn = true;
        var _ =
                accept(waiting.getFirst())
                        .whenComplete((_, failure) -> around.threads().execute(() -> answered(failure)));
    }

    private CompletableFuture<String> accept(Arrival arrival) {
        try {
            return around.intake().accept(arrival);
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
            handedIn = false;
            pause = FIRST_PAUSE;
            waiting.removeFirst();
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
            handedIn = false;
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
