package tiphys.kubernetes.beside;

import tiphys.manifest.Value;

/// The spec that a Workflow's run goes by.
public final class RunSpec {
    private RunSpec() {}

    /// Its own, or, where a template or defaults are under it, the one that its status keeps.
    public static Value.Mapping of(Value.Mapping workflow) {
        var stored = workflow.mapAt("status", "storedWorkflowTemplateSpec");
        return stored.fields().isEmpty() ? workflow.mapAt("spec") : stored;
    }
}
