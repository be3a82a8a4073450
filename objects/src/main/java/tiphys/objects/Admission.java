package tiphys.objects;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;

/// Decides whether an object may be stored and fills in what the server owns: uid, times, generation, defaults. It sees
/// one object at a time; what needs the others (does the namespace exist, is the name free) is asked by whoever stores.
/// Each refusal has Kubernetes' text.
public final class Admission {
    private static final List<String> DROPPED =
            List.of("managedFields", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds");
    private static final List<String> OPTIONAL = List.of("labels", "annotations", "finalizers", "ownerReferences");

    private final SchemaRules schema;

    /// What chance and the clock give to a new object.
    ///
    /// @param suffix the end of a generated name, from [Names#suffix]
    public record Stamp(String uid, String suffix, Instant at) {}

    /// An object that may be stored.
    ///
    /// @param object complete but for its new version
    public record Admitted(ApiObject object, List<String> warnings) {}

    /// @param schema what a kind's schema finds in an object
    public Admission(Function<ApiObject, List<Diagnostic>> schema) {
        this.schema = new SchemaRules(schema);
    }

    /// The object as it is meant for a request's namespace: it gets the namespace if it names none.
    ///
    /// @param namespace empty if the request names none (then it is `default`)
    /// @throws Refusal if it names another
    public static ApiObject inNamespace(ApiObject object, String namespace) {
        MetadataRules.checkShape(object);
        var own = object.namespace();
        if (!object.type().namespaced()) {
            if (!own.isEmpty()) {
                throw Refusal.badRequest(
                        "the namespace of the provided object does not match the namespace sent on the request");
            }
            return object;
        }
        if (own.isEmpty()) {
            return object.withMetadata("namespace", Value.text(namespace.isEmpty() ? "default" : namespace));
        }
        if (!namespace.isEmpty() && !own.equals(namespace)) {
            throw Refusal.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
        return object;
    }

    /// A new object, ready to be stored.
    public Admitted create(ApiObject given, Stamp stamp, Objects.FieldValidation fields) {
        var object = inNamespace(kindOf(given), "");
        refusePods(object.type());
        if (object.resourceVersion() != 0) {
            throw Refusal.badRequest("resourceVersion should not be set on objects to be created");
        }
        var prefix = object.json().textAt("metadata", "generateName").orElse("");
        if (object.name().isEmpty() && !prefix.isEmpty()) {
            object = object.withMetadata("name", Value.text(Names.generated(prefix, stamp.suffix())));
        }
        object = KindRules.defaulted(cleaned(object));
        object =
                object.withMetadata("uid", Value.text(stamp.uid()))
                        .withMetadata(
                                "creationTimestamp", Value.text(stamp.at().truncatedTo(ChronoUnit.SECONDS).toString()));
        object = new ApiObject(object.type(), object.json().without("status"));
        if (!object.type().builtIn()) {
            object = object.withMetadata("generation", Value.number(1));
        }
        if (object.type().equals(ResourceTypes.NAMESPACE)) {
            object = object.withStatus(Value.object("phase", "Active"));
        }
        refuse(object, flaws(object));
        return new Admitted(object, schema.check(object, fields));
    }

    /// An object in its changed form, ready to be stored. The status is the server's and stays as it was. If nothing was
    /// changed, the object is equal to the one before.
    public Admitted update(ApiObject before, ApiObject given, Objects.FieldValidation fields) {
        var key = before.key();
        var object = kindOf(given);
        refusePods(object.type());
        MetadataRules.checkShape(object);
        checkIdentity(before, object);
        object =
                cleaned(object)
                        .withMetadata("name", Value.text(key.name()))
                        .withMetadata("uid", Value.text(before.uid()))
                        .withMetadata("resourceVersion", Value.text(Long.toString(before.resourceVersion())));
        for (var kept : List.of("creationTimestamp", "namespace", "deletionTimestamp", "generation")) {
            var value = before.json().find("metadata", kept);
            object = value.isPresent() ? object.withMetadata(kept, value.get()) : without(object, kept);
        }
        object = KindRules.defaulted(object);
        var status = before.json().find("status");
        object =
                status.isPresent()
                        ? new ApiObject(object.type(), object.json().with("status", status.get()))
                        : new ApiObject(object.type(), object.json().without("status"));
        if (object.json().equals(before.json())) {
            return new Admitted(before, List.of());
        }
        var flaws = new ArrayList<>(flaws(object));
        flaws.addAll(KindRules.changeFlaws(before, object));
        refuse(object, flaws);
        if (!object.type().builtIn() && !content(object).equals(content(before))) {
            object = object.withMetadata("generation", Value.number(before.generation() + 1));
        }
        return new Admitted(object, schema.check(object, Optional.of(before), fields));
    }

    private static void checkIdentity(ApiObject before, ApiObject object) {
        if (!object.name().equals(before.name())) {
            throw Refusal.badRequest(
                    "the name of the object ("
                            + object.name()
                            + ") does not match the name on the URL ("
                            + before.name()
                            + ")");
        }
        if (!object.namespace().isEmpty() && !object.namespace().equals(before.namespace())) {
            throw Refusal.badRequest(
                    "the namespace of the object ("
                            + object.namespace()
                            + ") does not match the namespace on the request ("
                            + before.namespace()
                            + ")");
        }
        if (!object.uid().isEmpty() && !object.uid().equals(before.uid())) {
            throw Refusal.conflict(
                    before.key(),
                    "Precondition failed: UID in precondition: "
                            + object.uid()
                            + ", UID in object meta: "
                            + before.uid());
        }
    }

    /// Refuses the deletion of what must stay, and one whose preconditions do not hold.
    public static void checkDeletion(ApiObject object, Objects.Precondition precondition) {
        var key = object.key();
        if (KindRules.stays(key)) {
            throw Refusal.forbidden(key, "this namespace may not be deleted");
        }
        precondition
                .uid()
                .filter(uid -> !uid.equals(object.uid()))
                .ifPresent(uid -> {
                    throw Refusal.conflict(
                            key,
                            "the UID in the precondition ("
                                    + uid
                                    + ") does not match the UID in record ("
                                    + object.uid()
                                    + "). The object might have been deleted and then recreated");
                });
        precondition
                .resourceVersion()
                .filter(version -> version != object.resourceVersion())
                .ifPresent(version -> {
                    throw Refusal.conflict(
                            key,
                            "the ResourceVersion in the precondition ("
                                    + version
                                    + ") does not match the ResourceVersion in record ("
                                    + object.resourceVersion()
                                    + "). The object might have been modified");
                });
    }

    /// The object with its apiVersion and kind, which a list or a patch may leave out.
    private static ApiObject kindOf(ApiObject given) {
        var type = given.type();
        given.json()
                .textAt("apiVersion")
                .filter(version -> !version.equals(type.apiVersion()))
                .ifPresent(version -> {
                    throw Refusal.badRequest(
                            "the API version in the data ("
                                    + version
                                    + ") does not match the expected API version ("
                                    + type.apiVersion()
                                    + ")");
                });
        given.json()
                .textAt("kind")
                .filter(kind -> !kind.equals(type.kind()))
                .ifPresent(kind -> {
                    throw Refusal.badRequest(
                            "the kind in the data ("
                                    + kind
                                    + ") does not match the expected kind ("
                                    + type.kind()
                                    + ")");
                });
        return new ApiObject(type, given.json().with("apiVersion", type.apiVersion()).with("kind", type.kind()));
    }

    private static void refusePods(ResourceType type) {
        if (type.equals(ResourceTypes.POD)) {
            throw Refusal.notAllowed(
                    "pods are a view of the steps of runs on this server and cannot be written; create a Workflow instead");
        }
    }

    /// The object without what only the server writes and without empty optional parts, so that equal objects look equal.
    private static ApiObject cleaned(ApiObject object) {
        var metadata = object.json().mapAt("metadata");
        for (var field : DROPPED) {
            metadata = metadata.without(field);
        }
        metadata = metadata.without("resourceVersion");
        for (var field : OPTIONAL) {
            if (metadata.find(field).filter(Admission::empty).isPresent()) {
                metadata = metadata.without(field);
            }
        }
        for (var field : List.of("labels", "annotations")) {
            for (var entry : metadata.mapAt(field).fields().entrySet()) {
                if (entry.getValue() instanceof Value.Null) {
                    metadata = metadata.with(field, metadata.mapAt(field).with(entry.getKey(), ""));
                }
            }
        }
        var json = object.json().with("metadata", metadata);
        for (var entry : object.json().fields().entrySet()) {
            if (entry.getValue() instanceof Value.Null) {
                json = json.without(entry.getKey());
            }
        }
        return new ApiObject(object.type(), json);
    }

    private static boolean empty(Value value) {
        return switch (value) {
            case Value.Null _ -> true;
            case Value.Mapping(var fields, _, _) -> fields.isEmpty();
            case Value.Sequence(var items, _) -> items.isEmpty();
            case Value.Text _, Value.Bool _, Value.Number _ -> false;
        };
    }

    private static ApiObject without(ApiObject object, String field) {
        var metadata = object.json().mapAt("metadata").without(field);
        return new ApiObject(object.type(), object.json().with("metadata", metadata));
    }

    private static Value.Mapping content(ApiObject object) {
        return object.json().without("metadata").without("status");
    }

    private static List<Refusal.Cause> flaws(ApiObject object) {
        var flaws = new ArrayList<>(MetadataRules.flaws(object));
        flaws.addAll(KindRules.flaws(object));
        return flaws;
    }

    private static void refuse(ApiObject object, List<Refusal.Cause> flaws) {
        if (!flaws.isEmpty()) {
            throw Refusal.invalid(object.type(), object.name(), flaws);
        }
    }
}
