package tiphys.runtime.events;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tiphys.events.action.Request;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;

/// Reads values of Secrets and ConfigMaps of one namespace as they are now, and knows which secrets it gave away, so that they are masked in
/// what is kept. Safe for every thread.
final class NamedValues implements Request.Values {
    private static final ResourceType CONFIG_MAP = ResourceTypes.byKind("v1", "ConfigMap").orElseThrow();
    private static final int SHORTEST_MASKED = 4;

    private final ObjectStore store;
    private final String namespace;
    private final Set<String> given = ConcurrentHashMap.newKeySet();

    NamedValues(ObjectStore store, String namespace) {
        this.store = store;
        this.namespace = namespace;
    }

    @Override
    public Optional<String> secret(String name, String key) {
        var secret = find(ResourceTypes.SECRET, name);
        var value = text(secret, "stringData", key).or(() -> text(secret, "data", key).flatMap(NamedValues::decoded));
        value.filter(one -> one.length() >= SHORTEST_MASKED).ifPresent(given::add);
        return value.map(NamedValues::withoutBreak);
    }

    @Override
    public Optional<String> configMap(String name, String key) {
        var map = find(CONFIG_MAP, name);
        return text(map, "data", key)
                .or(() -> text(map, "binaryData", key).flatMap(NamedValues::decoded))
                .map(NamedValues::withoutBreak);
    }

    private Optional<ApiObject> find(ResourceType type, String name) {
        return store.get(new ObjectKey(type, namespace, name));
    }

    private static Optional<String> text(Optional<ApiObject> object, String field, String key) {
        return object.flatMap(found -> found.json().mapAt(field).find(key))
                .map(value -> value instanceof Value.Text(var text, _) ? text : "");
    }

    private static Optional<String> decoded(String base64) {
        try {
            return Optional.of(new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static String withoutBreak(String text) {
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    /// The text without the secrets that were given away.
    String masked(String text) {
        var masked = text;
        for (var secret : given) {
            masked = masked.replace(withoutBreak(secret), "***");
        }
        return masked;
    }
}
