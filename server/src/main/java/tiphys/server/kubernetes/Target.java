package tiphys.server.kubernetes;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tiphys.objects.ObjectKey;
import tiphys.objects.ResourceType;

/// What a path names. Everything that is not here is NotFound.
sealed interface Target {
    /// `/version`.
    record Version() implements Target {}

    /// `/api`.
    record CoreVersions() implements Target {}

    /// `/apis`.
    record Groups() implements Target {}

    /// `/apis/GROUP`.
    record OneGroup(String group) implements Target {}

    /// `/api/v1` and `/apis/GROUP/VERSION`.
    record GroupVersion(String group, String version) implements Target {}

    /// `/openapi/v2`.
    record OpenApiTwo() implements Target {}

    /// `/openapi/v3`.
    record OpenApiIndex() implements Target {}

    /// `/openapi/v3/api/v1` and `/openapi/v3/apis/GROUP/VERSION`.
    record OpenApiGroup(String group, String version) implements Target {}

    /// The objects of a type.
    ///
    /// @param namespace empty for every namespace, and for cluster-wide types
    record Collection(Served served, Optional<String> namespace) implements Target {
        ResourceType type() {
            return served.type();
        }
    }

    /// One object, or a subresource of it.
    ///
    /// @param subresource empty for the object itself
    record One(Served served, ObjectKey key, Optional<String> subresource) implements Target {
        ResourceType type() {
            return served.type();
        }
    }

    /// What the path names, if anything.
    static Optional<Target> of(String path) {
        var parts = Arrays.stream(path.split("/", -1)).filter(part -> !part.isEmpty()).toList();
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        return switch (parts.getFirst()) {
            case "version" -> exactly(parts, 1, new Version());
            case "api" -> parts.size() == 1 ? Optional.of(new CoreVersions()) : in("", 1, parts);
            case "apis" ->
                    switch (parts.size()) {
                        case 1 -> Optional.of(new Groups());
                        case 2 -> Served.versionOf(parts.get(1)).map(_ -> new OneGroup(parts.get(1)));
                        default -> in(parts.get(1), 2, parts);
                    };
            case "openapi" -> openApi(parts);
            default -> Optional.empty();
        };
    }

    private static Optional<Target> openApi(List<String> parts) {
        if (parts.size() == 2) {
            return switch (parts.get(1)) {
                case "v2" -> Optional.of(new OpenApiTwo());
                case "v3" -> Optional.of(new OpenApiIndex());
                default -> Optional.empty();
            };
        }
        if (parts.size() == 4 && parts.subList(0, 3).equals(List.of("openapi", "v3", "api"))) {
            return known("", parts.get(3)).map(_ -> new OpenApiGroup("", parts.get(3)));
        }
        if (parts.size() == 5 && parts.subList(0, 3).equals(List.of("openapi", "v3", "apis"))) {
            return known(parts.get(3), parts.get(4)).map(_ -> new OpenApiGroup(parts.get(3), parts.get(4)));
        }
        return Optional.empty();
    }

    private static Optional<Target> in(String group, int versionAt, List<String> parts) {
        var version = parts.get(versionAt);
        var rest = parts.subList(versionAt + 1, parts.size());
        if (known(group, version).isEmpty()) {
            return Optional.empty();
        }
        if (rest.isEmpty()) {
            return Optional.of(new GroupVersion(group, version));
        }
        boolean namespaced = rest.size() >= 3 && rest.getFirst().equals("namespaces") && !rest.get(2).equals("status");
        return namespaced
                ? resource(group, version, Optional.of(rest.get(1)), rest.subList(2, rest.size()))
                : resource(group, version, Optional.empty(), rest);
    }

    private static Optional<Target> resource(
            String group, String version, Optional<String> namespace, List<String> rest) {
        var found = Served.find(group, version, rest.getFirst());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        var served = found.get();
        boolean namespaced = served.type().namespaced();
        if (namespace.isPresent() && !namespaced) {
            return Optional.empty();
        }
        if (rest.size() == 1) {
            return Optional.of(new Collection(served, namespace));
        }
        if ((namespaced && namespace.isEmpty()) || rest.size() > 3) {
            return Optional.empty();
        }
        var key = new ObjectKey(served.type(), namespace.orElse(""), rest.get(1));
        if (rest.size() == 2) {
            return Optional.of(new One(served, key, Optional.empty()));
        }
        return served.subresources().containsKey(rest.get(2))
                ? Optional.of(new One(served, key, Optional.of(rest.get(2))))
                : Optional.empty();
    }

    private static Optional<String> known(String group, String version) {
        return Served.versionOf(group).filter(version::equals);
    }

    private static Optional<Target> exactly(List<String> parts, int size, Target target) {
        return parts.size() == size ? Optional.of(target) : Optional.empty();
    }
}
