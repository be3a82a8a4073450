package tiphys.store.keep;

import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import tiphys.store.sql.Sql;
import tiphys.store.write.WriteAheadLog;

/// Moves what was committed from the write-ahead log into the database file, on a thread of its own, so that no commit
/// waits for it. A log under steady writing is never moved to its end, so once it is large the committer is held up for
/// what little is left, and the log begins anew in the same, already written file. The thread also keeps room at the log's end.
/// When nothing is written for a while, all of the log is moved and its file cut off.
public final class Checkpointer implements AutoCloseable {
    private static final long EVERY = 32L << 20;
    private static final long LARGE = 64L << 20;
    private static final long PAGE = 4096;
    private static final long KEPT_WHEN_IDLE = 12L << 20;
    private static final long IDLE_SECONDS = 10;
    private static final int READERS_WAIT_MILLIS = 500;
    private static final System.Logger LOG = System.getLogger(Checkpointer.class.getName());

    private final Sql sql;
    private final Lock writing;
    private final WriteAheadLog log;
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong pending = new AtomicLong();
    private final Semaphore due = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;

    /// @param writing held by the committer while it writes
    public Checkpointer(Sql sql, Lock writing, WriteAheadLog log) throws SQLException {
        this.sql = sql;
        this.writing = writing;
        this.log = log;
        sql.execute("PRAGMA busy_timeout=" + READERS_WAIT_MILLIS);
        this.thread = Thread.ofPlatform().name("store-checkpoint").daemon().start(this::work);
    }

    /// Learns that bytes were committed.
    public void written(long bytes) {
        written.addAndGet(bytes);
        boolean shortOfRoom = log.used(bytes);
        if (pending.addAndGet(bytes) >= EVERY || shortOfRoom) {
            due.release();
        }
    }

    private void work() {
        while (!closed) {
            try {
                boolean wanted = awaitWork();
                if (closed) {
                    return;
                }
                if (!wanted) {
                    cutOff();
                } else {
                    checkpoint("NOOP"); // says how much of the log is used
                    log.extend();
                    if (pending.get() >= EVERY) {
                        pending.set(0);
                        if (checkpoint("PASSIVE") > LARGE) {
                            beginAnew();
                        }
                    }
                }
            } catch (InterruptedException _) {
                return;
            } catch (SQLException e) {
                LOG.log(System.Logger.Level.WARNING, "the write-ahead log could not be moved; it is tried again", e);
            }
        }
    }

    /// @return whether something is to be done; false if nothing was written for a while and the log is long
    private boolean awaitWork() throws InterruptedException {
        while (log.size() > KEPT_WHEN_IDLE) {
            long before = written.get();
            if (due.tryAcquire(IDLE_SECONDS, TimeUnit.SECONDS)) {
                due.drainPermits();
                return true;
            }
            if (written.get() == before) {
                return false;
            }
        }
        due.acquire();
        due.drainPermits();
        return true;
    }

    private void cutOff() throws SQLException {
        writing.lock();
        try {
            checkpoint("TRUNCATE");
            pending.set(0);
            log.cutOff();
        } finally {
            writing.unlock();
        }
    }

    private void beginAnew() throws SQLException {
        writing.lock();
        try {
            checkpoint("RESTART");
        } finally {
            writing.unlock();
        }
    }

    private record Moved(long pages, long moved) {}

    /// @return the bytes in the log
    private long checkpoint(String how) throws SQLException {
        var state =
                sql.first(row -> new Moved(row.getLong(2), row.getLong(3)), "PRAGMA wal_checkpoint(" + how + ")")
                        .orElse(new Moved(0, 0));
        log.usedNow(state.moved() == state.pages() ? 0 : PAGE * state.pages());
        return PAGE * state.pages();
    }

    @Override
    public void close() {
        closed = true;
        due.release();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (sql) {
            checkpoint("TRUNCATE");
        } catch (SQLException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the write-ahead log stays, for the next start to move: {0}",
                    e.getMessage());
        }
    }
}
