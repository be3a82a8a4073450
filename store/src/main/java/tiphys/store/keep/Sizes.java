package tiphys.store.keep;

import java.util.Map;

/// How large a store is, for `doctor`.
///
/// @param tables by name
/// @param databaseBytes the database file
/// @param logBytes the write-ahead log
/// @param unusedBytes pages of the database file that hold nothing
/// @param freeBytes what the file system still takes
/// @param flushes since the start
public record Sizes(
        Map<String, Table> tables, long databaseBytes, long logBytes, long unusedBytes, long freeBytes, long flushes) {
    /// One table.
    ///
    /// @param bytes with its indexes
    public record Table(long rows, long bytes) {}
}
