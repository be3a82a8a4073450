package tiphys.server.api;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import tiphys.journal.Journal;

/// Wakes requests that wait for something to be committed. Costs the thread that commits one step for each that waits.
final class Commits {
    private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Commits(Journal journal) {
        journal.onCommit(_ -> waiters.forEach(Waiter::wake));
    }

    /// Someone who waits, until it is closed.
    final class Waiter implements AutoCloseable {
        private final Semaphore news = new Semaphore(0);

        private void wake() {
            if (news.availablePermits() == 0) {
                news.release();
            }
        }

        /// Returns after the next commit, at once if there was one since the last call, or when the time is over.
        ///
        /// @return whether there was a commit
        boolean await(Duration most) throws InterruptedException {
            var came = news.tryAcquire(most.toMillis(), TimeUnit.MILLISECONDS);
            news.drainPermits();
            return came;
        }

        @Override
        public void close() {
            waiters.remove(this);
        }
    }

    Waiter waiter() {
        var waiter = new Waiter();
        waiters.add(waiter);
        return waiter;
    }

    /// Nobody shall wait any more: the server stops.
    void close() {
        closed = true;
        waiters.forEach(Waiter::wake);
    }

    boolean closed() {
        return closed;
    }

    int waiting() {
        return waiters.size();
    }
}
