package tiphys.engine.run.validate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import tiphys.engine.run.validate.Findings.Spot;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Position;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.manifest.workflow.Template;

/// Checks a template that runs something of its own or waits, by Argo's rules and in its words.
final class LeafCheck {
    private static final Set<String> ACTIONS = Set.of("get", "create", "apply", "delete", "replace", "patch");

    private final Findings found;
    private final BiFunction<Position, String, Spot> spots;
    private final Value.Mapping defaults;
    private final String way;

    /// @param defaults the `templateDefaults` of the object that the template is in
    LeafCheck(Findings found, BiFunction<Position, String, Spot> spots, Value.Mapping defaults, String way) {
        this.found = found;
        this.spots = spots;
        this.defaults = defaults;
        this.way = way;
    }

    void check(Template template, String path) {
        var name = "templates." + template.name();
        template.type()
                .ifPresent(type -> {
                    switch (type) {
                        case CONTAINER -> {
                            mounts(template, name, path);
                            image(template, "container", name, path);
                        }
                        case SCRIPT -> image(template, "script", name, path);
                        case CONTAINER_SET -> containers(template, name, path);
                        case RESOURCE -> resource(template, name, path);
                        case DATA, SUSPEND, HTTP, PLUGIN, STEPS, DAG -> {}
                    }
                });
        for (var side : template.json().listAt("sidecars")) {
            reserved(side, name + ".sidecars", path + ".sidecars");
        }
        for (var field : List.of("initContainers", "sidecars")) {
            ContainerSetCheck.names(template.json().listAt(field))
                    .ifPresent(problem -> error("TIP-2008", name + "." + field + problem, template, field, path));
        }
        restarts(template, name, path);
        deadline(template, name, path);
        if (template.json().find("parallelism").filter(ParameterCheck::said).isPresent()) {
            error(
                    "TIP-2016",
                    name + ".parallelism is only valid for steps and dag templates",
                    template,
                    "parallelism",
                    path);
        }
    }

    private void image(Template template, String kind, String name, String path) {
        var json = template.json().mapAt(kind);
        if (json.textAt("image").orElse("").isEmpty() && defaults.textAt(kind, "image").orElse("").isEmpty()) {
            var at = json.at().known() ? json.at() : template.json().keyAt(kind);
            found.error(
                    "TIP-2017", way, name + "." + kind + ".image may not be empty", spots.apply(at, path + "." + kind));
        }
    }

    /// Mounts and artifacts may not be at the same place.
    private void mounts(Template template, String name, String path) {
        var places = new HashMap<String, String>();
        var mounts = template.json().listAt("container", "volumeMounts");
        for (int i = 0; i < mounts.size(); i++) {
            var what = name + ".container.volumeMounts[" + i + "].mountPath";
            taken(mounts.get(i), "mountPath", what, places, path + ".container.volumeMounts[" + i + "]");
            places.putIfAbsent(
                    mounts.get(i).textAt("mountPath").orElse(""),
                    "container.volumeMounts." + mounts.get(i).textAt("name").orElse(""));
        }
        var artifacts = template.json().listAt("inputs", "artifacts");
        for (int i = 0; i < artifacts.size(); i++) {
            var what = name + ".inputs.artifacts[" + i + "].path";
            taken(artifacts.get(i), "path", what, places, path + ".inputs.artifacts[" + i + "]");
            places.putIfAbsent(
                    artifacts.get(i).textAt("path").orElse(""),
                    "inputs.artifacts." + artifacts.get(i).textAt("name").orElse(""));
        }
    }

    private void taken(Value item, String field, String what, Map<String, String> places, String path) {
        var place = item.textAt(field).orElse("");
        var before = places.get(place);
        if (before != null && item instanceof Value.Mapping json) {
            var spot = Spot.of(json, field, path);
            found.error(
                    "TIP-2007",
                    way,
                    what + " '" + place + "' already mounted in " + before,
                    spots.apply(spot.at(), spot.path()));
        }
    }

    private void containers(Template template, String name, String path) {
        var containers = template.json().listAt("containerSet", "containers");
        ContainerSetCheck.problem(template.json().mapAt("containerSet"))
                .ifPresent(problem ->
                        error("TIP-2008", name + ".containerSet." + problem, template, "containerSet", path));
        boolean main = false;
        for (var one : containers) {
            main |= one.textAt("name").orElse("").equals("main");
            reserved(one, name + ".containerSet.containers", path + ".containerSet.containers");
        }
        boolean needsMain =
                !template.json().listAt("inputs", "artifacts").isEmpty()
                        || !template.outputs().isEmpty()
                        || !template.json().listAt("outputs", "artifacts").isEmpty();
        if (needsMain && !main) {
            error(
                    "TIP-2008",
                    name + ".containerSet.containers must have a container named \"main\" for input or output",
                    template,
                    "containerSet",
                    path);
        }
    }

    /// Only init containers may be kept running; a container that is started again is what nothing here does.
    private void restarts(Template template, String name, String path) {
        var all = new ArrayList<Value>(template.json().listAt("containerSet", "containers"));
        all.addAll(template.json().listAt("sidecars"));
        all.add(template.json().mapAt("container"));
        all.add(template.json().mapAt("script"));
        for (var container : all) {
            if (!container.textAt("restartPolicy").orElse("").isEmpty()) {
                found.error(
                        "TIP-2020",
                        way,
                        name
                                + ": restartPolicy of a container that is no init container is not supported by this version of Tiphys",
                        spots.apply(container.at(), path));
            }
        }
        for (var init : template.json().listAt("initContainers")) {
            var policy = init.textAt("restartPolicy").orElse("Always");
            if (!policy.equals("Always")) {
                found.error(
                        "TIP-2020",
                        way,
                        name
                                + ".initContainers: restartPolicy "
                                + policy
                                + " is not supported by this version of Tiphys",
                        spots.apply(init.at(), path + ".initContainers"));
            }
        }
    }

    private void reserved(Value container, String where, String path) {
        var name = container.textAt("name").orElse("");
        if (name.equals("wait") || name.equals("supervisor") || name.startsWith("artifact-plugin-")) {
            found.error(
                    "TIP-2006",
                    way,
                    where + ": \"" + name + "\" is a reserved Argo container name",
                    spots.apply(container.at(), path));
        }
    }

    private void resource(Template template, String name, String path) {
        var json = template.json().mapAt("resource");
        var action = json.textAt("action").orElse("");
        if (!action.contains("{{") && !ACTIONS.contains(action)) {
            error(
                    "TIP-2025",
                    name + ".resource.action must be one of: get, create, apply, delete, replace, patch",
                    template,
                    "resource",
                    path);
        }
        if (action.equals("delete") || action.equals("get")) {
            return;
        }
        var manifest = json.textAt("manifest").orElse("");
        boolean from = json.find("manifestFrom").filter(ParameterCheck::said).isPresent();
        if (manifest.isEmpty() && !from) {
            error(
                    "TIP-2025",
                    "either " + name + ".resource.manifest or " + name + ".resource.manifestFrom must be specified",
                    template,
                    "resource",
                    path);
        }
        if (!manifest.isEmpty() && !readable(manifest)) {
            error("TIP-2025", name + ".resource.manifest must be a valid yaml", template, "resource", path);
        }
    }

    /// Whether a manifest is YAML once its tags have values.
    private static boolean readable(String manifest) {
        try {
            var text = manifest.replaceAll("\\{\\{.*?}}", "x");
            Yaml.parse(text.getBytes(java.nio.charset.StandardCharsets.UTF_8), "");
            return true;
        } catch (InvalidInput e) {
            return false;
        }
    }

    private void deadline(Template template, String name, String path) {
        var given = template.json().find("activeDeadlineSeconds").filter(value -> !(value instanceof Value.Null));
        boolean fine =
                given.map(value ->
                                switch (value) {
                                    case Value.Number number -> number.decimal().signum() >= 0;
                                    case Value.Text(var text, _) -> text.contains("{{") || notNegative(text);
                                    case Value.Null _, Value.Bool _, Value.Sequence _, Value.Mapping _ -> true;
                                })
                        .orElse(true);
        if (!fine) {
            error(
                    "TIP-2026",
                    name + ".activeDeadlineSeconds must be a positive integer > 0 or an argo variable",
                    template,
                    "activeDeadlineSeconds",
                    path);
        }
    }

    private static boolean notNegative(String text) {
        return whole(text).filter(number -> number >= 0).isPresent();
    }

    /// A whole number as Go reads one; empty if it is none.
    static Optional<Long> whole(String text) {
        try {
            return text.isEmpty() || !text.equals(text.strip()) ? Optional.empty() : Optional.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private void error(String code, String sentence, Template template, String field, String path) {
        var spot = Spot.of(template.json(), field, path);
        found.error(code, way, sentence, spots.apply(spot.at(), spot.path()));
    }
}
