package tiphys.store.write;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;

/// How objects are stored: as their JSON, but what Secrets hold lies sealed in a table of its own, and so does kubectl's copy of it
/// in an annotation. Safe for every thread.
public final class StoredObjects {
    private static final List<String> SECRET_FIELDS = List.of("data", "stringData");
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    /// Under which the annotation is sealed, beside the fields.
    private static final String SEALED_ANNOTATION = "lastApplied";

    private static final System.Logger LOG = System.getLogger(StoredObjects.class.getName());

    /// Says of an object why nothing but its name can be read.
    private static final String UNREADABLE = "tiphys.io/unreadable";

    private final SecretBox box;

    public StoredObjects(SecretBox box) {
        this.box = box;
    }

    static boolean isSecret(ApiObject object) {
        return object.type().equals(ResourceTypes.SECRET);
    }

    /// What anybody may read in the database.
    byte[] open(ApiObject object) {
        return Json.bytes(isSecret(object) ? open(object.json()) : object.json());
    }

    private static Value.Mapping open(Value.Mapping secret) {
        var open = secret;
        for (var field : SECRET_FIELDS) {
            open = open.without(field);
        }
        if (secret.textAt("metadata", "annotations", LAST_APPLIED).isEmpty()) {
            return open;
        }
        var metadata = secret.mapAt("metadata");
        return open.with("metadata", metadata.with("annotations", metadata.mapAt("annotations").without(LAST_APPLIED)));
    }

    /// What a Secret holds, sealed.
    byte[] sealed(ApiObject secret) {
        return sealed(secret.json());
    }

    private byte[] sealed(Value.Mapping secret) {
        var held = Value.Mapping.EMPTY;
        for (var field : SECRET_FIELDS) {
            var value = secret.find(field);
            if (value.isPresent()) {
                held = held.with(field, value.get());
            }
        }
        var applied = secret.textAt("metadata", "annotations", LAST_APPLIED);
        if (applied.isPresent()) {
            held = held.with(SEALED_ANNOTATION, applied.get());
        }
        return box.seal(Json.bytes(held));
    }

    /// Reads an object from the first two columns: its JSON, and what was sealed of it or null.
    public ApiObject object(ResultSet row, ResourceType type) throws SQLException {
        var json = (Value.Mapping) Json.parseOwn(row.getBytes(1));
        var sealed = row.getBytes(2);
        return new ApiObject(type, sealed == null ? json : whole(json, box.open(sealed)));
    }

    /// Reads an object as [#object] does. One whose text cannot be read is shown by its name and says why, for a list without it
    /// would be a lie, and a list that fails would hide the others; whoever wants to can delete it.
    public ApiObject readable(ResultSet row, ObjectKey key) throws SQLException {
        try {
            return object(row, key.type());
        } catch (InvalidInput | ClassCastException | StackOverflowError e) {
            LOG.log(System.Logger.Level.ERROR, "{0} cannot be read from the store: {1}", key, e);
            return unreadable(key, "the object cannot be read from the store: " + e);
        }
    }

    private static ApiObject unreadable(ObjectKey key, String why) {
        var metadata =
                Value.object(
                        "name",
                        key.name(),
                        "namespace",
                        key.namespace().isEmpty() ? null : key.namespace(),
                        "annotations",
                        Value.object(UNREADABLE, why));
        return new ApiObject(
                key.type(),
                Value.object(
                        "apiVersion",
                        key.type().apiVersion(),
                        "kind",
                        key.type().kind(),
                        "metadata",
                        metadata,
                        "status",
                        Value.object("phase", "Error", "message", why)));
    }

    private static Value.Mapping whole(Value.Mapping open, byte[] held) {
        var json = open;
        for (var field : ((Value.Mapping) Json.parseOwn(held)).fields().entrySet()) {
            if (field.getKey().equals(SEALED_ANNOTATION)) {
                var metadata = json.mapAt("metadata");
                json =
                        json.with(
                                "metadata",
                                metadata.with(
                                        "annotations",
                                        metadata.mapAt("annotations").with(LAST_APPLIED, field.getValue())));
            } else {
                json = json.with(field.getKey(), field.getValue());
            }
        }
        return json;
    }

    /// Seals what an older program stored openly, and overwrites it where it lay.
    ///
    /// @return how many Secrets
    public int sealOld(Connection connection) throws SQLException {
        record Old(long id, byte[] held) {}
        var old = new ArrayList<Old>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT id, data FROM secret WHERE substr(data, 1, 1) = x'7b'")) {
            while (rows.next()) {
                old.add(new Old(rows.getLong(1), rows.getBytes(2)));
            }
        }
        if (old.isEmpty()) {
            return 0;
        }
        try (var statement = connection.createStatement()) {
            statement.execute("PRAGMA secure_delete=ON");
            statement.execute("BEGIN IMMEDIATE");
            for (var one : old) {
                var secret = whole(Value.Mapping.EMPTY, one.held());
                for (var table : List.of("object", "change")) {
                    secret = openRows(connection, table, one.id(), secret);
                }
                try (var update = connection.prepareStatement("UPDATE secret SET data = ? WHERE id = ?")) {
                    update.setBytes(1, sealed(secret));
                    update.setLong(2, one.id());
                    update.executeUpdate();
                }
            }
            statement.execute("COMMIT");
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        return old.size();
    }

    /// Takes the annotation out of the rows of a Secret, and gives it to what is sealed.
    private static Value.Mapping openRows(Connection connection, String table, long secret, Value.Mapping held)
            throws SQLException {
        record Row(long id, Value.Mapping json) {}
        var rows = new ArrayList<Row>();
        try (var select = connection.prepareStatement("SELECT rowid, json FROM " + table + " WHERE secret = ?")) {
            select.setLong(1, secret);
            try (var found = select.executeQuery()) {
                while (found.next()) {
                    rows.add(new Row(found.getLong(1), (Value.Mapping) Json.parseOwn(found.getBytes(2))));
                }
            }
        }
        var whole = held;
        try (var update = connection.prepareStatement("UPDATE " + table + " SET json = ? WHERE rowid = ?")) {
            for (var row : rows) {
                var applied = row.json().textAt("metadata", "annotations", LAST_APPLIED);
                if (applied.isPresent()) {
                    whole =
                            whole.with(
                                    "metadata", Value.object("annotations", Value.object(LAST_APPLIED, applied.get())));
                    update.setBytes(1, Json.bytes(open(row.json())));
                    update.setLong(2, row.id());
                    update.executeUpdate();
                }
            }
        }
        return whole;
    }
}
