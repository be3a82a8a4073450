package tiphys.engine.run.validate;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.TemplateRef;
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
        var own = object.mapAt("spec");
        var spec = new WorkflowSpec(own);
        var name = spec.workflowTemplateRef();
        if (name.isEmpty()) {
            return Validation.check(object.mapAt("metadata"), spec, templates, Validation.Use.FILE);
        }
        var found = new ArrayList<>(Validation.referring(own));
        new UnsupportedFields(found).spec(spec);
        var at = Validation.at(own, "workflowTemplateRef");
        var template = templates.get(name.get());
        if (template != null) {
            if (found.isEmpty()) {
                found.addAll(joined(object, template, templates));
            }
        } else if (!name.get().contains("{{")) {
            var message = "the workflow runs the " + called(name.get()) + ", which is not among these files";
            found.add(Diagnostic.warning("TIP-2021", message, at, "spec.workflowTemplateRef.name"));
        }
        return found;
    }

    /// The kind and name of what tables of templates have under a name.
    static String called(String library) {
        return (TemplateRef.clusterWide(library) ? "ClusterWorkflowTemplate " : "WorkflowTemplate ")
                + TemplateRef.nameOf(library);
    }

    /// What is wrong with what a workflow and its template make together, but for what is wrong with the template alone: that is
    /// told there.
    private static List<Diagnostic> joined(
            Value.Mapping object, WorkflowSpec template, Map<String, WorkflowSpec> templates) {
        var alone = new HashSet<String>();
        Validation.check(Value.Mapping.EMPTY, template, templates, Validation.Use.TEMPLATE)
                .forEach(one -> alone.add(one.message()));
        var own = object.mapAt("spec");
        var found = new ArrayList<Diagnostic>();
        for (var one :
                Validation.check(object.mapAt("metadata"), joined(own, template), templates, Validation.Use.FILE)) {
            if (!alone.contains(one.message())) {
                var at = Validation.at(own, own.find("entrypoint").isPresent() ? "entrypoint" : "workflowTemplateRef");
                found.add(
                        new Diagnostic(
                                one.code(),
                                one.severity(),
                                one.message(),
                                "",
                                at,
                                "spec.workflowTemplateRef",
                                one.hint()));
            }
        }
        return found;
    }

    /// A workflow's spec over that of the template that it refers to, as they run: the workflow's own fields win, arguments are
    /// joined by name.
    public static WorkflowSpec joined(Value.Mapping own, WorkflowSpec template) {
        var base = template.json();
        for (var field : own.fields().entrySet()) {
            if (field.getKey().equals("arguments")) {
                base = base.with("arguments", arguments(base.mapAt("arguments"), own.mapAt("arguments")));
            } else if (field.getKey().equals("volumes")) {
                base = base.with("volumes", volumes(base.listAt("volumes"), own.listAt("volumes")));
            } else if (!field.getKey().equals("workflowTemplateRef")) {
                var under = base.find(field.getKey()).orElse(Value.nothing());
                base = base.with(field.getKey(), over(under, field.getValue()));
            }
        }
        return new WorkflowSpec(base);
    }

    /// Volumes of one name become one, with the fields of both, also if it is of two kinds then, which no pod may have.
    private static Value volumes(List<Value> under, List<Value> over) {
        var byName = new LinkedHashMap<String, Value.Mapping>();
        for (var list : List.of(under, over)) {
            for (var volume : list) {
                if (volume instanceof Value.Mapping fields) {
                    byName.merge(volume.textAt("name").orElse(""), fields, WorkflowLint::with);
                }
            }
        }
        return Value.list(List.copyOf(byName.values()));
    }

    private static Value.Mapping with(Value.Mapping under, Value.Mapping over) {
        var all = under;
        for (var field : over.fields().entrySet()) {
            all = all.with(field.getKey(), field.getValue());
        }
        return all;
    }

    /// A value over another one: objects are joined field by field (hooks, labels), everything else is replaced.
    private static Value over(Value under, Value own) {
        if (!(under instanceof Value.Mapping base) || !(own instanceof Value.Mapping more)) {
            return own;
        }
        var joined = base;
        for (var field : more.fields().entrySet()) {
            var before = base.find(field.getKey()).orElse(Value.nothing());
            joined = joined.with(field.getKey(), over(before, field.getValue()));
        }
        return joined;
    }

    /// Arguments over other ones, joined by name: an entry replaces the other one of its name whole.
    public static Value.Mapping arguments(Value.Mapping under, Value.Mapping over) {
        var joined = under;
        for (var list : List.of("parameters", "artifacts")) {
            var byName = new LinkedHashMap<String, Value>();
            under.listAt(list).forEach(one -> byName.put(one.textAt("name").orElse(""), one));
            over.listAt(list).forEach(one -> byName.put(one.textAt("name").orElse(""), one));
            if (!byName.isEmpty()) {
                joined = joined.with(list, Value.list(List.copyOf(byName.values())));
            }
        }
        return joined;
    }

    /// Checks a WorkflowTemplate object.
    ///
    /// @param templates the WorkflowTemplates among the same files, by name
    public static List<Diagnostic> template(Value.Mapping object, Map<String, WorkflowSpec> templates) {
        return Validation.check(
                object.mapAt("metadata"), new WorkflowSpec(object.mapAt("spec")), templates, Validation.Use.TEMPLATE);
    }
}
