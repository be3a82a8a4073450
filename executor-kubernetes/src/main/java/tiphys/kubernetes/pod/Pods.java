package tiphys.kubernetes.pod;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.ResolvedTemplate;
import tiphys.engine.StepOrder;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.Patches;

/// The pod of a step: pure, so that an order makes the same pod each time, and its name alone is the claim of the attempt.
///
/// Two layouts. Argo's has two containers more and wraps the step's command, so that files and artifacts reach the step and leave
/// it ([ArgoLayout]). A step that needs none of that is its own container and nothing else ([LightLayout]): its result is read from
/// its log, its exit code from the pod's status.
public final class Pods {
    /// What Argo's names of labels and annotations begin with.
    static final String ARGO = "workflows.argoproj.io/";

    private Pods() {}

    /// The pod of an order.
    ///
    /// @param at when it is made; the rest of the order's deadline is the pod's
    /// @throws NoPod if none can be made of it
    public static Made of(StepOrder order, PodSettings settings, Instant at) {
        var made =
                light(order, settings)
                        ? new Made(LightLayout.spec(order, settings), Optional.empty())
                        : new ArgoLayout(order, settings).made();
        var spec = made.pod();
        var deadline = order.deadline().map(until -> Math.max(1, seconds(Duration.between(at, until))));
        if (deadline.isPresent()) {
            spec = spec.with("activeDeadlineSeconds", Value.number(deadline.get()));
        }
        return new Made(
                Value.object(
                        "apiVersion", "v1", "kind", "Pod", "metadata", metadata(order, settings, spec), "spec", spec),
                made.configMap());
    }

    /// What is created for a step.
    ///
    /// @param configMap created before the pod: what is too long for it; mostly empty
    public record Made(Value.Mapping pod, Optional<Value.Mapping> configMap) {}

    /// Whether a step's pod is the step's own container alone: nothing is put into it or taken out of it but what it prints.
    public static boolean light(StepOrder order, PodSettings settings) {
        return settings.layout() != PodSettings.Layout.ARGO && LightLayout.possible(order.template());
    }

    /// Whole seconds, begun ones counted.
    private static long seconds(Duration time) {
        return time.plusMillis(999).toSeconds();
    }

    private static Value.Mapping metadata(StepOrder order, PodSettings settings, Value.Mapping spec) {
        var labels = new LinkedHashMap<String, Object>();
        labels.put(ARGO + "workflow", order.runName());
        labels.put(ARGO + "completed", "false");
        if (!settings.instanceId().isEmpty()) {
            labels.put(ARGO + "controller-instanceid", settings.instanceId());
        }
        if (order.pod().find("onExit").isPresent()) {
            labels.put(ARGO + "on-exit", "true");
        }
        labels.putAll(order.pod().mapAt("metadata", "labels").fields());
        var annotations = new LinkedHashMap<String, Object>();
        annotations.put(ARGO + "node-name", order.nodeName());
        annotations.put(ARGO + "node-id", order.nodeId());
        annotations.put("kubectl.kubernetes.io/default-container", shown(spec));
        annotations.put("tiphys/attempt", order.attempt().text());
        gc(order.pod().mapAt("podGC")).ifPresent(text -> annotations.put(ARGO + "pod-gc-strategy", text));
        order.template()
                .script()
                .filter(text -> !text.isEmpty() && LightLayout.scriptIn(spec))
                .ifPresent(text -> annotations.put(LightLayout.SCRIPT, text));
        annotations.putAll(order.pod().mapAt("metadata", "annotations").fields());
        return Value.object(
                "name", order.podName(),
                "namespace", order.namespace(),
                "labels", labels,
                "annotations", annotations,
                "ownerReferences", List.of(owner(order, true)));
    }

    /// The Workflow, as the owner of what is made for it.
    public static Value.Mapping owner(StepOrder order, boolean controller) {
        return Value.object(
                "apiVersion",
                "argoproj.io/v1alpha1",
                "kind",
                "Workflow",
                "name",
                order.runName(),
                "uid",
                order.runUid(),
                "controller",
                controller ? true : null,
                "blockOwnerDeletion",
                controller ? true : null);
    }

    private static String shown(Value.Mapping spec) {
        var names = spec.listAt("containers").stream().map(one -> one.textAt("name").orElse("")).toList();
        return names.contains("main") || names.isEmpty() ? "main" : names.getLast();
    }

    private static Optional<String> gc(Value.Mapping podGC) {
        return podGC.fields().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        podGC.textAt("strategy").orElse("") + "/" + podGC.textAt("deleteDelayDuration").orElse("0s"));
    }

    /// The fields of a pod's `spec` that are alike in both layouts.
    static Map<String, Object> common(StepOrder order) {
        var spec = new LinkedHashMap<String, Object>();
        spec.put("restartPolicy", "Never");
        order.pod()
                .mapAt("spec")
                .fields()
                .forEach((field, value) -> {
                    // Kubernetes gives a token unless it is told not to; saying so would be another pod than Argo's
                    if (!field.equals("automountServiceAccountToken") || value.equals(Value.bool(false))) {
                        spec.put(field, value);
                    }
                });
        return spec;
    }

    /// The main containers of a template that has processes, each with its name, as a pod has them.
    static List<Value.Mapping> mains(ResolvedTemplate template, PodSettings settings) {
        var mains = new ArrayList<Value.Mapping>();
        for (var one : template.containers()) {
            if (one.kind() == ResolvedTemplate.Kind.MAIN) {
                var json = one.template().json();
                var container =
                        json.mapAt(json.find("script").isPresent() ? "script" : "container")
                                .without("source")
                                .without("dependencies")
                                .with("name", one.name());
                mains.add(under(container, settings.mainContainer()));
            }
        }
        return mains;
    }

    /// A container over what each has unless it says otherwise.
    private static Value.Mapping under(Value.Mapping container, Value.Mapping usual) {
        if (usual.fields().isEmpty()) {
            return container;
        }
        var pod = Value.object("containers", List.of(usual.with("name", container.textAt("name").orElse(""))));
        return (Value.Mapping)
                Patches.podSpec(pod, Value.object("containers", List.of(container))).listAt("containers").getFirst();
    }

    /// A list of texts.
    public static List<String> texts(Value json, String field) {
        return json.listAt(field).stream().map(Json::text).toList();
    }
}
