package tiphys.store.write;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectChange;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectWrite;
import tiphys.objects.StoredObject;
import tiphys.store.sql.Sql;
import tiphys.store.write.ObjectCache.Known;

/// Writes objects and the watch window. For the thread that commits.
public final class ObjectRows {
    private final Sql sql;
    private final StoreOptions.Watch window;
    private final StoredObjects stored;
    private final ObjectCache known = new ObjectCache();
    private final List<Change> changes = new ArrayList<>();
    private long kept;
    private long keptBytes;
    private long madeBytes;

    /// A change that a batch made.
    ///
    /// @param bytes of the object's JSON
    record Change(ObjectChange change, long bytes) {}

    ObjectRows(Sql sql, StoreOptions.Watch window, StoredObjects stored) throws SQLException {
        this.sql = sql;
        this.stored = stored;
        this.window = window;
        recount();
    }

    void begin() {
        changes.clear();
        madeBytes = 0;
    }

    /// Forgets what was learnt in a batch that was rolled back.
    void forget() throws SQLException {
        known.clear();
        recount();
    }

    /// Counts the window again, after it was changed by others.
    void recount() throws SQLException {
        kept = sql.number("SELECT count(*) FROM change");
        keptBytes = sql.number("SELECT coalesce(sum(length(json)), 0) FROM change");
    }

    void keep(ObjectWrite write, Unit unit) throws SQLException {
        var key = StoredObject.keyOf(write);
        var before = current(key);
        var effect = StoredObject.after(before.stored(), write, unit.version());
        if (effect.isEmpty()) {
            return;
        }
        unit.undo().add(() -> known.put(key, before));
        var change = effect.get().change();
        var secret = secretOf(change.object());
        var json = stored.open(change.object());
        if (effect.get().after().isPresent()) {
            var after = effect.get().after().get();
            sql.run(
                    "INSERT INTO object (type, namespace, name, changed, json, secret) VALUES (?, ?, ?, ?, ?, ?)"
                            + " ON CONFLICT (type, namespace, name) DO UPDATE"
                            + " SET changed = excluded.changed, json = excluded.json, secret = excluded.secret",
                    key.type().groupResource(),
                    key.namespace(),
                    key.name(),
                    after.changed(),
                    json,
                    secret);
        } else {
            sql.run(
                    "DELETE FROM object WHERE type = ? AND namespace = ? AND name = ?",
                    key.type().groupResource(),
                    key.namespace(),
                    key.name());
        }
        known.put(key, new Known(effect.get().after(), effect.get().after().isPresent() ? json.length : 0));
        sql.run(
                "INSERT INTO change (version, at, what, type, namespace, json, secret) VALUES (?, ?, ?, ?, ?, ?, ?)",
                change.version(),
                unit.at(),
                change.type().name(),
                key.type().groupResource(),
                key.namespace(),
                json,
                secret);
        changes.add(new Change(change, json.length));
        madeBytes += json.length;
        unit.undo()
                .add(() -> {
                    changes.removeLast();
                    madeBytes -= json.length;
                });
    }

    /// Lets go of what is too old for the window.
    ///
    /// @return what the batch made, for the readers in memory
    List<Change> finish() throws SQLException {
        kept += changes.size();
        keptBytes += madeBytes;
        trim();
        return List.copyOf(changes);
    }

    private void trim() throws SQLException {
        if (kept <= window.count() + window.count() / 16 && keptBytes <= window.bytes() + window.bytes() / 16) {
            return;
        }
        record Old(long id, long version, long bytes) {}
        while (kept > 1 && (kept > window.count() || keptBytes > window.bytes())) {
            var oldest =
                    sql.all(
                            row -> new Old(row.getLong(1), row.getLong(2), row.getLong(3)),
                            "SELECT id, version, length(json) FROM change ORDER BY id LIMIT 256");
            for (var old : oldest) {
                if (kept <= window.count() && keptBytes <= window.bytes()) {
                    break;
                }
                sql.run("DELETE FROM change WHERE id = ?", old.id());
                sql.run("UPDATE meta SET value = ? WHERE key = 'forgotten'", old.version());
                kept--;
                keptBytes -= old.bytes();
            }
        }
    }

    private Known current(ObjectKey key) throws SQLException {
        var remembered = known.get(key);
        if (remembered != null) {
            return remembered;
        }
        var read =
                sql.first(
                                row ->
                                        new Known(
                                                Optional.of(
                                                        new StoredObject(stored.readable(row, key), row.getLong(3))),
                                                row.getLong(4)),
                                "SELECT o.json, s.data, o.changed, length(o.json) FROM object o LEFT JOIN secret s ON s.id = o.secret"
                                        + " WHERE o.type = ? AND o.namespace = ? AND o.name = ?",
                                key.type().groupResource(),
                                key.namespace(),
                                key.name())
                        .orElse(new Known(Optional.empty(), 0));
        known.put(key, read);
        return read;
    }

    private @Nullable Long secretOf(ApiObject object) throws SQLException {
        if (!StoredObjects.isSecret(object)) {
            return null;
        }
        sql.run("INSERT INTO secret (data) VALUES (?)", stored.sealed(object));
        return sql.number("SELECT last_insert_rowid()");
    }
}
