package tiphys.store.keep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import tiphys.store.sql.Database;

/// Measures the store's tables and files.
public final class Measuring {
    private Measuring() {}

    public static Sizes sizes(Database database, long flushes, long freeBytes) throws IOException {
        var tables =
                database.read(sql -> {
                    var found = new TreeMap<String, Sizes.Table>();
                    for (var name :
                            sql.all(
                                    row -> row.getString(1),
                                    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")) {
                        long rows =
                                sql.first(row -> row.getLong(1), "SELECT count(*) FROM \"" + name + "\"").orElse(0L);
                        long bytes =
                                sql.number(
                                        "SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE aggregate = 1 AND name IN"
                                                + " (SELECT name FROM sqlite_master WHERE tbl_name = ?)",
                                        name);
                        found.put(name, new Sizes.Table(rows, bytes));
                    }
                    return found;
                });
        long unused = database.read(sql -> sql.number("PRAGMA freelist_count") * sql.number("PRAGMA page_size"));
        var log = database.log();
        return new Sizes(tables, size(database.file()), size(log), unused, freeBytes, flushes);
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }
}
