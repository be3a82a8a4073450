package tiphys.bench;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/// Watches how much memory a process takes, four times a second.
final class MemoryWatch implements AutoCloseable {
    private final Thread thread;
    private volatile double most;
    private volatile boolean ended;

    MemoryWatch(long pid) {
        thread = Thread.ofVirtual().start(() -> watch(pid));
    }

    private void watch(long pid) {
        try {
            while (!ended) {
                most = Math.max(most, Child.residentMib(pid));
                LockSupport.parkNanos(250_000_000);
            }
        } catch (IOException e) {
            System.err.println("memory is no longer watched: " + e.getMessage());
        }
    }

    /// The most that was seen, in MiB.
    double most() {
        return most;
    }

    @Override
    public void close() {
        ended = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
