package tiphys.store;

import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;

/// Moves what was committed from the write-ahead log into the database file, on a thread of its own, so that no commit
/// waits for it. A log under steady writing is never moved to its end, so once it is large the committer is held up for
/// what little is left, and the log begins anew in the same, already written file.
final class Checkpointer implements AutoCloseable {
    private static final long EVERY = 16L << 20;
    private static final long LARGE = 64L << 20;
    private static final long PAGE = 4096;
    private static final int READERS_WAIT_MILLIS = 500;
    private static final System.Logger LOG = System.getLogger(Checkpointer.class.getName());

    private final Sql sql;
    private final Lock writing;
    private final AtomicLong pending = new AtomicLong();
    private final Semaphore due = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;

    /// @param writing held by the committer while it writes
    Checkpointer(Sql sql, Lock writing) throws SQLException {
        this.sql = sql;
        this.writing = writing;
        sql.execute("PRAGMA busy_timeout=" + READERS_WAIT_MILLIS);
        this.thread = Thread.ofPlatform().name("store-checkpoint").daemon().start(this::work);
    }

    /// Learns that bytes were committed.
    void written(long bytes) {
        if (pending.addAndGet(bytes) >= EVERY) {
            pending.set(0);
            due.release();
        }
    }

    private void work() {
        while (!closed) {
            try {
                due.acquire();
                due.drainPermits();
                if (!closed) {
                    if (checkpoint("PASSIVE") > LARGE) {
                        beginAnew();
                    }
                }
            } catch (InterruptedException _) {
                return;
            } catch (SQLException e) {
                LOG.log(System.Logger.Level.WARNING, "the write-ahead log could not be moved; it is tried again", e);
            }
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

    /// @return the bytes in the log
    private long checkpoint(String how) throws SQLException {
        return PAGE * sql.first(row -> row.getLong(2), "PRAGMA wal_checkpoint(" + how + ")").orElse(0L);
    }

    @Override
    public void close() throws SQLException {
        closed = true;
        due.release();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        checkpoint("TRUNCATE");
        sql.close();
    }
}
