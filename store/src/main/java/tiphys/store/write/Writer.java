package tiphys.store.write;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tiphys.engine.RunRow;
import tiphys.events.DeliveryRow;
import tiphys.events.EventIndex;
import tiphys.journal.CloseStream;
import tiphys.journal.Committed;
import tiphys.journal.Conflict;
import tiphys.journal.ReopenStream;
import tiphys.journal.SaveSnapshot;
import tiphys.journal.Transaction;
import tiphys.journal.Write;
import tiphys.objects.ObjectWrite;
import tiphys.store.sql.Database;
import tiphys.store.sql.Micros;
import tiphys.store.sql.Sql;

/// Applies transactions inside a batch. A transaction whose precondition fails leaves nothing behind: where that can
/// happen after its first change, a savepoint takes it back. For the thread that commits.
public final class Writer {
    private final Sql sql;
    private final StreamRows streams;
    private final ObjectRows objects;
    private final DerivedRows derived;
    private final Map<String, Long> numbers = new HashMap<>();
    private long version;

    public Writer(Sql sql, StoreOptions options, StoredObjects stored) throws SQLException {
        this.sql = sql;
        this.streams = new StreamRows(sql);
        this.objects = new ObjectRows(sql, options.watch(), stored);
        this.derived = new DerivedRows(sql, options.identities());
    }

    /// What a batch made.
    ///
    /// @param head the sequence of the last entry
    /// @param version the last version
    record Batch(long head, long version, long forgotten, StreamRows.Fresh streams, List<ObjectRows.Change> changes) {}

    /// Whether a write can be stored at all.
    static boolean knows(Write write) {
        return switch (write) {
            case ObjectWrite _, SaveSnapshot _, CloseStream _, ReopenStream _, EventIndex _, RunRow _, DeliveryRow _ ->
                    true;
            case Write _ -> false;
        };
    }

    void begin() throws SQLException {
        sql.run("BEGIN IMMEDIATE");
        streams.begin(meta("sequence"));
        objects.begin();
        version = meta("version");
    }

    /// @throws Conflict if a precondition does not hold; then the batch is as it was before
    Committed store(Transaction transaction) throws SQLException {
        boolean guarded = canFailLate(transaction);
        if (guarded) {
            sql.run("SAVEPOINT one");
        }
        long head = streams.sequence();
        long before = version;
        boolean versioned = transaction.writes().stream().anyMatch(ObjectWrite.class::isInstance);
        if (versioned) {
            version++;
        }
        var unit = new Unit(Micros.of(transaction.at()), head + 1, version, new ArrayList<>());
        try {
            apply(transaction, unit);
        } catch (RuntimeException e) {
            unit.takeBack();
            version = before;
            if (guarded) {
                sql.run("ROLLBACK TO one");
                sql.run("RELEASE one");
            }
            throw e;
        }
        if (guarded) {
            sql.run("RELEASE one");
        }
        boolean appended = streams.sequence() > head;
        return new Committed(appended ? head + 1 : 0, appended ? streams.sequence() : 0, versioned ? version : 0);
    }

    private static boolean canFailLate(Transaction transaction) {
        return transaction.appends().size() > 1
                || transaction.writes().stream()
                        .anyMatch(write ->
                                switch (write) {
                                    case EventIndex index -> index.identity().isPresent();
                                    case RunRow _, DeliveryRow _, SaveSnapshot _ -> false;
                                    case Write _ -> true;
                                });
    }

    private void apply(Transaction transaction, Unit unit) throws SQLException {
        for (var append : transaction.appends()) {
            streams.append(append, unit);
        }
        for (var move : transaction.cursors()) {
            if (move.sequence() == 0) {
                sql.run("DELETE FROM cursor WHERE consumer = ?", move.consumer());
            } else {
                sql.run("INSERT OR REPLACE INTO cursor VALUES (?, ?)", move.consumer(), move.sequence());
            }
        }
        for (var write : transaction.writes()) {
            switch (write) {
                case ObjectWrite object -> objects.keep(object, unit);
                case SaveSnapshot snapshot -> streams.save(snapshot);
                case CloseStream close -> streams.close(close, unit);
                case ReopenStream reopen -> streams.reopen(reopen, unit);
                case EventIndex index -> derived.keep(index, unit);
                case RunRow row -> derived.keep(row);
                case DeliveryRow row -> derived.keep(row, unit);
                case Write other -> throw new IllegalArgumentException("nobody keeps " + other);
            }
        }
    }

    /// Writes what the batch changed once; the COMMIT is next.
    Batch finish() throws SQLException {
        var fresh = streams.finish();
        var changes = objects.finish();
        if (!changes.isEmpty()) {
            numbers.remove("forgotten"); // the oldest changes may have left the watch window
        }
        set("sequence", streams.sequence());
        set("version", version);
        return new Batch(streams.sequence(), version, meta("forgotten"), fresh, changes);
    }

    void commit() throws SQLException {
        sql.run("COMMIT");
    }

    /// Forgets the batch; what is on disk is the truth.
    void rollBack() throws SQLException {
        sql.forgetStatements();
        try {
            sql.execute("ROLLBACK");
        } catch (SQLException _) {
            // the engine rolls back by itself when the disk is full: then there is nothing left to do
        }
        forget();
    }

    private void forget() throws SQLException {
        streams.forget();
        objects.forget();
        numbers.clear();
    }

    /// Makes a change that is no transaction, such as letting go of old rows; nothing that it touches is remembered.
    <T> T change(Database.Read<T> change) throws SQLException {
        sql.run("BEGIN IMMEDIATE");
        try {
            var result = change.of(sql);
            sql.run("COMMIT");
            forget();
            return result;
        } catch (SQLException | RuntimeException e) {
            rollBack();
            throw e;
        }
    }

    /// Gives unused pages back to the file system.
    void vacuum(int pages) throws SQLException {
        sql.execute("PRAGMA incremental_vacuum(" + pages + ")");
    }

    /// One of the store's numbers. Nobody else writes them, so that each is read once.
    public long meta(String key) throws SQLException {
        var known = numbers.get(key);
        if (known == null) {
            known = sql.number("SELECT value FROM meta WHERE key = ?", key);
            numbers.put(key, known);
        }
        return known;
    }

    private void set(String key, long value) throws SQLException {
        if (value != meta(key)) {
            sql.run("UPDATE meta SET value = ? WHERE key = ?", value, key);
            numbers.put(key, value);
        }
    }
}
