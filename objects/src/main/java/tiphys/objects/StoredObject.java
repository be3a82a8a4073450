package tiphys.objects;

import java.util.LinkedHashMap;
import java.util.Optional;
import tiphys.journal.Conflict;
import tiphys.manifest.Value;

/// An object as a store keeps it, and what an [ObjectWrite] makes of it: the one place where the preconditions live, so
/// that every store answers alike.
///
/// @param changed the version of the last change of spec or metadata by an owner; status writes do not move it
public record StoredObject(ApiObject object, long changed) {

    /// What a write leads to.
    ///
    /// @param after the object as it is to be kept; empty if it is removed
    /// @param change what watchers are told
    public record Effect(Optional<StoredObject> after, ObjectChange change) {}

    /// The object that a write is about.
    public static ObjectKey keyOf(ObjectWrite write) {
        return switch (write) {
            case ObjectWrite.Create(var object) -> object.key();
            case ObjectWrite.Update(var object, _, _) -> object.key();
            case ObjectWrite.Status(var key, _, _, _) -> key;
            case ObjectWrite.Data(var ifAbsent, _) -> ifAbsent.key();
            case ObjectWrite.Unchanged(var key, _, _) -> key;
            case ObjectWrite.Delete(var key, _) -> key;
        };
    }

    /// What the write makes of the object; empty if it has no effect.
    ///
    /// @param current the object now, if it is there
    /// @param version the version that the commit gives
    /// @throws Conflict if a precondition of the write does not hold
    public static Optional<Effect> after(Optional<StoredObject> current, ObjectWrite write, long version) {
        return switch (write) {
            case ObjectWrite.Create(var object) -> {
                if (current.isPresent()) {
                    throw new Conflict(Conflict.Reason.ALREADY_EXISTS, object.key().quoted() + " already exists");
                }
                yield Optional.of(kept(object, version, version, ObjectChange.Type.ADDED));
            }
            case ObjectWrite.Update(var object, var ifVersion, var asRead) -> {
                var before = current.orElseThrow(() -> gone(object.key()));
                if (!before.object().uid().equals(object.uid())
                        || (ifVersion.isPresent() && before.changed() > ifVersion.getAsLong())
                        || (asRead.isPresent() && before.object().resourceVersion() != asRead.getAsLong())) {
                    throw moved(object.key());
                }
                yield Optional.of(kept(object, version, version, ObjectChange.Type.MODIFIED));
            }
            case ObjectWrite.Status(_, var uid, var status, var labels) ->
                    current.filter(before -> before.object().uid().equals(uid))
                            .map(before ->
                                    kept(
                                            withLabels(before.object(), labels).withStatus(status),
                                            version,
                                            before.changed(),
                                            ObjectChange.Type.MODIFIED));
            case ObjectWrite.Data(var ifAbsent, var data) -> {
                var type = current.isPresent() ? ObjectChange.Type.MODIFIED : ObjectChange.Type.ADDED;
                var before = current.map(StoredObject::object).orElse(ifAbsent);
                var labelled = withLabels(before, ifAbsent.json().mapAt("metadata", "labels"));
                var all = new LinkedHashMap<>(labelled.json().mapAt("data").fields());
                data.forEach((key, text) -> all.put(key, Value.text(text)));
                var object = new ApiObject(labelled.type(), labelled.json().with("data", Value.of(all)));
                yield Optional.of(kept(object, version, version, type));
            }
            case ObjectWrite.Unchanged(var key, var uid, var asRead) -> {
                var now = current.orElseThrow(() -> gone(key));
                if (!now.object().uid().equals(uid) || now.object().resourceVersion() != asRead) {
                    throw moved(key);
                }
                yield Optional.empty();
            }
            case ObjectWrite.Delete(_, var uid) ->
                    current.filter(before -> before.object().uid().equals(uid))
                            .map(before ->
                                    new Effect(
                                            Optional.empty(),
                                            new ObjectChange(
                                                    version,
                                                    ObjectChange.Type.DELETED,
                                                    stamped(before.object(), version))));
        };
    }

    private static Effect kept(ApiObject object, long version, long changed, ObjectChange.Type type) {
        var stamped = stamped(object, version);
        return new Effect(Optional.of(new StoredObject(stamped, changed)), new ObjectChange(version, type, stamped));
    }

    private static ApiObject stamped(ApiObject object, long version) {
        return object.withMetadata("resourceVersion", Value.text(Long.toString(version)));
    }

    private static ApiObject withLabels(ApiObject object, Value.Mapping labels) {
        if (labels.fields().isEmpty()) {
            return object;
        }
        var merged = new LinkedHashMap<>(object.json().mapAt("metadata", "labels").fields());
        labels.fields()
                .forEach((label, value) -> {
                    if (value instanceof Value.Null) {
                        merged.remove(label);
                    } else {
                        merged.put(label, value);
                    }
                });
        return object.withMetadata("labels", Value.of(merged));
    }

    private static Conflict gone(ObjectKey key) {
        return new Conflict(Conflict.Reason.NOT_FOUND, key.quoted() + " not found");
    }

    private static Conflict moved(ObjectKey key) {
        return new Conflict(
                Conflict.Reason.VERSION_MISMATCH,
                "Operation cannot be fulfilled on "
                        + key.quoted()
                        + ": the object has been modified; please apply your changes to the latest version and try again");
    }
}
