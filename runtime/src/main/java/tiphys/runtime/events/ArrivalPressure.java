package tiphys.runtime.events;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/// Whether more events come from senders that wait for their answer than can be taken in: then many wait at any moment, and not just in
/// one burst. Safe for every thread.
final class ArrivalPressure {
    /// So many wait on average when there are too many.
    private static final double MANY = 12;

    /// The average is one of about so many arrivals.
    private static final double WINDOW = 1_024;

    private static final long OVER = TimeUnit.MILLISECONDS.toNanos(100);

    private final LongSupplier nanos;
    private final AtomicInteger waiting = new AtomicInteger();

    /// Arrivals that are counted at the same time may make it a little wrong.
    private volatile double average;

    private volatile long lastAt;

    /// @param nanos the time, as [System#nanoTime] tells it
    ArrivalPressure(LongSupplier nanos) {
        this.nanos = nanos;
        this.lastAt = nanos.getAsLong() - OVER;
    }

    /// An event came, and its sender waits.
    void came() {
        double now = Math.min(waiting.incrementAndGet(), 2 * MANY); // a great crowd for a moment is still a moment
        long at = nanos.getAsLong();
        double before = at - lastAt > OVER ? 0 : average;
        average = before + (now - before) / WINDOW;
        lastAt = at;
    }

    /// A sender has its answer.
    void answered() {
        waiting.decrementAndGet();
    }

    boolean isHigh() {
        return average >= MANY && nanos.getAsLong() - lastAt <= OVER;
    }
}
