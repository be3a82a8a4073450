package tiphys.store.sql;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.sqlite.SQLiteConfig;
import tiphys.journal.StoreUnavailable;

/// The database file: opens connections and lends those for reading.
public final class Database implements AutoCloseable {
    private final Path file;
    private final BlockingQueue<Sql> idle;
    private final List<Sql> readers = new ArrayList<>();
    private final FlushGate gate = new FlushGate();

    public Database(Path file, int readers) {
        this.file = file;
        this.idle = new ArrayBlockingQueue<>(readers);
    }

    /// A read, all of it at one moment of the store.
    public interface Read<T> {
        T of(Sql sql) throws SQLException;
    }

    public Path file() {
        return file;
    }

    /// The write-ahead log; there as soon as a connection was used.
    public Path log() {
        return file.resolveSibling(file.getFileName() + "-wal");
    }

    /// What reads wait for that saw what is not flushed yet.
    public FlushGate gate() {
        return gate;
    }

    /// A connection that may write.
    public Connection connect() throws SQLException {
        var config = new SQLiteConfig();
        config.setBusyTimeout(10_000);
        config.setGetGeneratedKeys(false); // nobody asks for them, and each statement would be searched for INSERT
        var connection = config.createConnection("jdbc:sqlite:" + file);
        try (var statement = connection.createStatement()) {
            statement.execute("PRAGMA auto_vacuum=INCREMENTAL");
            statement.execute("PRAGMA journal_mode=WAL");
            statement.execute("PRAGMA synchronous=FULL");
            statement.execute("PRAGMA wal_autocheckpoint=0");
            statement.execute("PRAGMA cache_size=-16384");
            statement.execute("PRAGMA temp_store=MEMORY");
        }
        return connection;
    }

    /// Opens the connections for reading; the schema must be there.
    public void openReaders() throws SQLException {
        while (idle.remainingCapacity() > 0) {
            var sql = new Sql(connect());
            sql.execute("PRAGMA query_only=ON");
            readers.add(sql);
            idle.add(sql);
        }
    }

    /// Reads with a connection of the pool, waiting for one if all are taken.
    public <T> T read(Read<T> read) {
        Sql sql;
        try {
            sql = idle.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailable("interrupted while waiting to read", e);
        }
        try {
            sql.run("BEGIN");
            var result = read.of(sql);
            sql.run("COMMIT");
            gate.pass();
            return result;
        } catch (SQLException e) {
            rollBack(sql);
            throw new StoreUnavailable("the store cannot be read: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            rollBack(sql);
            throw e;
        } finally {
            idle.add(sql);
        }
    }

    private static void rollBack(Sql sql) {
        sql.forgetStatements();
        try {
            sql.execute("ROLLBACK");
        } catch (SQLException _) {
            // it was rolled back already, or never begun
        }
    }

    @Override
    public void close() throws SQLException {
        for (var reader : readers) {
            reader.close();
        }
    }
}
