package tiphys.app;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import tiphys.journal.StoreUnavailable;
import tiphys.store.keep.Retention;

/// Retention: each minute events, runs and changes that are too old or too many go, and what the store no longer needs is
/// given back to the file system; each ten minutes the logs of the runs that went.
final class Upkeep implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Upkeep.class.getName());
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final Duration LOG_PAUSE = Duration.ofMinutes(10);

    private final Core core;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("upkeep").daemon(true).factory());

    Upkeep(Core core) {
        this.core = core;
    }

    void start() {
        every(PAUSE, this::purgeRows);
        every(LOG_PAUSE, this::purgeLogs);
    }

    private void every(Duration pause, Purge purge) {
        // [#run] lets nothing through, so the task goes on until the timer is closed.
        var _ = timer.scheduleWithFixedDelay(() -> run(purge), pause.toSeconds(), pause.toSeconds(), TimeUnit.SECONDS);
    }

    @FunctionalInterface
    private interface Purge {
        /// @return how many things went
        long run() throws IOException;
    }

    private long purgeRows() {
        var now = core.clock().instant();
        long gone =
                core.store().purgeEvents(now, Retention.EVENTS)
                        + core.store().purgeRuns(now, Retention.RUNS)
                        + core.store().purgeChanges(now);
        if (gone > 0) {
            core.store().vacuum();
        }
        return gone;
    }

    private long purgeLogs() throws IOException {
        return core.executor().purgeWhere(uid -> core.store().runs().find(uid).isEmpty());
    }

    private void run(Purge purge) {
        try {
            long gone = purge.run();
            if (gone > 0) {
                LOG.log(System.Logger.Level.INFO, "retention: {0} rows or attempts went", gone);
            }
        } catch (StoreUnavailable | IOException e) {
            LOG.log(System.Logger.Level.WARNING, "retention has to wait: {0}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "retention failed; it is tried again in a minute", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
