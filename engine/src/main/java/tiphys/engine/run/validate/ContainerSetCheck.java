package tiphys.engine.run.validate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tiphys.language.gotext.GoDuration;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Checks the containers of a set by Argo's rules and in its words: each problem is said after `templates.<name>.containerSet.`.
final class ContainerSetCheck {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][-a-zA-Z0-9]*");
    private static final int LONGEST_NAME = 128;

    /// More than a pod could have; so few that looking for rings takes no deep stack.
    private static final int MOST = 1_000;

    private ContainerSetCheck() {}

    /// The first problem; empty if there is none.
    static Optional<String> problem(Value.Mapping set) {
        var containers = set.listAt("containers");
        if (containers.isEmpty()) {
            return Optional.of("containers must have at least one container");
        }
        if (containers.size() > MOST) {
            return Optional.of(
                    "containers: %d are more than the %d that one set may have".formatted(containers.size(), MOST));
        }
        return names(containers)
                .map(problem -> "containers" + problem)
                .or(() -> mounts(set.listAt("volumeMounts")))
                .or(() -> undefined(containers))
                .or(() -> ring(containers).map(ring -> "containers dependency cycle detected: " + ring))
                .or(() -> pause(set));
    }

    /// What is wrong with the names of containers.
    static Optional<String> names(List<Value> containers) {
        var seen = new HashSet<String>();
        for (int i = 0; i < containers.size(); i++) {
            var name = name(containers.get(i));
            if (name.isEmpty()) {
                return Optional.of("[" + i + "].name is required");
            }
            if (!NAME.matcher(name).matches() || name.length() > LONGEST_NAME) {
                return Optional.of(
                        ("[%d].name: '%s' is invalid: name must consist of alpha-numeric characters or '-', and must start"
                                        + " with an alpha-numeric character (e.g. My-name1-2, 123-NAME)")
                                .formatted(i, name));
            }
            if (!seen.add(name)) {
                return Optional.of("[" + i + "].name '" + name + "' is not unique");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> mounts(List<Value> mounts) {
        Map<String, String> places = new HashMap<>();
        for (int i = 0; i < mounts.size(); i++) {
            var place = mounts.get(i).textAt("mountPath").orElse("");
            var before = places.put(place, "volumeMounts." + name(mounts.get(i)));
            if (before != null) {
                return Optional.of("volumeMounts[%d].mountPath '%s' already mounted in %s".formatted(i, place, before));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> undefined(List<Value> containers) {
        var names = new HashSet<String>();
        containers.forEach(one -> names.add(name(one)));
        for (var container : containers) {
            for (var dependency : dependencies(container)) {
                if (!names.contains(dependency)) {
                    return Optional.of(
                            "containers.%s dependency '%s' not defined".formatted(name(container), dependency));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> ring(List<Value> containers) {
        var needs = new TreeMap<String, List<String>>();
        containers.forEach(one -> needs.put(name(one), dependencies(one)));
        var done = new HashSet<String>();
        for (var name : needs.keySet()) {
            var ring = ring(name, new ArrayList<>(), needs, done);
            if (ring.isPresent()) {
                return ring;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> ring(
            String name, List<String> path, Map<String, List<String>> needs, Set<String> done) {
        if (done.contains(name)) {
            return Optional.empty();
        }
        for (var before : needs.getOrDefault(name, List.of())) {
            if (path.contains(before)) {
                return Optional.of(String.join("->", path) + "->" + before);
            }
            path.add(before);
            var ring = ring(before, path, needs, done);
            if (ring.isPresent()) {
                return ring;
            }
            path.removeLast();
        }
        done.add(name);
        return Optional.empty();
    }

    private static Optional<String> pause(Value.Mapping set) {
        var text = set.textAt("retryStrategy", "duration").orElse("");
        return text.isEmpty()
                        || text.contains("{{")
                        || GoDuration.parse(text).filter(one -> !one.isNegative()).isPresent()
                ? Optional.empty()
                : Optional.of("retryStrategy.duration has an invalid duration format: " + text);
    }

    private static String name(Value container) {
        return container.textAt("name").orElse("");
    }

    private static List<String> dependencies(Value container) {
        return container.listAt("dependencies").stream().map(Json::text).toList();
    }
}
