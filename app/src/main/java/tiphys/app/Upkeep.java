package tiphys.app;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import tiphys.journal.StoreUnavailable;
import tiphys.store.SqliteStore;
import tiphys.store.keep.Retention;

/// Retention: each minute events, runs and changes that are too old or too many go, and what the store no longer needs is
/// given back to the file system; each ten minutes the logs of the runs that went and the bytes of artifacts that nothing
/// names any more. And when nothing was written for a while,
/// the memory of what was done before is given back to the system: the collector would wait until it needs room.
final class Upkeep implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Upkeep.class.getName());
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final Duration LOG_PAUSE = Duration.ofMinutes(10);

    /// What is younger may belong to something that is not recorded yet.
    private static final Duration LEFT_ALONE = Duration.ofHours(1);

    private static final Duration IDLE = Duration.ofSeconds(10);

    private final SqliteStore store;
    private final InstantSource clock;
    private final ToLongFunction<Instant> events;
    private final Logs logs;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("upkeep").daemon(true).factory());

    private long lastHead = -1;
    private long lastVersion = -1;
    private boolean collected;

    /// @param events removes the events that are too old or too many; says how many rows went
    Upkeep(SqliteStore store, InstantSource clock, ToLongFunction<Instant> events, Logs logs) {
        this.store = store;
        this.clock = clock;
        this.events = events;
        this.logs = logs;
    }

    /// Of a server whose steps have their files on this machine.
    static Upkeep of(Core core, EventRetention events) {
        return new Upkeep(
                core.store(),
                core.clock(),
                events::clean,
                (gone, before) -> {
                    core.steps().purgeWhere(gone);
                    return core.executor().purgeWhere(gone)
                            + core.logs().purgeWhere(gone, before)
                            + core.artifacts().sweep(before);
                });
    }

    /// What is kept of runs beside the store.
    @FunctionalInterface
    interface Logs {
        /// Removes what belongs to no run any more.
        ///
        /// @param gone says so of a run's uid
        /// @param before what is younger stays
        /// @return how much went
        long purge(Predicate<String> gone, Instant before) throws IOException;
    }

    void start() {
        every(PAUSE, this::purgeRows);
        every(LOG_PAUSE, this::purgeLogs);
        var _ = timer.scheduleWithFixedDelay(this::giveBack, IDLE.toSeconds(), IDLE.toSeconds(), TimeUnit.SECONDS);
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
        var now = clock.instant();
        long gone = events.applyAsLong(now) + store.purgeRuns(now, Retention.RUNS) + store.purgeChanges(now);
        if (gone > 0) {
            store.vacuum();
        }
        return gone;
    }

    private long purgeLogs() throws IOException {
        return logs.purge(uid -> store.runs().find(uid).isEmpty(), clock.instant().minus(LEFT_ALONE));
    }

    /// Collects once after work has ended. It holds a server up for some 50 ms that has nothing to do.
    private void giveBack() {
        long head = store.head();
        long version = store.version();
        boolean idle = head == lastHead && version == lastVersion;
        lastHead = head;
        lastVersion = version;
        if (idle && !collected) {
            System.gc();
        }
        collected = idle;
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
