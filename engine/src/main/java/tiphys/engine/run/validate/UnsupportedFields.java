package tiphys.engine.run.validate;

import java.util.List;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;
import tiphys.manifest.schema.FieldVisitor.Occurrence;
import tiphys.manifest.schema.Schemas;
import tiphys.manifest.workflow.Template;
import tiphys.manifest.workflow.WorkflowSpec;

/// Fields that mean something and that nobody claims ([Claims]): refused by name, so that nothing is ignored.
public final class UnsupportedFields {
    private final List<Diagnostic> found;
    private final Claims claims = Claims.process();

    public UnsupportedFields(List<Diagnostic> found) {
        this.found = found;
    }

    public void spec(WorkflowSpec spec) {
        Schemas.visit("workflow.WorkflowSpec", spec.json(), "spec", this::look);
    }

    /// A template of another object.
    ///
    /// @param path what stands before the paths of its fields
    public void template(Template template, String path) {
        Schemas.visit("workflow.Template", template.json(), path, this::look);
    }

    /// The field of a spec that refers to another object.
    public void reference(Value.Mapping spec) {
        var reference = spec.find("workflowTemplateRef");
        if (reference.isPresent()) {
            spec(new WorkflowSpec(Value.object("workflowTemplateRef", reference.get())));
        }
    }

    private boolean look(Occurrence field) {
        if (empty(field.value())) {
            return false;
        }
        var claim = claims.find(field.structure(), field.field());
        boolean claimed =
                claim.isPresent()
                        && (field.key().isEmpty()
                                || claim.get().keys().isEmpty()
                                || claim.get().keys().contains(field.key()));
        if (!claimed) {
            var name = field.label().startsWith("spec.templates.") ? field.label().substring(5) : field.label();
            found.add(
                    Diagnostic.error(
                                    "TIP-2020",
                                    name + " is not supported by this version of Tiphys",
                                    field.at(),
                                    field.path())
                            .hint("docs/parity.md lists what is; nothing that a manifest says is ignored"));
            return false;
        }
        return claim.get().word() != Claims.Word.IGNORED;
    }

    /// Whether a field says nothing: Argo takes it as if it were not there.
    private static boolean empty(Value value) {
        return value instanceof Value.Null
                || (value instanceof Value.Sequence(var items, _) && items.isEmpty())
                || (value instanceof Value.Text(var text, _) && text.isEmpty())
                || value.equals(Value.bool(false));
    }
}
