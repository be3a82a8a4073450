package tiphys.server.kubernetes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tiphys.manifest.Value;
import tiphys.objects.ResourceType;

/// The documents that say which types there are: the old ones, one for each group, and the aggregated ones, two in all,
/// which newer clients ask for by their `Accept` header.
final class Discovery {
    private final Document coreVersions;
    private final Document groups;
    private final Map<String, Document> oneGroup = new LinkedHashMap<>();
    private final Map<String, Document> resources = new LinkedHashMap<>();
    private final Map<String, Document> aggregatedCore = new LinkedHashMap<>();
    private final Map<String, Document> aggregatedGroups = new LinkedHashMap<>();
    private final Document version;

    /// @param program says which version it is
    Discovery(KubernetesApi.Ports program) {
        version = Document.json(version(program));
        coreVersions =
                Document.json(
                        Value.object(
                                "kind",
                                "APIVersions",
                                "versions",
                                List.of("v1"),
                                "serverAddressByClientCIDRs",
                                List.of()));
        groups =
                Document.json(
                        Value.object(
                                "kind", "APIGroupList",
                                "apiVersion", "v1",
                                "groups", Served.groups().stream().map(Discovery::group).toList()));
        resources.put("v1", Document.json(resourceList("", "v1")));
        for (var group : Served.groups()) {
            var groupVersion = versionOf(group);
            oneGroup.put(
                    group,
                    Document.json(
                            Value.object("kind", "APIGroup", "apiVersion", "v1")
                                    .with("name", group)
                                    .with("versions", Value.list(List.of(groupVersion(group, groupVersion))))
                                    .with("preferredVersion", groupVersion(group, groupVersion))));
            resources.put(group + "/" + groupVersion, Document.json(resourceList(group, groupVersion)));
        }
        for (var form : List.of("v2", "v2beta1")) {
            aggregatedCore.put(form, aggregated(form, List.of("")));
            aggregatedGroups.put(form, aggregated(form, Served.groups()));
        }
    }

    Document version() {
        return version;
    }

    /// `/api`, in the form that the client prefers.
    Document coreVersions(String accept) {
        return aggregatedForm(accept).map(aggregatedCore::get).orElse(coreVersions);
    }

    /// `/apis`, in the form that the client prefers.
    Document groups(String accept) {
        return aggregatedForm(accept).map(aggregatedGroups::get).orElse(groups);
    }

    Optional<Document> oneGroup(String group) {
        return Optional.ofNullable(oneGroup.get(group));
    }

    Optional<Document> resources(String group, String version) {
        return Optional.ofNullable(resources.get(group.isEmpty() ? version : group + "/" + version));
    }

    /// The first aggregated form in the header that is known; empty if plain JSON comes before it or there is none.
    private static Optional<String> aggregatedForm(String accept) {
        for (var range : accept.split(",", -1)) {
            if (range.contains("g=apidiscovery.k8s.io") && range.contains("as=APIGroupDiscoveryList")) {
                return Optional.of(range.contains("v=v2beta1") ? "v2beta1" : "v2");
            }
            if (range.strip().equals("application/json")) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /// Clients compare this version with their own, so it is that of the API we speak; ours stands in `gitVersion`.
    private static Value.Mapping version(KubernetesApi.Ports program) {
        return Value.object(
                "major",
                "1",
                "minor",
                "32",
                "gitVersion",
                "v1.32.0+tiphys-" + program.version(),
                "gitCommit",
                program.commit(),
                "gitTreeState",
                program.commit().contains("+") ? "dirty" : "clean",
                "buildDate",
                program.date().isEmpty() ? "1970-01-01T00:00:00Z" : program.date(),
                "goVersion",
                "",
                "compiler",
                "javac",
                "platform",
                "tiphys/" + program.version());
    }

    private static String versionOf(String group) {
        return Served.versionOf(group).orElseThrow();
    }

    private static Value.Mapping group(String name) {
        var version = groupVersion(name, versionOf(name));
        return Value.object("name", name, "versions", List.of(version), "preferredVersion", version);
    }

    private static Value.Mapping groupVersion(String group, String version) {
        return Value.object("groupVersion", group + "/" + version, "version", version);
    }

    private static Value.Mapping resourceList(String group, String version) {
        var entries = new ArrayList<Value>();
        for (var served : Served.of(group, version)) {
            var type = served.type();
            entries.add(
                    Value.object(
                            "name", type.plural(),
                            "singularName", type.singular(),
                            "namespaced", type.namespaced(),
                            "kind", type.kind(),
                            "verbs", served.verbs(),
                            "shortNames", type.shortNames().isEmpty() ? null : type.shortNames(),
                            "categories", type.categories().isEmpty() ? null : type.categories()));
            new TreeMap<>(served.subresources())
                    .forEach((name, verbs) ->
                            entries.add(
                                    Value.object(
                                            "name",
                                            type.plural() + "/" + name,
                                            "singularName",
                                            "",
                                            "namespaced",
                                            type.namespaced(),
                                            "kind",
                                            type.kind(),
                                            "verbs",
                                            verbs)));
        }
        return Value.object(
                "kind",
                "APIResourceList",
                "apiVersion",
                "v1",
                "groupVersion",
                group.isEmpty() ? version : group + "/" + version,
                "resources",
                entries);
    }

    private static Document aggregated(String form, List<String> groups) {
        var list =
                Value.object(
                        "kind",
                        "APIGroupDiscoveryList",
                        "apiVersion",
                        "apidiscovery.k8s.io/" + form,
                        "metadata",
                        Value.Mapping.EMPTY,
                        "items",
                        groups.stream().map(Discovery::aggregatedGroup).toList());
        return Document.of(
                "application/json;g=apidiscovery.k8s.io;v=" + form + ";as=APIGroupDiscoveryList",
                Document.json(list).body());
    }

    private static Value.Mapping aggregatedGroup(String group) {
        var version = versionOf(group);
        return Value.object(
                "metadata",
                group.isEmpty() ? Value.Mapping.EMPTY : Value.object("name", group),
                "versions",
                List.of(
                        Value.object(
                                "version",
                                version,
                                "resources",
                                Served.of(group, version).stream().map(Discovery::aggregated).toList(),
                                "freshness",
                                "Current")));
    }

    private static Value.Mapping aggregated(Served served) {
        var type = served.type();
        var subresources =
                new TreeMap<>(served.subresources())
                        .entrySet().stream()
                                .map(entry ->
                                        Value.object(
                                                "subresource", entry.getKey(),
                                                "responseKind", responseKind(type),
                                                "verbs", entry.getValue()))
                                .toList();
        return Value.object(
                "resource",
                type.plural(),
                "responseKind",
                responseKind(type),
                "scope",
                type.namespaced() ? "Namespaced" : "Cluster",
                "singularResource",
                type.singular(),
                "verbs",
                served.verbs(),
                "shortNames",
                type.shortNames().isEmpty() ? null : type.shortNames(),
                "categories",
                type.categories().isEmpty() ? null : type.categories(),
                "subresources",
                subresources.isEmpty() ? null : subresources);
    }

    private static Value.Mapping responseKind(ResourceType type) {
        return Value.object("group", type.group(), "version", type.version(), "kind", type.kind());
    }
}
