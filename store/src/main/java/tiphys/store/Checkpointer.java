package tiphys.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/// Moves what was committed from the write-ahead log into the database file, on a thread of its own, so that no commit
/// waits for it. Only when the log has grown very large does it hold up the committer for a moment, to start the log anew.
final class Checkpointer implements AutoCloseable {
    private static final long EVERY = 8L << 20;
    private static final long LARGE = 64L << 20;
    private static final System.Logger LOG = System.getLogger(Checkpointer.class.getName());

    private final Sql sql;
    private final Path log;
    private final AtomicLong pending = new AtomicLong();
    private final Semaphore due = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;

    Checkpointer(Sql sql, Path database) {
        this.sql = sql;
        this.log = database.resolveSibling(database.getFileName() + "-wal");
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
                    checkpoint("PASSIVE");
                    if (Files.exists(log) && Files.size(log) > LARGE) {
                        checkpoint("RESTART");
                    }
                }
            } catch (InterruptedException _) {
                return;
            } catch (SQLException | IOException e) {
                LOG.log(System.Logger.Level.WARNING, "the write-ahead log could not be moved; it is tried again", e);
            }
        }
    }

    private void checkpoint(String how) throws SQLException {
        sql.execute("PRAGMA wal_checkpoint(" + how + ")");
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
