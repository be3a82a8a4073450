package tiphys.server.webhook;

import java.util.concurrent.Semaphore;

/// Bounds the memory that bodies of requests take, together and each: on its way to the disk a body stands in memory several times.
/// Safe for every thread.
final class BodyBudget {
    /// The longest body that is taken, whatever a manifest says: 32 MiB of a heap of 512.
    static final int LONGEST = (int) Math.min(Runtime.getRuntime().maxMemory() / 16, 1 << 30);

    private static final int BODIES_BYTES = (int) Math.min(Runtime.getRuntime().maxMemory() / 8, 1 << 30);

    private final int whole;
    private final Semaphore left;

    BodyBudget() {
        this(BODIES_BYTES);
    }

    BodyBudget(int bytes) {
        this.whole = bytes;
        this.left = new Semaphore(bytes);
    }

    /// Sets memory aside for a body.
    ///
    /// @param length what the request says; negative if it does not
    /// @param limit the longest that is read
    /// @return what to give back to [#release]; negative if there is no room now
    int reserve(long length, int limit) {
        int wanted = (int) Math.min(length < 0 ? limit : Math.min(length, limit), whole);
        return left.tryAcquire(wanted) ? wanted : -1;
    }

    void release(int reserved) {
        left.release(reserved);
    }
}
