package tiphys.server.follow;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Lets answers that look again from time to time pause between two looks, and end when the server stops. Safe for every
/// thread.
public final class Stopping {
    private final CountDownLatch begun = new CountDownLatch(1);

    /// The server stops: nobody shall pause any more.
    public void begin() {
        begun.countDown();
    }

    public boolean hasBegun() {
        return begun.getCount() == 0;
    }

    /// Pauses, at most until the server stops.
    public void pause(Duration most) throws InterruptedException {
        var _ = begun.await(most.toNanos(), TimeUnit.NANOSECONDS);
    }
}
