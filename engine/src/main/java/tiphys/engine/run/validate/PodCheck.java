package tiphys.engine.run.validate;

import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import tiphys.engine.run.validate.Findings.Spot;
import tiphys.manifest.Position;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Template;

/// Checks what a workflow and its templates say of whole pods, by Argo's rules and in its words.
final class PodCheck {
    private static final Set<String> RESOURCES = Set.of("cpu", "memory");

    private final Findings found;
    private final BiFunction<Position, String, Spot> spots;

    PodCheck(Findings found, BiFunction<Position, String, Spot> spots) {
        this.found = found;
        this.spots = spots;
    }

    /// What a template says, for which there may be no pod.
    void template(String way, Template template, String path) {
        var name = "templates." + template.name();
        boolean agents =
                template.type().filter(type -> type == Template.Type.HTTP || type == Template.Type.PLUGIN).isPresent();
        if (agents && template.json().find("podResources").isPresent()) {
            error(
                    way,
                    name + ".podResources is not supported for " + Kinds.word(template) + " templates",
                    template.json(),
                    "podResources",
                    path);
        } else {
            resources(way, name + ".podResources", template.json(), path);
        }
        if (!template.json().listAt("resourceClaims").isEmpty() && !Kinds.makesPod(template)) {
            error(
                    way,
                    name
                            + ".resourceClaims is not supported for "
                            + Kinds.word(template)
                            + " templates, which do not create a pod",
                    template.json(),
                    "resourceClaims",
                    path);
        }
    }

    /// `podResources`, in which Kubernetes takes little.
    void resources(String way, String name, Value.Mapping owner, String path) {
        var json = owner.mapAt("podResources");
        if (!json.listAt("claims").isEmpty()) {
            var sentence = name + ".claims is not supported for pod-level resources";
            error(way, sentence, json, "claims", path + ".podResources");
        }
        for (var list : List.of("limits", "requests")) {
            for (var resource : json.mapAt(list).fields().keySet()) {
                if (!RESOURCES.contains(resource) && !resource.startsWith("hugepages-")) {
                    var sentence =
                            name
                                    + ": \""
                                    + resource
                                    + "\" is not a valid pod-level resource, only cpu, memory and hugepages-* are supported";
                    error(way, sentence, json, list, path + ".podResources");
                }
            }
        }
    }

    private void error(String way, String sentence, Value.Mapping json, String field, String path) {
        var own = Spot.of(json, field, path);
        found.error("TIP-2016", way, sentence, spots.apply(own.at(), own.path()));
    }
}
