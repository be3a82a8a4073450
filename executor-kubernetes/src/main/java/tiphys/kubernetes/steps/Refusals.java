package tiphys.kubernetes.steps;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tiphys.engine.StepOrder;
import tiphys.kubernetes.pod.PodSettings;
import tiphys.kubernetes.pod.PodSettings.Layout;
import tiphys.kubernetes.pod.Pods;
import tiphys.manifest.workflow.Artifact;
import tiphys.manifest.workflow.Template;

/// What this executor does not honour yet, by name.
final class Refusals {
    /// What Argo's executor does in the pod.
    private static final Set<String> ARTIFACTS = Set.of("inputs.artifacts", "outputs.artifacts");

    /// What is asked of a cluster beside pods, and done by this executor.
    private static final Set<String> DONE =
            Set.of("spec.podGC", "spec.podDisruptionBudget", "spec.volumeClaimTemplates", "spec.volumeClaimGC");

    private final PodSettings settings;
    private final Set<String> elsewhere;

    /// @param elsewhere what is asked beside pods, and done by others in this server
    Refusals(PodSettings settings, Set<String> elsewhere) {
        this.settings = settings;
        this.elsewhere = elsewhere;
    }

    /// Why a pod cannot have Argo's executor beside the step.
    private Optional<String> agent(StepOrder order, String template) {
        if (settings.layout() == Layout.LIGHT) {
            return Optional.of(
                    template
                            + "moves artifacts or files, or has sidecars or containers that wait for one another: its pod needs Argo's"
                            + " executor beside it; --executor-image IMAGE says where that is");
        }
        boolean own =
                Artifact.driver(order.template().json().mapAt("archiveLocation")).equals(Optional.of("local"))
                        && !order.template().outputArtifacts().isEmpty();
        return own
                ? Optional.of(
                        template
                                + "has artifacts, and pods do not reach this server's own store: name a repository in the"
                                + " ConfigMap artifact-repositories of the namespace")
                : Optional.empty();
    }

    private static boolean runs(Template.Type type) {
        return type == Template.Type.CONTAINER || type == Template.Type.SCRIPT || type == Template.Type.CONTAINER_SET;
    }

    /// Whether a step is a pod.
    static boolean pod(StepOrder order) {
        return new Template(order.template().json()).type().filter(Refusals::runs).isPresent();
    }

    List<String> of(StepOrder order) {
        var refusals = new ArrayList<String>();
        var json = order.template().json();
        var template = "template '" + json.textAt("name").orElse(order.nodeName()) + "' ";
        if (!pod(order)) {
            var type = new Template(json).type();
            refusals.add(
                    template
                            + "is of type "
                            + type.map(Template.Type::field).orElse("?")
                            + ", which this version of Tiphys does not do on a cluster");
        } else if (!Pods.light(order, settings)) {
            agent(order, template).ifPresent(refusals::add);
        }
        refusals.addAll(beside(order));
        return refusals;
    }

    /// What a workflow asks of a cluster beside the step itself.
    List<String> beside(StepOrder order) {
        return Pods.texts(order.pod(), "asks").stream()
                .filter(asked -> !DONE.contains(asked) && !elsewhere.contains(asked))
                .filter(asked -> settings.layout() == Layout.LIGHT || !ARTIFACTS.contains(asked))
                .map(asked -> asked + " is not supported on a cluster by this version of Tiphys")
                .toList();
    }
}
