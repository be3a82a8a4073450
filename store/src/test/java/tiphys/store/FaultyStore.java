package tiphys.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import tiphys.store.write.StoreOptions;

/// A store whose disk fails as a file says at each commit, so that a test of the whole server can break and mend it.
public final class FaultyStore {
    /// The file's text while the disk is full: a commit fails and nothing was written.
    public static final String FULL = "full";

    /// The file's text while flushes fail: nobody knows what was written.
    public static final String FLUSH = "flush";

    private FaultyStore() {}

    public static SqliteStore open(Path directory, StoreOptions options, Path faults) {
        return SqliteStore.open(
                directory,
                options,
                commit -> {
                    switch (fault(faults)) {
                        case FULL -> throw new SQLiteException("database or disk is full", SQLiteErrorCode.SQLITE_FULL);
                        case FLUSH -> throw new SQLiteException("disk I/O error", SQLiteErrorCode.SQLITE_IOERR_FSYNC);
                        default -> commit.run();
                    }
                });
    }

    private static String fault(Path faults) throws SQLException {
        try {
            return Files.exists(faults) ? Files.readString(faults) : "";
        } catch (IOException e) {
            throw new SQLException(e);
        }
    }
}
