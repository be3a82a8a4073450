package tiphys.engine.run.validate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Template;
import tiphys.manifest.workflow.WorkflowSpec;

/// Finds what is wrong with workflows that are still files, by the rules that a run would refuse them by. What may be elsewhere (a
/// WorkflowTemplate, the value of an argument) is a warning or nothing. Codes TIP-20xx; TIP-2020 is a field that Argo has and
/// this version does not support.
public final class WorkflowLint {
    private WorkflowLint() {}

    /// Checks a Workflow object.
    ///
    /// @param templates the WorkflowTemplates among the same files, by name
    public static List<Diagnostic> workflow(Value.Mapping object, Map<String, WorkflowSpec> templates) {
        var spec = new WorkflowSpec(object.mapAt("spec"));
        var name = spec.workflowTemplateRef();
        if (name.isEmpty()) {
            return Validation.check(spec, templates, Validation.Use.FILE);
        }
        var found = new ArrayList<Diagnostic>();
        new UnsupportedFields(found).spec(spec);
        var at = Validation.at(object.mapAt("spec"), "workflowTemplateRef");
        var template = templates.get(name.get());
        if (spec.json().find("workflowTemplateRef", "clusterScope").filter(Value.bool(true)::equals).isPresent()) {
            return found; // has been named as not supported
        }
        if (template != null) {
            entrypoint(spec, template, name.get(), found);
        } else if (!name.get().contains("{{")) {
            var message = "the workflow runs the WorkflowTemplate " + name.get() + ", which is not among these files";
            found.add(Diagnostic.warning("TIP-2021", message, at, "spec.workflowTemplateRef.name"));
        }
        return found;
    }

    /// Checks a WorkflowTemplate object.
    ///
    /// @param templates the WorkflowTemplates among the same files, by name
    public static List<Diagnostic> template(Value.Mapping object, Map<String, WorkflowSpec> templates) {
        return Validation.check(new WorkflowSpec(object.mapAt("spec")), templates, Validation.Use.TEMPLATE);
    }

    private static void entrypoint(
            WorkflowSpec spec, WorkflowSpec template, String templateName, List<Diagnostic> found) {
        var entrypoint = spec.entrypoint().isEmpty() ? template.entrypoint() : spec.entrypoint();
        if (entrypoint.isEmpty()) {
            var message = "spec.entrypoint is required: neither the workflow nor the WorkflowTemplate has one";
            found.add(Validation.error("TIP-2001", message, spec.json().at(), "spec"));
        } else if (template.template(entrypoint).isEmpty() && !entrypoint.contains("{{")) {
            found.add(
                    Validation.error(
                            "TIP-2002",
                            "template name '" + entrypoint + "' undefined in the WorkflowTemplate " + templateName,
                            Validation.at(spec.json(), "entrypoint"),
                            "spec.entrypoint",
                            Nearest.hint(entrypoint, template.templates().stream().map(Template::name).toList())));
        }
    }
}
