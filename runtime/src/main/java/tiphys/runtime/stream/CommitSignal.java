package tiphys.runtime.stream;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Wakes those who wait for a number to grow. Ringing takes no lock while nobody waits, so it may be done for each event
/// on the thread that commits.
public final class CommitSignal {
    private final AtomicLong head;
    private final AtomicLong wakes = new AtomicLong();
    private final AtomicInteger waiting = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition rung = lock.newCondition();

    public CommitSignal(long head) {
        this.head = new AtomicLong(head);
    }

    /// The number is at least this now.
    public void ring(long number) {
        if (head.accumulateAndGet(number, Math::max) == number && waiting.get() > 0) {
            wake();
        }
    }

    /// Wakes everybody, whatever the number is.
    public void wake() {
        lock.lock();
        try {
            wakes.incrementAndGet();
            rung.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public long head() {
        return head.get();
    }

    /// Taken before one looks whether there is something to do, and given to [#await].
    public long ticket() {
        return wakes.get();
    }

    /// Waits until the number is greater, somebody woke everybody after the ticket was taken, or the time is over.
    public void await(long ticket, long number, Duration longest) throws InterruptedException {
        // Counted before the number is looked at again: whoever rings after that look sees the count.
        waiting.incrementAndGet();
        lock.lock();
        try {
            long left = longest.toNanos();
            while (head.get() <= number && wakes.get() == ticket && left > 0) {
                left = rung.awaitNanos(left);
            }
        } finally {
            lock.unlock();
            waiting.decrementAndGet();
        }
    }
}
