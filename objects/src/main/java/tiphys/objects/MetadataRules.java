package tiphys.objects;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tiphys.manifest.Value;

/// What may stand in `metadata`, in Kubernetes' rules and words.
final class MetadataRules {
    private static final int MAX_ANNOTATION_BYTES = 256 * 1024;
    private static final List<String> TEXTS =
            List.of("name", "generateName", "namespace", "uid", "resourceVersion", "selfLink");

    private MetadataRules() {}

    /// Refuses metadata whose fields have the wrong type: nothing else could be said about them.
    static void checkShape(ApiObject object) {
        var metadata = object.json().fields().get("metadata");
        if (metadata == null || metadata instanceof Value.Null) {
            return;
        }
        if (!(metadata instanceof Value.Mapping map)) {
            throw undecodable(object.type(), metadata, "metadata", "v1.ObjectMeta");
        }
        TEXTS.forEach(field -> map.find(field).ifPresent(value -> mustBeText(object.type(), value, field)));
        for (var field : List.of("labels", "annotations")) {
            map.find(field).ifPresent(value -> mustBeTexts(object.type(), value, field));
        }
        map.find("finalizers")
                .ifPresent(value -> {
                    mustBeList(object.type(), value, "finalizers", "[]string");
                    map.listAt("finalizers").forEach(item -> mustBeText(object.type(), item, "finalizers"));
                });
        map.find("ownerReferences")
                .ifPresent(value -> {
                    mustBeList(object.type(), value, "ownerReferences", "[]v1.OwnerReference");
                    for (var item : map.listAt("ownerReferences")) {
                        if (!(item instanceof Value.Mapping)) {
                            throw undecodable(
                                    object.type(), item, "ObjectMeta.metadata.ownerReferences", "v1.OwnerReference");
                        }
                    }
                });
        object.json().textAt("metadata", "resourceVersion").ifPresent(MetadataRules::checkVersion);
    }

    private static void checkVersion(String version) {
        try {
            if (version.isEmpty() || Long.parseLong(version) >= 0) {
                return;
            }
        } catch (NumberFormatException e) {
            throw badVersion(version);
        }
        throw badVersion(version);
    }

    private static Refusal badVersion(String version) {
        return Refusal.badRequest(
                "metadata.resourceVersion: Invalid value: \""
                        + version
                        + "\": must be a version that this server gave");
    }

    private static void mustBeText(ResourceType type, Value value, String field) {
        if (!(value instanceof Value.Text) && !(value instanceof Value.Null)) {
            throw undecodable(type, value, "ObjectMeta.metadata." + field, "string");
        }
    }

    private static void mustBeTexts(ResourceType type, Value value, String field) {
        if (value instanceof Value.Mapping(var fields, _, _)) {
            fields.values().forEach(item -> mustBeText(type, item, field));
        } else if (!(value instanceof Value.Null)) {
            throw undecodable(type, value, "ObjectMeta.metadata." + field, "map[string]string");
        }
    }

    private static void mustBeList(ResourceType type, Value value, String field, String goType) {
        if (!(value instanceof Value.Sequence) && !(value instanceof Value.Null)) {
            throw undecodable(type, value, "ObjectMeta.metadata." + field, goType);
        }
    }

    /// What Go's decoder says of a value of the wrong type.
    static Refusal undecodable(ResourceType type, Value value, String field, String goType) {
        return unreadable(
                type,
                "json: cannot unmarshal "
                        + jsonType(value)
                        + " into Go struct field "
                        + (field.contains(".") ? field : "." + field)
                        + " of type "
                        + goType);
    }

    /// An object that cannot be read as its kind.
    static Refusal unreadable(ResourceType type, String why) {
        return Refusal.badRequest(
                type.kind()
                        + " in version \""
                        + type.version()
                        + "\" cannot be handled as a "
                        + type.kind()
                        + ": "
                        + why);
    }

    /// The type of a value in Go's words.
    static String jsonType(Value value) {
        return switch (value) {
            case Value.Null _ -> "null";
            case Value.Bool _ -> "bool";
            case Value.Number _ -> "number";
            case Value.Text _ -> "string";
            case Value.Sequence _ -> "array";
            case Value.Mapping _ -> "object";
        };
    }

    /// What is wrong in metadata of the right shape.
    static List<Refusal.Cause> flaws(ApiObject object) {
        var flaws = new ArrayList<Refusal.Cause>();
        var form = Names.form(object.type());
        object.json()
                .textAt("metadata", "generateName")
                .filter(prefix -> !prefix.isEmpty())
                .ifPresent(prefix ->
                        Names.flaws(form, unmasked(prefix))
                                .forEach(flaw ->
                                        flaws.add(Refusal.Cause.invalid("metadata.generateName", prefix, flaw))));
        if (object.name().isEmpty()) {
            flaws.add(Refusal.Cause.required("metadata.name", "name or generateName is required"));
        } else {
            Names.flaws(form, object.name())
                    .forEach(flaw -> flaws.add(Refusal.Cause.invalid("metadata.name", object.name(), flaw)));
        }
        labelFlaws(object, flaws);
        annotationFlaws(object, flaws);
        ownerFlaws(object, flaws);
        finalizerFlaws(object, flaws);
        return flaws;
    }

    /// A prefix may end in a hyphen, because something follows.
    private static String unmasked(String prefix) {
        return prefix.length() > 1 && prefix.endsWith("-") ? prefix.substring(0, prefix.length() - 2) + "a" : prefix;
    }

    private static void labelFlaws(ApiObject object, List<Refusal.Cause> flaws) {
        object.labels()
                .forEach((key, value) -> {
                    Names.qualifiedFlaws(key)
                            .forEach(flaw -> flaws.add(Refusal.Cause.invalid("metadata.labels", key, flaw)));
                    Names.labelValueFlaws(value)
                            .forEach(flaw -> flaws.add(Refusal.Cause.invalid("metadata.labels", value, flaw)));
                });
    }

    private static void annotationFlaws(ApiObject object, List<Refusal.Cause> flaws) {
        long bytes = 0;
        for (var annotation : object.annotations().entrySet()) {
            var key = annotation.getKey();
            Names.qualifiedFlaws(key.toLowerCase(Locale.ROOT))
                    .forEach(flaw -> flaws.add(Refusal.Cause.invalid("metadata.annotations", key, flaw)));
            bytes += utf8(key) + utf8(annotation.getValue());
        }
        if (bytes > MAX_ANNOTATION_BYTES) {
            flaws.add(
                    new Refusal.Cause(
                            "FieldValueTooLong",
                            "Too long: may not be more than " + MAX_ANNOTATION_BYTES + " bytes",
                            "metadata.annotations"));
        }
    }

    private static long utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void ownerFlaws(ApiObject object, List<Refusal.Cause> flaws) {
        var owners = object.json().listAt("metadata", "ownerReferences");
        for (int i = 0; i < owners.size(); i++) {
            var field = "metadata.ownerReferences[" + i + "].";
            for (var part : List.of("apiVersion", "kind", "name", "uid")) {
                if (owners.get(i).textAt(part).orElse("").isEmpty()) {
                    flaws.add(
                            Refusal.Cause.invalid(
                                    field + part,
                                    "",
                                    part.equals("apiVersion") ? "version must not be empty" : "must not be empty"));
                }
            }
        }
    }

    private static void finalizerFlaws(ApiObject object, List<Refusal.Cause> flaws) {
        for (var finalizer : object.json().listAt("metadata", "finalizers")) {
            text(finalizer)
                    .ifPresent(name ->
                            Names.qualifiedFlaws(name)
                                    .forEach(flaw ->
                                            flaws.add(Refusal.Cause.invalid("metadata.finalizers", name, flaw))));
        }
    }

    private static Optional<String> text(Value value) {
        return value instanceof Value.Text(var text, _) ? Optional.of(text) : Optional.empty();
    }
}
