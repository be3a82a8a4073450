package tiphys.store.write;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// The file of the write-ahead log, beside what SQLite does with it (`docs/decisions/0005-the-log-is-flushed-here.md`).
///
/// It is flushed here, by `fdatasync`: SQLite's own flush, in the build that we use, is an `fsync`, which also writes down when the file
/// was last changed, and so makes a file system with a journal write that journal some 250 times a second.
///
/// And it has written room at its end, for the flush of a file that has grown waits for that journal as well. To SQLite a frame of zeros
/// is the log's end. How much is used is estimated between two checkpoints; a wrong estimate costs only time.
public final class WriteAheadLog implements AutoCloseable {
    private static final int ZEROS = 64 << 10;
    private static final long PIECE = 2L << 20;
    private static final long AHEAD = 4L << 20;
    private static final System.Logger LOG = System.getLogger(WriteAheadLog.class.getName());

    private final Path path;
    private final Lock writing;
    private final AtomicLong used = new AtomicLong();
    private volatile FileChannel file;
    private volatile long size;
    private volatile boolean full;
    private boolean told;

    /// @param path of the log, which a connection has made
    /// @param writing held by whoever commits
    public WriteAheadLog(Path path, Lock writing) throws IOException {
        this.path = path;
        this.writing = writing;
        this.file = FileChannel.open(path, StandardOpenOption.WRITE);
        this.size = file.size();
    }

    /// Flushes what was committed; for whoever holds the lock. That the thread was interrupted changes nothing.
    ///
    /// @throws SQLiteException as SQLite would, if it failed: then nobody knows what is on disk
    void flush() throws SQLiteException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    file.force(false);
                    return;
                } catch (ClosedByInterruptException _) {
                    interrupted |= Thread.interrupted();
                    file = FileChannel.open(path, StandardOpenOption.WRITE);
                }
            }
        } catch (IOException e) {
            throw new SQLiteException("the flush of " + path + " failed: " + e, SQLiteErrorCode.SQLITE_IOERR_FSYNC);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// So much more was written to the log. Safe for every thread.
    ///
    /// @return whether [#extend] has something to do
    public boolean used(long bytes) {
        return used.addAndGet(bytes) + AHEAD > size && !full;
    }

    /// So much of the log is used, says a checkpoint; nothing, if all of it was moved and the next frame is the first again.
    public void usedNow(long bytes) {
        used.set(bytes);
        full = false;
    }

    /// How long the file is, as far as is known.
    public long size() {
        return size;
    }

    /// The file was cut off, or could not be: looks how long it is now. For whoever holds the lock.
    public void cutOff() {
        try {
            size = file.size();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "how long {0} is cannot be read: {1}", path, e.getMessage());
        }
    }

    /// Makes room ahead; for one thread. A disk that is full leaves it at what there is, until the next checkpoint.
    public void extend() {
        if (full || used.get() + AHEAD <= size) {
            return;
        }
        try (var end = FileChannel.open(path, StandardOpenOption.WRITE)) {
            do {
                append(end);
                end.force(false); // without the lock: a commit meanwhile flushes what it finds
            } while (used.get() + 2 * AHEAD > size);
            told = false;
        } catch (IOException e) {
            full = true;
            if (!told) {
                told = true;
                LOG.log(System.Logger.Level.INFO, "no room is made ahead in the write-ahead log: {0}", e.getMessage());
            }
        }
    }

    /// Only while nobody commits does nobody else write at the file's end.
    private void append(FileChannel to) throws IOException {
        writing.lock();
        try {
            var zeros = ByteBuffer.allocate(ZEROS);
            long end = to.size();
            for (long until = end + PIECE; end < until; zeros.clear()) {
                end += to.write(zeros, end);
            }
            size = end;
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
