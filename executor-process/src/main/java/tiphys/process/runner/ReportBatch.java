package tiphys.process.runner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import tiphys.engine.StepReport;

/// Gathers the runner's reports: a start waits a moment for its end, so that a short step is one message, and one commit of
/// the server, instead of two. An end waits for nobody. Keeps the order; safe for every thread.
final class ReportBatch implements AutoCloseable {
    /// How long a start may wait; less than anybody sees.
    private static final Duration COMPANY = Duration.ofMillis(10);

    private final Consumer<List<StepReport>> listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final ScheduledThreadPoolExecutor timer;
    private final List<StepReport> held = new ArrayList<>();
    private long heldSince;
    private boolean armed;

    /// @param listener hears each batch, one after another
    ReportBatch(Consumer<List<StepReport>> listener) {
        this.listener = listener;
        timer = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("runner-reports").daemon().factory());
    }

    /// @param together are said in one batch
    void add(List<StepReport> together) {
        lock.lock();
        try {
            if (held.isEmpty()) {
                heldSince = System.nanoTime();
            }
            held.addAll(together);
            if (together.stream().anyMatch(StepReport.Ended.class::isInstance)) {
                flush();
            } else if (!armed) {
                armed = true;
                var _ = timer.schedule(this::due, COMPANY.toNanos(), TimeUnit.NANOSECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    /// One timer for all starts, not one for each: setting it wakes its thread.
    private void due() {
        lock.lock();
        try {
            long left = held.isEmpty() ? 0 : COMPANY.toNanos() - (System.nanoTime() - heldSince);
            armed = left > 0;
            if (armed) {
                var _ = timer.schedule(this::due, left, TimeUnit.NANOSECONDS);
            } else {
                flush();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Says now what waits.
    private void flush() {
        lock.lock();
        try {
            if (!held.isEmpty()) {
                var batch = List.copyOf(held);
                held.clear();
                listener.accept(batch);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
