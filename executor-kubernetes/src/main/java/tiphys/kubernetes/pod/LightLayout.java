package tiphys.kubernetes.pod;

import java.util.ArrayList;
import java.util.List;
import tiphys.engine.ResolvedTemplate;
import tiphys.engine.StepOrder;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.manifest.workflow.Artifact;
import tiphys.objects.Patches;

/// A pod that is its template's containers and nothing else: no container before or beside them, no wrapped command, no report to
/// the API server. The text of a script stands in an annotation, and is a file of the pod through the downward API.
final class LightLayout {
    /// The annotation that holds the text of a script.
    static final String SCRIPT = "tiphys/script";

    private static final String STAGING = "argo-staging";
    private static final String PLACE = "/argo/staging";

    /// How long all annotations of an object may be together is 256 KiB; a longer script has its container beside it.
    private static final int LONGEST_SCRIPT = 128 << 10;

    private LightLayout() {}

    /// Whether nothing but its log and its exit code is wanted of a template, and nothing is put into it.
    static boolean possible(ResolvedTemplate template) {
        var json = template.json();
        return (json.find("container").isPresent() || json.find("script").isPresent() || together(json))
                && json.listAt("sidecars").isEmpty()
                && template.inputArtifacts().isEmpty()
                && template.outputArtifacts().stream().allMatch(LightLayout::printed)
                && template.outputs().isEmpty()
                && template.script().orElse("").length() <= LONGEST_SCRIPT
                && json.listAt("initContainers").stream().noneMatch(one -> one.find("mirrorVolumeMounts").isPresent());
    }

    /// Whether an artifact is what a step printed, which the server itself reads and keeps.
    private static boolean printed(Artifact artifact) {
        return artifact.path().isEmpty() && artifact.name().endsWith("-logs");
    }

    /// Whether it is a container set whose containers wait for nothing and are tried once.
    private static boolean together(Value.Mapping json) {
        var set = json.mapAt("containerSet");
        return !set.listAt("containers").isEmpty()
                && set.find("retryStrategy").isEmpty()
                && set.listAt("containers").stream().allMatch(one -> one.listAt("dependencies").isEmpty());
    }

    static Value.Mapping spec(StepOrder order, PodSettings settings) {
        var template = order.template();
        var spec = Pods.common(order);
        var volumes = new ArrayList<Value>(template.json().listAt("volumes"));
        var mains = new ArrayList<Value>(Pods.mains(template, settings));
        if (!template.script().orElse("").isEmpty()) {
            var main = (Value.Mapping) mains.getFirst();
            var args = new ArrayList<Value>(main.listAt("args"));
            args.add(Value.text(PLACE + "/script"));
            var mounts = new ArrayList<Value>(main.listAt("volumeMounts"));
            mounts.add(Value.object("name", STAGING, "mountPath", PLACE));
            mains.set(0, main.with("args", Value.list(args)).with("volumeMounts", Value.list(mounts)));
            volumes.add(scriptVolume());
        }
        spec.put("containers", mains);
        if (!template.json().listAt("initContainers").isEmpty()) {
            spec.put("initContainers", template.json().listAt("initContainers"));
        }
        if (!volumes.isEmpty()) {
            spec.put("volumes", volumes);
        }
        return patched((Value.Mapping) Value.of(spec), order);
    }

    private static Value scriptVolume() {
        return Value.object(
                "name",
                STAGING,
                "downwardAPI",
                Value.object(
                        "items",
                        List.of(
                                Value.object(
                                        "path",
                                        "script",
                                        "mode",
                                        0755,
                                        "fieldRef",
                                        Value.object("fieldPath", "metadata.annotations['" + SCRIPT + "']")))));
    }

    /// Whether a pod's script is a file of this kind.
    static boolean scriptIn(Value.Mapping spec) {
        return spec.listAt("volumes").stream()
                .anyMatch(volume ->
                        volume.textAt("name").orElse("").equals(STAGING) && volume.find("downwardAPI").isPresent());
    }

    /// A pod with what the manifest patches into it. The template of the order has its own part of that already; a second time
    /// changes nothing.
    static Value.Mapping patched(Value.Mapping spec, StepOrder order) {
        var patched = spec;
        for (var patch : Pods.texts(order.pod(), "podSpecPatch")) {
            var changes =
                    Yaml.parse(patch.getBytes(java.nio.charset.StandardCharsets.UTF_8), "podSpecPatch").getFirst();
            patched = Patches.podSpec(patched, (Value.Mapping) changes);
        }
        return patched;
    }
}
