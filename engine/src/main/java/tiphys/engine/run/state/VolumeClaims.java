package tiphys.engine.run.state;

import java.util.List;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.WorkflowSpec;

/// The claims that a run makes by `volumeClaimTemplates` when it starts, and lets go of when it is over, as Argo does: named by the
/// workflow and the template of the claim, owned by the Workflow object.
public final class VolumeClaims {
    private final RunState state;

    public VolumeClaims(RunState state) {
        this.state = state;
    }

    /// The volumes that a workflow's templates see by them.
    ///
    /// @param run the Workflow's name
    public static List<Value> volumes(WorkflowSpec spec, String run) {
        return spec.json().listAt("volumeClaimTemplates").stream()
                .map(claim -> claim.textAt("metadata", "name").orElse(""))
                .<Value>map(name ->
                        Value.object(
                                "name", name, "persistentVolumeClaim", Value.object("claimName", run + "-" + name)))
                .toList();
    }

    /// The claims as objects, without what the server adds.
    public List<Value.Mapping> objects() {
        return state.spec().json().listAt("volumeClaimTemplates").stream().map(this::object).toList();
    }

    /// What `status.persistentVolumeClaims` says: those that are kept now.
    public List<Value> kept() {
        return state.ended && deletedAtEnd() ? List.of() : volumes(state.spec(), state.name);
    }

    /// Whether the run's end deletes them: unless it says otherwise, only a success does, so that a failed run can be looked into
    /// or tried again.
    public boolean deletedAtEnd() {
        return state.gone
                || state.phase == NodePhase.SUCCEEDED
                || state.spec()
                        .json()
                        .textAt("volumeClaimGC", "strategy")
                        .filter(strategy -> strategy.equals("OnWorkflowCompletion"))
                        .isPresent();
    }

    private Value.Mapping object(Value claim) {
        var name = claim.textAt("metadata", "name").orElse("");
        return Value.object(
                "apiVersion",
                "v1",
                "kind",
                "PersistentVolumeClaim",
                "metadata",
                Value.object(
                        "name",
                        state.name + "-" + name,
                        "namespace",
                        state.namespace,
                        "labels",
                        claim.mapAt("metadata", "labels")
                                .with("workflows.argoproj.io/workflow", Value.text(state.name)),
                        "annotations",
                        claim.find("metadata", "annotations").orElse(null),
                        "ownerReferences",
                        List.of(
                                Value.object(
                                        "apiVersion",
                                        "argoproj.io/v1alpha1",
                                        "kind",
                                        "Workflow",
                                        "name",
                                        state.name,
                                        "uid",
                                        state.uid,
                                        "controller",
                                        true,
                                        "blockOwnerDeletion",
                                        true))),
                "spec",
                claim.mapAt("spec"),
                "status",
                Value.object("phase", "Bound", "accessModes", claim.find("spec", "accessModes").orElse(null)));
    }
}
