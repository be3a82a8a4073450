package tiphys.engine.run.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tiphys.language.EvaluationFailed;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.manifest.workflow.Template;
import tiphys.manifest.workflow.WorkflowSpec;
import tiphys.objects.Patches;
import tiphys.objects.Refusal;

/// `podSpecPatch`: what it says of the step's own container and of volumes holds, and the time that a pod is given to end. The
/// workflow's patch comes first, then the template's (Argo's 1.16). What else a pod's spec has is about a cluster.
final class PodPatches {
    private static final String FIELD = "podSpecPatch";
    private static final String MAIN = "main";

    private PodPatches() {}

    /// A template as it is patched.
    ///
    /// @param volumes all that it may mount, its own first
    /// @param grace between SIGTERM and SIGKILL, if a patch says it
    record Patched(Template template, List<Value> volumes, Optional<Duration> grace) {}

    /// Whether a template is patched at all.
    static boolean any(Template template, WorkflowSpec spec) {
        return !of(template, spec).isEmpty();
    }

    /// The patches of a template in order; with tags, as the manifest has them.
    static List<String> of(Template template, WorkflowSpec spec) {
        return Stream.of(spec.json(), template.json())
                .flatMap(owner -> owner.textAt(FIELD).stream())
                .filter(patch -> !patch.isBlank())
                .toList();
    }

    /// A template with patches merged in.
    ///
    /// @param template with its tags replaced
    /// @param volumes all that it may mount, its own first
    /// @param patches with their tags replaced
    /// @throws EvaluationFailed if one cannot be applied
    static Patched apply(Template template, List<Value> volumes, List<String> patches) {
        var kind = template.json().find("script").isPresent() ? "script" : "container";
        var main = template.json().mapAt(kind);
        var pod =
                Value.object(
                        "containers",
                        Value.list(List.of(main.without("source").with("name", Value.text(MAIN)))),
                        "volumes",
                        Value.list(unique(volumes)));
        for (var patch : patches) {
            pod = merged(pod, patch);
        }
        var container =
                pod.listAt("containers").stream()
                        .filter(one -> one.textAt("name").orElse("").equals(MAIN))
                        .filter(Value.Mapping.class::isInstance)
                        .map(Value.Mapping.class::cast)
                        .findFirst()
                        .orElse(Value.Mapping.EMPTY)
                        .without("name");
        var patched = main.find("source").map(source -> container.with("source", source)).orElse(container);
        return new Patched(
                new Template(template.json().with(kind, patched).without("volumes").without(FIELD)),
                pod.listAt("volumes"),
                pod.find("terminationGracePeriodSeconds")
                        .filter(Value.Number.class::isInstance)
                        .map(seconds -> Duration.ofSeconds(((Value.Number) seconds).decimal().longValue())));
    }

    /// Of volumes of one name the first counts.
    private static List<Value> unique(List<Value> volumes) {
        var unique = new ArrayList<Value>();
        for (var volume : volumes) {
            if (unique.stream().noneMatch(one -> one.textAt("name").equals(volume.textAt("name")))) {
                unique.add(volume);
            }
        }
        return unique;
    }

    private static Value.Mapping merged(Value.Mapping pod, String patch) {
        try {
            var documents = Yaml.parse(patch.getBytes(UTF_8), FIELD);
            if (documents.size() == 1 && documents.getFirst() instanceof Value.Mapping changes) {
                return Patches.podSpec(pod, changes);
            }
        } catch (InvalidInput | Refusal _) {
            // said below, as Argo says it
        }
        throw new EvaluationFailed("Error applying PodSpecPatch");
    }
}
