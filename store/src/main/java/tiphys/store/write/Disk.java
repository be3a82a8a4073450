package tiphys.store.write;

import java.sql.SQLException;
import org.sqlite.SQLiteException;

/// The moments at which a batch reaches the disk: the seam at which tests let a disk be full or a flush fail.
public interface Disk {
    /// The real one.
    Disk REAL = commit -> commit.run();

    /// Runs the COMMIT.
    void commit(Write commit) throws SQLException;

    /// Runs the flush after it.
    default void flush(Write flush) throws SQLException {
        flush.run();
    }

    /// One of the two.
    interface Write {
        void run() throws SQLException;
    }

    /// Whether a failed write was a failed flush: then nobody knows what is on disk.
    static boolean flushFailed(SQLException failure) {
        return failure instanceof SQLiteException sqlite
                && switch (sqlite.getResultCode()) {
                    case SQLITE_IOERR_FSYNC, SQLITE_IOERR_DIR_FSYNC -> true;
                    default -> false;
                };
    }
}
