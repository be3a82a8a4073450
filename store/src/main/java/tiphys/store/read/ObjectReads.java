package tiphys.store.read;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectChange;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.ResourceType;
import tiphys.store.sql.Database;
import tiphys.store.write.RecentCommits;
import tiphys.store.write.StoredObjects;

/// Reads objects and what happened to them: the latest changes from memory, the rest from disk.
public final class ObjectReads {
    private static final long PAGE_BYTES = 4L << 20;

    private final Database database;
    private final RecentCommits latest;
    private final StoredObjects stored;

    public ObjectReads(Database database, RecentCommits latest, StoredObjects stored) {
        this.stored = stored;
        this.database = database;
        this.latest = latest;
    }

    public Optional<ApiObject> find(ObjectKey key) {
        return database.read(sql ->
                sql.first(
                        row -> stored.readable(row, key),
                        "SELECT o.json, s.data FROM object o LEFT JOIN secret s ON s.id = o.secret"
                                + " WHERE o.type = ? AND o.namespace = ? AND o.name = ?",
                        key.type().groupResource(),
                        key.namespace(),
                        key.name()));
    }

    /// The engine picks the uid out of the text: reading ten thousand objects whole takes a second, this a tenth of it.
    public Map<ObjectKey, String> uids(ResourceType type) {
        var uids = new HashMap<ObjectKey, String>();
        database.read(sql ->
                sql.all(
                        row -> uids.put(new ObjectKey(type, row.getString(1), row.getString(2)), row.getString(3)),
                        "SELECT namespace, name, CASE WHEN json_valid(CAST(json AS TEXT))"
                                + " THEN coalesce(json_extract(CAST(json AS TEXT), '$.metadata.uid'), '') ELSE '' END FROM object WHERE type = ?",
                        type.groupResource()));
        return uids;
    }

    public ObjectStore.Listing list(ResourceType type, Optional<String> namespace, Optional<String> after, int limit) {
        var values = new ArrayList<Object>();
        var where = new StringBuilder("o.type = ?");
        values.add(type.groupResource());
        if (namespace.isPresent()) {
            where.append(" AND o.namespace = ?");
            values.add(namespace.get());
        }
        if (after.isPresent()) {
            int slash = after.get().indexOf('/');
            where.append(" AND (o.namespace, o.name) > (?, ?)");
            values.add(after.get().substring(0, slash));
            values.add(after.get().substring(slash + 1));
        }
        values.add(limit == Integer.MAX_VALUE ? limit : limit + 1);
        return database.read(sql -> {
            var room = new Room();
            var objects =
                    sql.until(
                            room::isFull,
                            row -> {
                                room.take(row.getLong(3));
                                return stored.readable(row, new ObjectKey(type, row.getString(4), row.getString(5)));
                            },
                            "SELECT o.json, s.data, length(o.json), o.namespace, o.name FROM object o LEFT JOIN secret s ON s.id = o.secret WHERE "
                                    + where
                                    + " ORDER BY o.namespace, o.name LIMIT ?",
                            values.toArray());
            return new ObjectStore.Listing(
                    sql.number("SELECT value FROM meta WHERE key = 'version'"),
                    objects.stream().limit(limit).toList(),
                    objects.size() > limit || room.isFull());
        });
    }

    /// What a page may still take: its objects are trees in memory, several times as large as their JSON.
    private static final class Room {
        private long bytes = PAGE_BYTES;

        void take(long json) {
            bytes -= json;
        }

        boolean isFull() {
            return bytes <= 0;
        }
    }

    public List<ObjectChange> changes(ResourceType type, Optional<String> namespace, long afterVersion, int limit) {
        long forgotten = latest.forgotten();
        if (afterVersion < forgotten) {
            throw new ObjectStore.Expired(afterVersion, forgotten);
        }
        if (afterVersion >= latest.version()) {
            return List.of();
        }
        return latest.changes(
                        afterVersion,
                        change ->
                                change.object().type().equals(type)
                                        && (namespace.isEmpty() || change.object().namespace().equals(namespace.get())),
                        limit)
                .orElseGet(() -> fromDisk(type, namespace, afterVersion, limit));
    }

    private List<ObjectChange> fromDisk(ResourceType type, Optional<String> namespace, long afterVersion, int limit) {
        var among = "FROM change c WHERE c.type = ?" + (namespace.isPresent() ? " AND c.namespace = ?" : "");
        var values = new ArrayList<Object>();
        values.add(type.groupResource());
        namespace.ifPresent(values::add);
        values.add(afterVersion);
        values.add(limit);
        return database.read(sql -> {
            long forgotten = sql.number("SELECT value FROM meta WHERE key = 'forgotten'");
            if (afterVersion < forgotten) {
                throw new ObjectStore.Expired(afterVersion, forgotten);
            }
            var room = new Room();
            var versions =
                    sql.until(
                            room::isFull,
                            row -> {
                                room.take(row.getLong(2));
                                return row.getLong(1);
                            },
                            "SELECT c.version, length(c.json) "
                                    + among
                                    + " AND c.version > ? ORDER BY c.version LIMIT ?",
                            values.toArray());
            if (versions.isEmpty()) {
                return List.of();
            }
            values.set(values.size() - 1, versions.getLast());
            return sql.all(
                    row ->
                            new ObjectChange(
                                    row.getLong(3),
                                    ObjectChange.Type.valueOf(row.getString(4)),
                                    stored.object(row, type)),
                    "SELECT c.json, (SELECT data FROM secret WHERE id = c.secret), c.version, c.what "
                            + among
                            + " AND c.version > ? AND c.version <= ? ORDER BY c.id",
                    values.toArray());
        });
    }
}
