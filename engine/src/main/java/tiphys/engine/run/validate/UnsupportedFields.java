package tiphys.engine.run.validate;

import java.util.List;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;
import tiphys.manifest.schema.FieldClaims;
import tiphys.manifest.workflow.Template;
import tiphys.manifest.workflow.WorkflowSpec;

/// Fields that mean something and that nobody claims ([Claims]): refused by name, so that nothing is ignored.
public final class UnsupportedFields {
    private final List<Diagnostic> found;
    private final FieldClaims claims = Claims.process();

    public UnsupportedFields(List<Diagnostic> found) {
        this.found = found;
    }

    public void spec(WorkflowSpec spec) {
        claims.unclaimed("workflow.WorkflowSpec", spec.json(), "spec", this::refuse);
    }

    /// A template of another object.
    ///
    /// @param path what stands before the paths of its fields
    public void template(Template template, String path) {
        claims.unclaimed("workflow.Template", template.json(), path, this::refuse);
    }

    /// The field of a spec that refers to another object.
    public void reference(Value.Mapping spec) {
        var reference = spec.find("workflowTemplateRef");
        if (reference.isPresent()) {
            spec(new WorkflowSpec(Value.object("workflowTemplateRef", reference.get())));
        }
    }

    private void refuse(FieldClaims.Unclaimed unclaimed) {
        var field = unclaimed.field();
        var name = field.label().startsWith("spec.templates.") ? field.label().substring(5) : field.label();
        found.add(
                Diagnostic.error(
                                "TIP-2020",
                                name + " is not supported by this version of Tiphys",
                                field.at(),
                                field.path())
                        .hint("docs/parity.md lists what is; nothing that a manifest says is ignored"));
    }
}
