package tiphys.store.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// One connection with its prepared statements, each made once. For one thread at a time.
public final class Sql implements AutoCloseable {
    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    public Sql(Connection connection) {
        this.connection = connection;
    }

    /// Makes a value of a row.
    public interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    /// Runs a statement that changes rows.
    ///
    /// @return how many rows it changed
    public int run(String sql, @Nullable Object... values) throws SQLException {
        return bound(sql, values).executeUpdate();
    }

    /// Every row of a query.
    public <T> List<T> all(Row<T> row, String sql, @Nullable Object... values) throws SQLException {
        try (var rows = bound(sql, values).executeQuery()) {
            var all = new ArrayList<T>();
            while (rows.next()) {
                all.add(row.of(rows));
            }
            return all;
        }
    }

    /// The rows of a query, until they are enough.
    public <T> List<T> until(BooleanSupplier enough, Row<T> row, String sql, @Nullable Object... values)
            throws SQLException {
        try (var rows = bound(sql, values).executeQuery()) {
            var some = new ArrayList<T>();
            while (!enough.getAsBoolean() && rows.next()) {
                some.add(row.of(rows));
            }
            return some;
        }
    }

    /// The rows of a query, until they hold so many bytes.
    public <T> List<T> untilFull(Row<T> row, ToLongFunction<T> bytes, long most, String sql, @Nullable Object... values)
            throws SQLException {
        long[] taken = {0};
        return until(
                () -> taken[0] >= most,
                found -> {
                    var one = row.of(found);
                    taken[0] += bytes.applyAsLong(one);
                    return one;
                },
                sql,
                values);
    }

    /// The first row of a query.
    public <T> Optional<T> first(Row<T> row, String sql, @Nullable Object... values) throws SQLException {
        try (var rows = bound(sql, values).executeQuery()) {
            return rows.next() ? Optional.of(row.of(rows)) : Optional.empty();
        }
    }

    /// The number that a query with one row gives.
    public long number(String sql, @Nullable Object... values) throws SQLException {
        return first(row -> row.getLong(1), sql, values).orElseThrow(() -> new SQLException("no row came from " + sql));
    }

    /// Runs a statement that is not worth preparing.
    public void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// A statement to be bound by hand, where each microsecond counts.
    public PreparedStatement prepare(String sql) throws SQLException {
        var statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        return statement;
    }

    /// Lets go of the prepared statements: one that failed half-way cannot be trusted to run again.
    public void forgetStatements() {
        for (var statement : prepared.values()) {
            try {
                statement.close();
            } catch (SQLException _) {
                // it is let go of because it is broken
            }
        }
        prepared.clear();
    }

    private PreparedStatement bound(String sql, @Nullable Object... values) throws SQLException {
        var statement = prepare(sql);
        for (int i = 0; i < values.length; i++) {
            switch (values[i]) {
                case null -> statement.setObject(i + 1, null);
                case Long number -> statement.setLong(i + 1, number);
                case Integer number -> statement.setInt(i + 1, number);
                case byte[] bytes -> statement.setBytes(i + 1, bytes);
                case Object other -> statement.setString(i + 1, other.toString());
            }
        }
        return statement;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
