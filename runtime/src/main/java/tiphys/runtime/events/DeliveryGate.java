package tiphys.runtime.events;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import tiphys.runtime.stream.Wakeups;

/// Lets triggers consume in turns. Each holds the events that it is given in memory, and a thousand triggers that are behind may not do so
/// at once. While more comes in than can be taken in, one goes after the other with pauses in between, for what is not taken in is lost
/// to its sender, and what is on disk is not. First come, first served. Safe for every thread; waits on none.
final class DeliveryGate {
    /// So many consume at once.
    static final int TURNS = 8;

    /// Under pressure a turn is followed by a pause of so many times its length.
    private static final int REST = 4;

    private static final Duration LONGEST_REST = Duration.ofMillis(100);

    private final BooleanSupplier pressed;
    private final LongSupplier nanos;
    private final Executor threads;
    private final Wakeups wakeups;
    private final ArrayDeque<Turn> waiting = new ArrayDeque<>();
    private int busy;
    private boolean resting;

    /// What somebody does when it is their turn.
    interface Turn {
        /// @param begun when the turn began, which its end is told
        void take(long begun);
    }

    /// @param pressed whether more comes in than can be taken in
    /// @param nanos the time, as [System#nanoTime] tells it
    DeliveryGate(BooleanSupplier pressed, LongSupplier nanos, Executor threads, Wakeups wakeups) {
        this.pressed = pressed;
        this.nanos = nanos;
        this.threads = threads;
        this.wakeups = wakeups;
    }

    /// Takes the turn on another thread as soon as there is room. Whoever took one ends it with [#leave], once.
    void enter(Turn turn) {
        synchronized (waiting) {
            waiting.add(turn);
        }
        admit();
    }

    /// The turn that began then is over.
    void leave(long begun) {
        boolean rests = pressed.getAsBoolean();
        var pause = rests ? Duration.ofNanos(nanos.getAsLong() - begun).multipliedBy(REST) : Duration.ZERO;
        synchronized (waiting) {
            busy--;
            rests &= !resting;
            resting |= rests;
        }
        if (rests) {
            wakeups.in(pause.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : pause, this::rested);
        } else {
            admit();
        }
    }

    private void rested() {
        synchronized (waiting) {
            resting = false;
        }
        admit();
    }

    private void admit() {
        int most = pressed.getAsBoolean() ? 1 : TURNS;
        while (true) {
            Turn next;
            synchronized (waiting) {
                if (resting || busy >= most || waiting.isEmpty()) {
                    return;
                }
                busy++;
                next = waiting.remove();
            }
            threads.execute(() -> next.take(nanos.getAsLong()));
        }
    }
}
