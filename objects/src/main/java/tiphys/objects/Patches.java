package tiphys.objects;

import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// What each kind of patch makes of an object, before admission judges it.
public final class Patches {
    /// Where `kubectl apply` and `tiphys apply` keep what they applied last.
    public static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private Patches() {}

    /// Refuses a kind of patch that the type does not take.
    public static void checkSupported(ResourceType type, Objects.Patch patch) {
        if (patch instanceof Objects.Patch.Strategic && !type.builtIn()) {
            throw Refusal.unsupportedMediaType(
                    "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml");
        }
    }

    /// The object as the patch wants it.
    ///
    /// @throws Refusal if the patch cannot be applied, or the type takes no such patch
    public static ApiObject apply(ApiObject object, Objects.Patch patch) {
        var type = object.type();
        checkSupported(type, patch);
        return switch (patch) {
            case Objects.Patch.Merge(var changes) ->
                    new ApiObject(type, mapping(MergePatch.merge(object.json(), mapping(changes))));
            case Objects.Patch.Json(var operations) ->
                    new ApiObject(type, mapping(JsonPatch.apply(object.json(), operations)));
            case Objects.Patch.Strategic(var changes) ->
                    new ApiObject(type, StrategicPatch.merge(object.json(), mapping(changes)));
            case Objects.Patch.Apply(var wanted) -> {
                var changes = mapping(wanted);
                yield new ApiObject(
                        type,
                        type.builtIn()
                                ? StrategicPatch.merge(object.json(), changes)
                                : MergePatch.apply(object.json(), changes, Value.Mapping.EMPTY));
            }
        };
    }

    /// A pod's spec with a strategic patch merged in: containers, variables and volumes by their names, mounts by their paths.
    ///
    /// @throws Refusal if the patch cannot be applied
    public static Value.Mapping podSpec(Value.Mapping spec, Value.Mapping patch) {
        return StrategicPatch.mergePod(spec, patch);
    }

    /// A new object that remembers, as `kubectl apply` does, what was applied.
    public static ApiObject remembering(ApiObject wanted) {
        var plain = plain(wanted);
        var annotations = plain.mapAt("metadata", "annotations").with(LAST_APPLIED, Json.write(plain) + "\n");
        return new ApiObject(wanted.type(), plain).withMetadata("annotations", annotations);
    }

    /// What applying makes of an object that is there: what is wanted is merged in; what was applied before and is not
    /// wanted any more goes; what others have set stays.
    public static ApiObject applied(ApiObject current, ApiObject wanted) {
        var before = lastApplied(current);
        var json = MergePatch.apply(current.json(), plain(wanted), before);
        var merged = new ApiObject(current.type(), json);
        if (before.equals(plain(wanted)) && json.equals(current.json())) {
            return current;
        }
        var annotations =
                json.mapAt("metadata", "annotations")
                        .with(LAST_APPLIED, remembering(wanted).annotations().getOrDefault(LAST_APPLIED, ""));
        return merged.withMetadata("annotations", annotations);
    }

    /// What is remembered: without what the server writes, and with annotations even if there are none, as kubectl does.
    private static Value.Mapping plain(ApiObject wanted) {
        var metadata = wanted.json().mapAt("metadata");
        metadata = metadata.with("annotations", metadata.mapAt("annotations").without(LAST_APPLIED));
        for (var field : java.util.List.of("creationTimestamp", "managedFields")) {
            metadata = metadata.without(field);
        }
        return wanted.json().with("metadata", metadata).without("status");
    }

    private static Value.Mapping lastApplied(ApiObject current) {
        var text = current.annotations().getOrDefault(LAST_APPLIED, "");
        if (text.isEmpty()) {
            return Value.Mapping.EMPTY;
        }
        try {
            return Json.parse(text) instanceof Value.Mapping json ? json : Value.Mapping.EMPTY;
        } catch (InvalidInput e) {
            // Somebody wrote something else there: then it is not known what was applied, and nothing is removed.
            return Value.Mapping.EMPTY;
        }
    }

    private static Value.Mapping mapping(Value value) {
        if (value instanceof Value.Mapping map) {
            return map;
        }
        throw Refusal.badRequest(
                "json: cannot unmarshal "
                        + MetadataRules.jsonType(value)
                        + " into Go value of type map[string]interface {}");
    }
}
