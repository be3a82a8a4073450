package tiphys.server.kubernetes;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;

/// A type as the API offers it: with its verbs and subresources. The list of all of them is what discovery says, what paths
/// may name, and what is refused otherwise.
///
/// @param subresources verbs by name, `log` → `get`
record Served(ResourceType type, List<String> verbs, Map<String, List<String>> subresources) {
    private static final List<String> ALL_VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");
    private static final List<String> VIEW_VERBS = List.of("delete", "deletecollection", "get", "list", "watch");
    private static final List<String> READ_VERBS = List.of("get", "list", "watch");
    private static final List<String> CREATE = List.of("create");

    /// Nothing is kept under it; it is there so that asking for one is answered NotFound, as on a cluster without it.
    static final ResourceType DEPLOYMENT =
            new ResourceType(
                    "apps", "v1", "Deployment", "deployments", "deployment", List.of("deploy"), List.of(), true);

    static final ResourceType ACCESS_REVIEW = review("authorization.k8s.io", "SelfSubjectAccessReview");
    static final ResourceType RULES_REVIEW = review("authorization.k8s.io", "SelfSubjectRulesReview");
    static final ResourceType SELF_REVIEW = review("authentication.k8s.io", "SelfSubjectReview");

    static final List<Served> ALL =
            Stream.concat(
                            ResourceTypes.ALL.stream().map(Served::kept),
                            Stream.of(
                                    new Served(DEPLOYMENT, List.of("get", "list"), Map.of()),
                                    new Served(ACCESS_REVIEW, CREATE, Map.of()),
                                    new Served(RULES_REVIEW, CREATE, Map.of()),
                                    new Served(SELF_REVIEW, CREATE, Map.of())))
                    .toList();

    /// The groups in the order in which they are listed, without the core group.
    static List<String> groups() {
        return ALL.stream().map(served -> served.type().group()).filter(group -> !group.isEmpty()).distinct().toList();
    }

    /// The types of a group; every group has one version.
    static List<Served> of(String group, String version) {
        return ALL.stream()
                .filter(served -> served.type().group().equals(group) && served.type().version().equals(version))
                .toList();
    }

    static Optional<Served> find(String group, String version, String plural) {
        return of(group, version).stream().filter(served -> served.type().plural().equals(plural)).findFirst();
    }

    /// The version in which a group is served.
    static Optional<String> versionOf(String group) {
        return ALL.stream()
                .filter(served -> served.type().group().equals(group))
                .map(served -> served.type().version())
                .findFirst();
    }

    private static Served kept(ResourceType type) {
        if (type.equals(ResourceTypes.POD)) {
            return new Served(
                    type,
                    VIEW_VERBS,
                    Map.of(
                            "log", List.of("get"),
                            "exec", List.of("create", "get"),
                            "attach", List.of("create", "get"),
                            "portforward", List.of("create", "get")));
        }
        if (type.equals(ResourceTypes.EVENT)) {
            return new Served(type, READ_VERBS, Map.of());
        }
        if (type.group().equals("argoproj.io")) {
            return new Served(type, ALL_VERBS, Map.of("status", List.of("get")));
        }
        return new Served(type, ALL_VERBS, Map.of());
    }

    private static ResourceType review(String group, String kind) {
        var singular = kind.toLowerCase(java.util.Locale.ROOT);
        return new ResourceType(group, "v1", kind, singular + "s", singular, List.of(), List.of(), false);
    }
}
