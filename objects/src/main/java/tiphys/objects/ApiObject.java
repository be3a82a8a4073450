package tiphys.objects;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// An object of the API: its type and its whole JSON (apiVersion, kind, metadata, spec, status …). A stored one has a
/// name, a uid, a resourceVersion and a creation time.
public record ApiObject(ResourceType type, Value.Mapping json) {

    /// The object that a manifest describes.
    ///
    /// @throws Refusal if this server has no such kind, or it is no object at all
    public static ApiObject of(Value manifest) {
        if (!(manifest instanceof Value.Mapping json)) {
            throw Refusal.badRequest("an object was expected with apiVersion, kind and metadata");
        }
        var apiVersion = json.textAt("apiVersion").orElse("");
        var kind = json.textAt("kind").orElse("");
        if (kind.isEmpty()) {
            throw Refusal.badRequest("Object 'Kind' is missing in '" + shown(json) + "'");
        }
        if (apiVersion.isEmpty()) {
            throw Refusal.badRequest("Object 'apiVersion' is missing in '" + shown(json) + "'");
        }
        return new ApiObject(
                ResourceTypes.byKind(apiVersion, kind).orElseThrow(() -> Refusal.unknownKind(apiVersion, kind)), json);
    }

    private static String shown(Value json) {
        var text = Json.write(json);
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }

    /// Which object it is.
    public ObjectKey key() {
        return new ObjectKey(type, namespace(), name());
    }

    /// The name; empty before one was made from `generateName`.
    public String name() {
        return json.textAt("metadata", "name").orElse("");
    }

    /// The namespace; empty for cluster-wide types.
    public String namespace() {
        return json.textAt("metadata", "namespace").orElse("");
    }

    /// The uid; empty before it was stored.
    public String uid() {
        return json.textAt("metadata", "uid").orElse("");
    }

    /// The version at which it was last changed; 0 before it was stored.
    public long resourceVersion() {
        return json.textAt("metadata", "resourceVersion")
                .filter(version -> !version.isEmpty())
                .map(Long::parseLong)
                .orElse(0L);
    }

    /// How often the spec was changed; 0 before it was stored.
    public long generation() {
        return json.find("metadata", "generation")
                .flatMap(found ->
                        found instanceof Value.Number number
                                ? Optional.of(number.decimal().longValue())
                                : Optional.empty())
                .orElse(0L);
    }

    /// The spec; empty if it has none.
    public Value.Mapping spec() {
        return json.mapAt("spec");
    }

    /// The status; empty if it has none.
    public Value.Mapping status() {
        return json.mapAt("status");
    }

    /// The labels.
    public Map<String, String> labels() {
        return texts(json.mapAt("metadata", "labels"));
    }

    /// The annotations.
    public Map<String, String> annotations() {
        return texts(json.mapAt("metadata", "annotations"));
    }

    /// This object with a field of its metadata set.
    public ApiObject withMetadata(String field, Value value) {
        return new ApiObject(type, json.with("metadata", json.mapAt("metadata").with(field, value)));
    }

    /// This object with another status.
    public ApiObject withStatus(Value.Mapping status) {
        return new ApiObject(type, json.with("status", status));
    }

    private static Map<String, String> texts(Value.Mapping map) {
        var texts = new LinkedHashMap<String, String>();
        map.fields()
                .forEach((key, value) -> {
                    if (value instanceof Value.Text(var text, _)) {
                        texts.put(key, text);
                    }
                });
        return texts;
    }
}
