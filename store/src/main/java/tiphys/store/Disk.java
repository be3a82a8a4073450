package tiphys.store;

import java.sql.SQLException;
import org.sqlite.SQLiteException;

/// The moment at which a batch reaches the disk: the seam at which tests let a disk be full or a flush fail.
interface Disk {
    /// The real one.
    Disk REAL = commit -> commit.run();

    /// Runs the COMMIT.
    void commit(Flush commit) throws SQLException;

    /// A COMMIT.
    interface Flush {
        void run() throws SQLException;
    }

    /// Whether a failed commit was a failed flush: then nobody knows what is on disk.
    static boolean flushFailed(SQLException failure) {
        return failure instanceof SQLiteException sqlite
                && switch (sqlite.getResultCode()) {
                    case SQLITE_IOERR_FSYNC, SQLITE_IOERR_DIR_FSYNC -> true;
                    default -> false;
                };
    }
}
