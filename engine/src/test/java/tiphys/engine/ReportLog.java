package tiphys.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tiphys.engine.StepReport.Ending;

/// Hears an executor's reports, and lets a test wait for one without polling. Safe for every thread.
public final class ReportLog implements Consumer<List<StepReport>> {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final List<StepReport> reports = new ArrayList<>();

    @Override
    public void accept(List<StepReport> together) {
        lock.lock();
        try {
            reports.addAll(together);
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Everything heard so far.
    public List<StepReport> all() {
        lock.lock();
        try {
            return List.copyOf(reports);
        } finally {
            lock.unlock();
        }
    }

    /// Waits until the attempt's process runs.
    public void awaitStart(AttemptId attempt) {
        await(report -> report instanceof StepReport.Started && report.attempt().equals(attempt));
    }

    /// Waits until a daemon answers, and says where.
    public String awaitReady(AttemptId attempt) {
        var report = await(heard -> heard instanceof StepReport.Ready && heard.attempt().equals(attempt));
        return ((StepReport.Ready) report).address();
    }

    /// Waits until the attempt is over, and says how.
    public Ending ending(AttemptId attempt) {
        var report = await(heard -> heard instanceof StepReport.Ended && heard.attempt().equals(attempt));
        return ((StepReport.Ended) report).ending();
    }

    private StepReport await(Predicate<StepReport> wanted) {
        lock.lock();
        try {
            long left = LIMIT.toNanos();
            while (true) {
                for (var report : reports) {
                    if (wanted.test(report)) {
                        return report;
                    }
                }
                if (left <= 0) {
                    throw new AssertionError("not reported within " + LIMIT + "; reported were " + reports);
                }
                left = more.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            lock.unlock();
        }
    }
}
