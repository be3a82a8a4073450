package tiphys.store.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Brings a store to this program's schema: the files `001.sql`, `002.sql` … each once, in order, each in a transaction.
/// What was run is remembered with a checksum, so that a store of another make is refused instead of misread.
public final class Migrations {
    /// The schema that this program writes.
    static final int CURRENT = 1;

    private Migrations() {}

    /// @throws IncompatibleStore if the store is of a newer program, or was made by other files
    public static void run(Connection connection, Path directory) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, checksum TEXT NOT NULL)");
            var done = new ArrayList<String>();
            try (var rows = statement.executeQuery("SELECT checksum FROM migration ORDER BY number")) {
                while (rows.next()) {
                    done.add(rows.getString(1));
                }
            }
            if (done.size() > CURRENT) {
                throw new IncompatibleStore(
                        ("the store in %s was written by a newer program (schema %d; this one knows %d): start that"
                                        + " program, or restore a backup of before the upgrade")
                                .formatted(directory, done.size(), CURRENT));
            }
            for (int number = 1; number <= CURRENT; number++) {
                var sql = text(number);
                if (number > done.size()) {
                    statement.execute("BEGIN IMMEDIATE");
                    for (var part : statements(sql)) {
                        statement.execute(part);
                    }
                    statement.execute("INSERT INTO migration VALUES (" + number + ", '" + checksum(sql) + "')");
                    statement.execute("COMMIT");
                } else if (!done.get(number - 1).equals(checksum(sql))) {
                    throw new IncompatibleStore(
                            "the store in %s has another schema %d than this program: it was written by an unreleased one"
                                    .formatted(directory, number));
                }
            }
        }
    }

    private static String text(int number) {
        try (var in = Migrations.class.getResourceAsStream("%03d.sql".formatted(number))) {
            if (in == null) {
                throw new IllegalStateException("migration " + number + " is missing in the program");
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> statements(String sql) {
        return List.of(sql.replaceAll("--[^\n]*", "").split(";")).stream().filter(part -> !part.isBlank()).toList();
    }

    private static String checksum(String sql) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(sql.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
