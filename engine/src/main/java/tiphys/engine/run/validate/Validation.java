package tiphys.engine.run.validate;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tiphys.engine.run.validate.Findings.Spot;
import tiphys.engine.run.validate.TemplateWalk.Given;
import tiphys.engine.run.validate.TemplateWalk.Home;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Position;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Task;
import tiphys.manifest.workflow.WorkflowSpec;

/// What can be known to be wrong with a workflow before it runs, by the rules of Argo's own validation and in its words, each with its
/// place: Argo stops at the first, and that is the first here too. And fields that this version does not support. Codes TIP-2xxx.
public final class Validation {
    private static final int LONGEST_NAME = 63;
    private static final Set<String> OPERATORS = Set.of("In", "NotIn", "Exists", "DoesNotExist");

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
    /// @param metadata the object's: its labels and annotations are what tags may read; empty if that is not known
    /// @param spec of a workflow that refers to a WorkflowTemplate, joined with that one's
    /// @param referenced the WorkflowTemplates that are known, by name; a templateRef to another one is an error in `RUN`, and a
    ///     warning otherwise
    public static List<Diagnostic> check(
            Value.Mapping metadata, WorkflowSpec spec, Map<String, WorkflowSpec> referenced, Use use) {
        var found = new ArrayList<Diagnostic>();
        new UnsupportedFields(found).spec(spec);
        new Check(metadata, spec, referenced, use, new Findings(found)).all();
        return found;
    }

    /// What is wrong with the spec of a workflow that refers to a WorkflowTemplate, before it is joined.
    public static List<Diagnostic> referring(Value.Mapping spec) {
        var found = new ArrayList<Diagnostic>();
        if (new WorkflowSpec(spec).workflowTemplateRef().isPresent() && !spec.listAt("templates").isEmpty()) {
            var sentence = "Templates is invalid field in spec if workflow referred WorkflowTemplate reference";
            new Findings(found).error("TIP-2012", "", sentence, new Spot(spec.keyAt("templates"), "spec.templates"));
        }
        return found;
    }

    /// One look at one spec.
    private record Check(
            Value.Mapping metadata, WorkflowSpec spec, Map<String, WorkflowSpec> referenced, Use use, Findings found) {
        void all() {
            var home = new Home("", spec, Optional.empty());
            var parameters = new ParameterCheck(found, Spot::new);
            name();
            parameters.names(
                    "", "spec.templates", spec.json().listAt("templates"), ParameterCheck::fieldFlaw, "spec.templates");
            var arguments = spec.json().mapAt("arguments");
            parameters.arguments("", "spec.arguments.", arguments, use != Use.RUN, "spec.arguments");
            var global = global();
            var walk = new TemplateWalk(found, referenced, use, global, spec.arguments());
            Given given = use == Use.TEMPLATE ? new Given.Anything() : new Given.Arguments(arguments, at("arguments"));
            if (!spec.entrypoint().isEmpty()) {
                walk.call(named(spec.entrypoint()), home, given, "", at("entrypoint"), "spec", Optional.empty());
            } else if (use != Use.TEMPLATE) {
                found.error("TIP-2001", "", "spec.entrypoint is required", new Spot(spec.json().at(), "spec"));
            }
            exit(walk, home, given, global);
            hooks();
            podGc();
            olderForms(spec.json(), "spec");
            spec.templates().forEach(one -> olderForms(one.json(), "spec.templates." + one.name()));
            new PodCheck(found, Spot::new).resources("", "spec.podResources", spec.json(), "spec");
            for (var template : spec.templates()) {
                if (!template.name().isEmpty()) {
                    walk.call(
                            named(template.name()),
                            home,
                            new Given.Anything(),
                            "templates." + template.name() + " ",
                            new Spot(template.json().at(), "spec.templates"),
                            "spec",
                            Optional.empty());
                }
            }
        }

        private void name() {
            var name = metadata.textAt("name").orElse("");
            if (name.length() > LONGEST_NAME) {
                found.error(
                        "TIP-2006",
                        "",
                        (use == Use.TEMPLATE ? "workflow template" : "workflow")
                                + " name \""
                                + name
                                + "\" must not be more than 63 characters long (currently "
                                + name.length()
                                + ")",
                        Spot.of(metadata, "name", "metadata"));
            }
        }

        private static Task named(String template) {
            return new Task(Value.object("template", template));
        }

        private void exit(TemplateWalk walk, Home home, Given given, Set<String> global) {
            if (spec.templates().stream()
                    .flatMap(template -> template.json().listAt("outputs", "artifacts").stream())
                    .anyMatch(artifact -> artifact.textAt("globalName").orElse("").contains("{{"))) {
                global.add("workflow.outputs.artifacts.*");
            }
            var onExit = spec.json().textAt("onExit").filter(name -> !name.isEmpty());
            if (onExit.isPresent()) {
                global.add("workflow.failures");
                walk.call(named(onExit.get()), home, given, "", at("onExit"), "spec", Optional.empty());
                return;
            }
            spec.exit()
                    .ifPresent(hook -> {
                        global.add("workflow.failures");
                        var spot = new Spot(hook.json().at(), "spec.hooks.exit");
                        var task = hook.asTask("exit");
                        walk.call(task, home, new Given.Anything(), "", spot, "spec.hooks.exit", Optional.empty());
                    });
        }

        private void hooks() {
            spec.json()
                    .mapAt("hooks")
                    .fields()
                    .forEach((name, hook) -> {
                        if (!name.equals("exit") && hook.textAt("expression").orElse("").isEmpty()) {
                            var spot = new Spot(hook.at(), "spec.hooks." + name);
                            found.error("TIP-2025", "", "hooks." + name + " Expression required", spot);
                        }
                    });
        }

        private void podGc() {
            for (var one : spec.json().listAt("podGC", "labelSelector", "matchExpressions")) {
                var operator = one.textAt("operator").orElse("");
                if (!OPERATORS.contains(operator)) {
                    found.error(
                            "TIP-2025",
                            "",
                            "podGC.labelSelector invalid: \"" + operator + "\" is not a valid label selector operator",
                            new Spot(one.at(), "spec.podGC.labelSelector"));
                }
            }
        }

        /// Fields of Argo 3.x that still mean what they meant.
        private void olderForms(Value.Mapping owner, String path) {
            var json = owner.mapAt("synchronization");
            Map.of("mutex", "mutexes", "semaphore", "semaphores")
                    .forEach((older, newer) -> {
                        if (json.find(older).isPresent()) {
                            found.warning(
                                    "TIP-2028",
                                    "synchronization."
                                            + older
                                            + " is the form of Argo 3.x; synchronization."
                                            + newer
                                            + ", a list, has taken its place",
                                    Spot.of(json, older, path + ".synchronization"));
                        }
                    });
        }

        private Spot at(String field) {
            return Spot.of(spec.json(), field, "spec");
        }

        /// The names that every template knows.
        private Set<String> global() {
            var global = new HashSet<String>();
            for (var name : List.of("name", "namespace", "mainEntrypoint", "serviceAccountName", "uid", "status")) {
                global.add("workflow." + name);
            }
            if (!spec.arguments().isEmpty()) {
                global.add("workflow.parameters");
                global.add("workflow.parameters.json");
            }
            spec.arguments().forEach(argument -> global.add("workflow.parameters." + argument.name()));
            if (use == Use.TEMPLATE) {
                global.add("workflow.parameters*"); // whoever runs it may have more
            }
            for (var kind : List.of("annotations", "labels")) {
                global.add("workflow." + kind);
                global.add("workflow." + kind + ".json");
                metadata.mapAt(kind).fields().keySet().forEach(key -> global.add("workflow." + kind + "." + key));
                var more = spec.json().mapAt("workflowMetadata");
                more.mapAt(kind).fields().keySet().forEach(key -> global.add("workflow." + kind + "." + key));
            }
            spec.json()
                    .mapAt("workflowMetadata", "labelsFrom")
                    .fields()
                    .keySet()
                    .forEach(key -> global.add("workflow.labels." + key));
            if (spec.json().find("priority").isPresent()) {
                global.add("workflow.priority");
            }
            return global;
        }
    }

    static Position at(Value.Mapping json, String field) {
        return json.find(field).map(Value::at).filter(Position::known).orElse(json.at());
    }
}
