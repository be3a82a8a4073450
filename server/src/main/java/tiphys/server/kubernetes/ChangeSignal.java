package tiphys.server.kubernetes;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import tiphys.objects.ObjectStore;

/// Wakes the watches when the store has a new version. One listener for all of them, because the store's cannot be taken
/// back.
final class ChangeSignal {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long version;
    private boolean closed;

    ChangeSignal(ObjectStore store) {
        version = store.version();
        store.onChange(this::signal);
    }

    /// Waits until the store is beyond a version, the time is over, or the server stops.
    void awaitBeyond(long seen, long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (version <= seen && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Waits, at most until the server stops.
    void pause(long millis) throws InterruptedException {
        awaitBeyond(Long.MAX_VALUE, TimeUnit.MILLISECONDS.toNanos(millis));
    }

    boolean closed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void signal(long committed) {
        lock.lock();
        try {
            version = Math.max(version, committed);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
