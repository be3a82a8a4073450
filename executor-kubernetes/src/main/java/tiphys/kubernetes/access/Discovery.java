package tiphys.kubernetes.access;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tiphys.kubernetes.client.ApiClient;
import tiphys.kubernetes.client.Patience;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.ResourceType;

/// The types of object that a cluster has. What it said of an API is remembered for a while, and asked again sooner where a type is
/// missing: its definition may be new. Safe for every thread; may block.
public final class Discovery {
    private static final Duration REMEMBERED = Duration.ofMinutes(10);
    private static final Duration MISSING = Duration.ofSeconds(10);

    private final ApiClient client;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    public Discovery(ApiClient client) {
        this.client = client;
    }

    private record Known(List<ResourceType> types, long nanos) {
        boolean younger(Duration age) {
            return System.nanoTime() - nanos < age.toNanos();
        }
    }

    /// The type by what a manifest says.
    ///
    /// @throws IOException if the cluster does not answer
    public Optional<ResourceType> byKind(String apiVersion, String kind) throws IOException {
        for (var age : List.of(REMEMBERED, MISSING)) {
            var found = types(apiVersion, age).stream().filter(type -> type.kind().equals(kind)).findFirst();
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /// The type by a word as kubectl takes it; of several the first group's, the core's before all others.
    ///
    /// @throws IOException if the cluster does not answer
    public Optional<ResourceType> byWord(String word) throws IOException {
        var lower = word.toLowerCase(Locale.ROOT);
        var name = lower.contains(".") ? lower.substring(0, lower.indexOf('.')) : lower;
        var group = lower.contains(".") ? lower.substring(lower.indexOf('.') + 1) : "";
        for (var api : apis()) {
            var found =
                    types(api, REMEMBERED).stream()
                            .filter(type -> named(type, name))
                            .filter(type -> group.isEmpty() || type.group().equals(group))
                            .findFirst();
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static boolean named(ResourceType type, String name) {
        return type.plural().equals(name) || type.singular().equals(name) || type.shortNames().contains(name);
    }

    private List<String> apis() throws IOException {
        var apis = new ArrayList<String>(List.of("v1"));
        for (var group : asked("/apis").listAt("groups")) {
            group.textAt("preferredVersion", "groupVersion").ifPresent(apis::add);
        }
        return apis;
    }

    private List<ResourceType> types(String apiVersion, Duration age) throws IOException {
        var before = known.get(apiVersion);
        if (before != null && before.younger(age)) {
            return before.types();
        }
        var types = new ArrayList<ResourceType>();
        var answer = asked((apiVersion.contains("/") ? "/apis/" : "/api/") + apiVersion);
        int slash = apiVersion.indexOf('/');
        for (var one : answer.listAt("resources")) {
            if (!one.textAt("name").orElse("/").contains("/")) {
                types.add(type(slash < 0 ? "" : apiVersion.substring(0, slash), apiVersion.substring(slash + 1), one));
            }
        }
        known.put(apiVersion, new Known(List.copyOf(types), System.nanoTime()));
        return types;
    }

    private static ResourceType type(String group, String version, Value one) {
        return new ResourceType(
                group,
                version,
                one.textAt("kind").orElse(""),
                one.textAt("name").orElse(""),
                one.textAt("singularName").orElse(""),
                one.listAt("shortNames").stream().map(Json::text).toList(),
                one.listAt("categories").stream().map(Json::text).toList(),
                one.find("namespaced").equals(Optional.of(Value.bool(true))));
    }

    /// An API that is not there has no types.
    private Value.Mapping asked(String path) throws IOException {
        var answer = Patience.ask(() -> client.get(path));
        if (answer.code() == 404) {
            return Value.Mapping.EMPTY;
        }
        if (!answer.done()) {
            throw new IOException(answer.message());
        }
        return answer.body();
    }
}
