package tiphys.store.sql;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tiphys.journal.StoreUnavailable;

/// Holds up readers that may have seen what is committed but not flushed yet: so nobody ever learns of what could still be lost. Safe for
/// every thread.
public final class FlushGate {
    private static final long LIMIT_SECONDS = 30;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private volatile long begun;
    private volatile long flushed;
    private volatile @Nullable Throwable broken;

    /// A commit begins; for the thread that commits.
    public void begin() {
        begun = flushed + 1;
    }

    /// What was committed is flushed, or was taken back. After [#fail] it changes nothing.
    public void end() {
        if (broken == null) {
            flushed = begun;
        }
        wake();
    }

    /// Nobody knows what is flushed: nothing passes any more.
    public void fail(Throwable why) {
        broken = why;
        wake();
    }

    private void wake() {
        lock.lock();
        try {
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until all that can have been seen by now is flushed.
    ///
    /// @throws StoreUnavailable if that is not to be, or takes half a minute
    void pass() {
        long seen = begun;
        if (flushed >= seen) {
            return;
        }
        lock.lock();
        try {
            long left = TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
            while (flushed < seen) {
                if (broken != null || left <= 0) {
                    throw new StoreUnavailable("what was read is not flushed", reason());
                }
                left = moved.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailable("interrupted while waiting for a flush", e);
        } finally {
            lock.unlock();
        }
    }

    private Throwable reason() {
        var why = broken;
        return why == null ? new IllegalStateException("a flush takes more than " + LIMIT_SECONDS + " s") : why;
    }
}
