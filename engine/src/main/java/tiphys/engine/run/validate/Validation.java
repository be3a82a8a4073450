package tiphys.engine.run.validate;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Position;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Parameter;
import tiphys.manifest.workflow.Template;
import tiphys.manifest.workflow.WorkflowSpec;

/// What can be known to be wrong with a workflow before it runs, in Argo's words (its 2.7): names that are not there,
/// names that are there twice, cycles, missing arguments, and fields that this version does not support. Codes TIP-2xxx.
public final class Validation {
    private Validation() {}

    /// What the spec is for.
    public enum Use {
        /// It is to run now: every argument needs a value, every template that is named must be there.
        RUN,
        /// It is a Workflow in a file: arguments may come later, and what it names may be elsewhere.
        FILE,
        /// It is a WorkflowTemplate: arguments may come later.
        TEMPLATE
    }

    /// Checks a spec.
    ///
    /// @param referenced the WorkflowTemplates that are known, by name; a templateRef to another one is an error in `RUN`, and a
    ///     warning otherwise
    public static List<Diagnostic> check(WorkflowSpec spec, Map<String, WorkflowSpec> referenced, Use use) {
        var found = new ArrayList<Diagnostic>();
        if (spec.workflowTemplateRef().isPresent() && use != Use.TEMPLATE && spec.templates().isEmpty()) {
            return found;
        }
        if (spec.entrypoint().isEmpty() && use != Use.TEMPLATE) {
            found.add(error("TIP-2001", "spec.entrypoint is required", spec.json().at(), "spec"));
        }
        new UnsupportedFields(found).spec(spec);
        names(spec, found);
        var templates = spec.templates();
        if (!spec.entrypoint().isEmpty() && spec.template(spec.entrypoint()).isEmpty() && !templates.isEmpty()) {
            found.add(
                    error(
                            "TIP-2002",
                            "template name '" + spec.entrypoint() + "' undefined",
                            at(spec.json(), "entrypoint"),
                            "spec.entrypoint",
                            Nearest.hint(spec.entrypoint(), templates.stream().map(Template::name).toList())));
        }
        spec.exit()
                .ifPresent(hook -> {
                    if (hook.templateRef().isEmpty() && spec.template(hook.template()).isEmpty()) {
                        found.add(
                                error(
                                        "TIP-2002",
                                        "template name '" + hook.template() + "' undefined",
                                        hook.json().at().known() ? hook.json().at() : at(spec.json(), "onExit"),
                                        "spec.onExit",
                                        Nearest.hint(
                                                hook.template(), templates.stream().map(Template::name).toList())));
                    }
                });
        if (use == Use.RUN) {
            for (var argument : spec.arguments()) {
                if (argument.value().isEmpty()
                        && argument.defaultValue().isEmpty()
                        && argument.valueFrom().fields().isEmpty()) {
                    found.add(
                            error(
                                    "TIP-2003",
                                    "spec.arguments."
                                            + argument.name()
                                            + ".value or spec.arguments."
                                            + argument.name()
                                            + ".valueFrom is required",
                                    argument.json().at(),
                                    "spec.arguments." + argument.name()));
                }
            }
        }
        if (use != Use.TEMPLATE) {
            entryInputs(spec, found);
        }
        for (int i = 0; i < templates.size(); i++) {
            new TemplateCheck(spec, referenced, use, found).check(templates.get(i), "spec.templates[" + i + "]");
        }
        return found;
    }

    private static void entryInputs(WorkflowSpec spec, List<Diagnostic> found) {
        var given = new LinkedHashSet<String>();
        spec.arguments().forEach(one -> given.add(one.name()));
        spec.template(spec.entrypoint())
                .ifPresent(entry -> {
                    for (var input : entry.inputs()) {
                        if (!given.contains(input.name()) && !hasValue(input)) {
                            found.add(
                                    error(
                                            "TIP-2004",
                                            "templates."
                                                    + entry.name()
                                                    + " inputs.parameters."
                                                    + input.name()
                                                    + " was not supplied",
                                            input.json().at(),
                                            "spec.arguments"));
                        }
                    }
                });
    }

    static boolean hasValue(Parameter input) {
        return input.value().isPresent() || input.defaultValue().isPresent() || !input.valueFrom().fields().isEmpty();
    }

    private static void names(WorkflowSpec spec, List<Diagnostic> found) {
        Set<String> seen = new LinkedHashSet<>();
        var templates = spec.templates();
        for (int i = 0; i < templates.size(); i++) {
            var template = templates.get(i);
            var path = "spec.templates[" + i + "]";
            if (template.name().isEmpty()) {
                found.add(error("TIP-2005", path + ".name is required", template.json().at(), path));
            } else if (!template.name().matches("[a-zA-Z0-9][-a-zA-Z0-9]*") || template.name().length() > 128) {
                found.add(
                        error(
                                "TIP-2006",
                                "templates."
                                        + template.name()
                                        + " name is invalid: it must be letters, digits and '-',"
                                        + " begin with a letter or digit, and have at most 128 characters",
                                at(template.json(), "name"),
                                path + ".name"));
            }
            if (!template.name().isEmpty() && !seen.add(template.name())) {
                found.add(
                        error(
                                "TIP-2007",
                                path + ".name '" + template.name() + "' is not unique",
                                at(template.json(), "name"),
                                path));
            }
        }
    }

    static Position at(Value.Mapping json, String field) {
        return json.find(field).map(Value::at).filter(Position::known).orElse(json.at());
    }

    static Diagnostic error(String code, String message, Position at, String path) {
        return Diagnostic.error(code, message, at, path);
    }

    static Diagnostic error(String code, String message, Position at, String path, String hint) {
        var plain = error(code, message, at, path);
        return hint.isEmpty() ? plain : plain.hint(hint);
    }
}
