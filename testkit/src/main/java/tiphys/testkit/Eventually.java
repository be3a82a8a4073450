package tiphys.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// The one bounded wait of the tests, for what other processes do. A test inside one process hears of things by calls and
/// needs none.
public final class Eventually {
    private static final Duration STEP = Duration.ofMillis(2);

    private Eventually() {}

    /// Waits until the condition holds, at most for the given time.
    ///
    /// @throws AssertionError if it did not hold in time
    public static void within(Duration limit, BooleanSupplier condition) {
        within(limit, "the condition", condition);
    }

    /// Waits until the condition holds, at most for the given time.
    ///
    /// @param what what is waited for, for the error
    /// @throws AssertionError if it did not hold in time
    public static void within(Duration limit, String what, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(what + " did not hold within " + limit);
            }
            LockSupport.parkNanos(STEP.toNanos());
        }
    }
}
