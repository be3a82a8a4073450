package tiphys.engine.run.validate;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import tiphys.engine.run.validate.Findings.Spot;
import tiphys.manifest.Position;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Parameter;
import tiphys.manifest.workflow.Task;
import tiphys.manifest.workflow.Template;
import tiphys.manifest.workflow.TemplateRef;
import tiphys.manifest.workflow.WorkflowSpec;

/// Walks from template to template in the order of Argo's validation, so that the first thing that is told is what Argo tells. Each
/// template is looked into once; each call of it is checked against its inputs.
final class TemplateWalk {
    private static final String TYPES =
            "choose one of: container, containerSet, steps, script, resource, dag, suspend, template, template ref";
    private static final Set<String> RETRY_POLICIES = Set.of("", "Always", "OnFailure", "OnError", "OnTransientError");

    /// How many calls deep a template is looked into from one start. What is deeper is looked into from its own: every template of a
    /// spec is.
    private static final int DEEPEST = 100;

    private final Findings found;
    private final Map<String, WorkflowSpec> libraries;
    private final Validation.Use use;
    private final Set<String> global;
    private final Set<String> seen = new HashSet<>();
    private final Map<String, String> arguments = new HashMap<>();
    private int depth;

    /// @param global the names of tags that the whole workflow knows; grows
    TemplateWalk(
            Findings found,
            Map<String, WorkflowSpec> libraries,
            Validation.Use use,
            Set<String> global,
            List<Parameter> arguments) {
        this.found = found;
        this.libraries = libraries;
        this.use = use;
        this.global = global;
        arguments.forEach(one -> one.value().ifPresent(value -> this.arguments.put(one.name(), value)));
    }

    /// The object that a template is in.
    ///
    /// @param name empty for the workflow that is checked
    /// @param caller where findings are told; empty for their own place
    record Home(String name, WorkflowSpec spec, Optional<Spot> caller) {
        Spot spot(Position at, String path) {
            return caller.orElseGet(() -> new Spot(at, path));
        }
    }

    /// A template that was found, and where.
    private record Resolved(Template template, Home home, String path) {}

    /// What a call gives to a template.
    sealed interface Given {
        /// Everything that it wants, with values that are not known yet.
        record Anything() implements Given {}

        /// These arguments.
        ///
        /// @param at where one that is missing is told
        record Arguments(Value.Mapping json, Spot at) implements Given {
            Optional<Value.Mapping> parameter(String name) {
                return named("parameters", name);
            }

            boolean artifact(String name) {
                return named("artifacts", name).isPresent();
            }

            private Optional<Value.Mapping> named(String list, String name) {
                for (var item : json.listAt(list)) {
                    if (item instanceof Value.Mapping map && map.textAt("name").orElse("").equals(name)) {
                        return Optional.of(map);
                    }
                }
                return Optional.empty();
            }
        }
    }

    /// Checks a call and what it leads to.
    ///
    /// @param way what stands before each sentence
    /// @param around what an inline template reads of the template around it
    /// @return the template that runs; empty if that is not known
    Optional<Template> call(
            Task task, Home home, Given given, String way, Spot spot, String path, Optional<KnownTags> around) {
        var resolved = resolve(task, home, way, spot, path);
        if (resolved.isPresent()) {
            depth++;
            template(resolved.get(), given, way, task.inline().isPresent() ? around : Optional.empty());
            depth--;
        }
        return resolved.map(Resolved::template);
    }

    private Optional<Resolved> resolve(Task task, Home home, String way, Spot spot, String path) {
        if (task.inline().isPresent()) {
            return typed(new Resolved(task.inline().get(), home, path + ".inline"), way);
        }
        if (task.templateRef().isPresent()) {
            return referred(task, task.templateRef().get(), home, way, spot);
        }
        if (task.template().isEmpty()) {
            found.error("TIP-2002", way, "failed to get a template", spot);
            return Optional.empty();
        }
        var templates = home.spec().templates();
        for (int i = 0; i < templates.size(); i++) {
            if (templates.get(i).name().equals(task.template())) {
                return typed(new Resolved(templates.get(i), home, "spec.templates[" + i + "]"), way);
            }
        }
        if (!task.template().contains("{{")) {
            var hint = Nearest.hint(task.template(), templates.stream().map(Template::name).toList());
            found.error("TIP-2002", way, "template name '" + task.template() + "' undefined", spot, hint);
        }
        return Optional.empty();
    }

    private Optional<Resolved> referred(Task task, TemplateRef ref, Home home, String way, Spot spot) {
        if (!task.template().isEmpty()) {
            found.error("TIP-2012", way, "template name cannot be specified with templateRef", spot);
            return Optional.empty();
        }
        if (ref.name().isEmpty() || ref.template().isEmpty()) {
            var what = ref.name().isEmpty() ? "resource" : "template";
            found.error("TIP-2015", way, what + " name is required", spot);
            return Optional.empty();
        }
        if (ref.name().contains("{{") || ref.template().contains("{{")) {
            return Optional.empty(); // only the run knows
        }
        var library = libraries.get(ref.library());
        if (library == null) {
            if (use == Validation.Use.RUN) {
                var sentence = "template reference " + ref.name() + "." + ref.template() + " not found";
                found.error("TIP-2015", way, sentence, spot);
            } else if (home.caller().isEmpty()) {
                var sentence =
                        "refers to the " + WorkflowLint.called(ref.library()) + ", which is not among these files";
                found.warning("TIP-2021", way + sentence, spot);
            }
            return Optional.empty();
        }
        var templates = library.templates();
        for (int i = 0; i < templates.size(); i++) {
            if (templates.get(i).name().equals(ref.template())) {
                var there = new Home(ref.library(), library, Optional.of(home.caller().orElse(spot)));
                return typed(new Resolved(templates.get(i), there, "spec.templates[" + i + "]"), way);
            }
        }
        found.error(
                "TIP-2015",
                way,
                "template reference " + ref.name() + "." + ref.template() + " not found",
                spot,
                Nearest.hint(ref.template(), templates.stream().map(Template::name).toList()));
        return Optional.empty();
    }

    private Optional<Resolved> typed(Resolved resolved, String way) {
        var template = resolved.template();
        var here = resolved.home().spot(template.json().at(), resolved.path());
        if (template.type().isEmpty()) {
            found.error("TIP-2008", way, "template '" + template.name() + "' type is unknown", here, TYPES);
            return Optional.empty();
        }
        var policy = template.retryStrategy().flatMap(retry -> retry.json().textAt("retryPolicy")).orElse("");
        if (!RETRY_POLICIES.contains(policy) && !policy.contains("{{")) {
            found.error("TIP-2025", way, policy + " is not a valid RetryPolicy", here);
        }
        return Optional.of(resolved);
    }

    private void template(Resolved resolved, Given given, String way, Optional<KnownTags> around) {
        var template = resolved.template();
        var home = resolved.home();
        var path = resolved.path();
        var name = "templates." + template.name();
        var here = home.spot(template.json().at(), path);
        if (template.types().size() > 1) {
            found.error("TIP-2008", way, name + " multiple template types specified. " + TYPES, here);
            return;
        }
        new PodCheck(found, home::spot).template(way, template, path);
        var parameters = new ParameterCheck(found, home::spot);
        inputNames(template, parameters, way, name, path);
        var artifacts = new ArtifactCheck(found, home::spot, way);
        artifacts.inputs(template, path);
        for (var container : template.json().listAt("initContainers")) {
            if (container.textAt("name").orElse("").isEmpty()) {
                found.error("TIP-2005", way, "initContainers must all have container name", here);
            }
        }
        supplied(template, given, way);
        timeouts(template, given, way, home::spot, path);
        if (depth > DEEPEST
                || !seen.add(
                        home.name() + "/" + (template.name().isEmpty() ? here.path() + here.at() : template.name()))) {
            return;
        }
        var known = new KnownTags(global, around);
        known.ofTemplate(template);
        if (template.type().equals(Optional.of(Template.Type.STEPS))
                || template.type().equals(Optional.of(Template.Type.DAG))) {
            new GraphCheck(this, found, home, parameters, way).check(template, known, path);
        } else {
            unresolved(known, template.json().without("outputs"), way + name + ": ", home, path);
            new LeafCheck(found, home::spot, home.spec().json().mapAt("templateDefaults"), way).check(template, path);
        }
        outputs(template, known, parameters, way, home, path);
        artifacts.outputs(template, path);
        parameters.outputs(way, template, path);
        new MetricCheck(found, home::spot).template(way, template, path);
    }

    private static void inputNames(Template template, ParameterCheck parameters, String way, String name, String path) {
        parameters.names(
                way,
                name + ".inputs.parameters",
                template.json().listAt("inputs", "parameters"),
                ParameterCheck::parameterFlaw,
                path + ".inputs.parameters");
        parameters.names(
                way,
                name + ".inputs.artifacts",
                template.json().listAt("inputs", "artifacts"),
                ParameterCheck::parameterFlaw,
                path + ".inputs.artifacts");
    }

    /// Whether each input has a value.
    private void supplied(Template template, Given given, String way) {
        if (!(given instanceof Given.Arguments arguments)) {
            return;
        }
        for (var input : template.inputs()) {
            var argument = arguments.parameter(input.name()).map(Parameter::new);
            boolean value = input.value().isPresent() || input.defaultValue().isPresent();
            var source = input.valueFrom();
            if (argument.isPresent()) {
                value = argument.get().value().isPresent();
                source = argument.get().valueFrom();
            }
            if (!value && source.find("configMapKeyRef").isEmpty()) {
                notSupplied(template, "parameters." + input.name(), way, arguments.at());
            }
        }
        for (var artifact : template.json().listAt("inputs", "artifacts")) {
            if (artifact instanceof Value.Mapping json
                    && json.find("optional").filter(Value.bool(true)::equals).isEmpty()
                    && !ParameterCheck.located(json)
                    && !arguments.artifact(json.textAt("name").orElse(""))) {
                notSupplied(template, "artifacts." + json.textAt("name").orElse(""), way, arguments.at());
            }
        }
    }

    private void notSupplied(Template template, String input, String way, Spot spot) {
        found.error("TIP-2004", way, "templates." + template.name() + " inputs." + input + " was not supplied", spot);
    }

    private void timeouts(
            Template template, Given given, String way, BiFunction<Position, String, Spot> spots, String path) {
        for (var field : List.of("timeout", "pendingTimeout")) {
            var text = template.json().textAt(field).orElse("");
            if (text.isEmpty()) {
                continue;
            }
            var own = Spot.of(template.json(), field, path);
            var spot = spots.apply(own.at(), own.path());
            if (!Kinds.leaf(template)) {
                var sentence = Kinds.word(template) + " template doesn't support " + field + " field";
                found.error("TIP-2016", way, sentence, spot);
            } else if (field.equals("timeout") && LeafCheck.whole(value(text, template, given)).isPresent()) {
                var sentence = template.name() + " has invalid duration format in timeout";
                found.error("TIP-2026", way, sentence, spot, "a duration has a unit, as 30s or 5m");
            }
        }
    }

    /// A text of one tag as its value, where that is known; else the text.
    private String value(String text, Template template, Given given) {
        var inner = text.startsWith("{{") && text.endsWith("}}") ? text.substring(2, text.length() - 2).strip() : "";
        if (inner.startsWith("workflow.parameters.")) {
            return arguments.getOrDefault(inner.substring("workflow.parameters.".length()), text);
        }
        if (!inner.startsWith("inputs.parameters.") || !(given instanceof Given.Arguments provided)) {
            return text;
        }
        var name = inner.substring("inputs.parameters.".length());
        var argument = provided.parameter(name).map(Parameter::new);
        if (argument.isPresent()) {
            return argument.get().value().orElse(text);
        }
        return template.inputs().stream()
                .filter(input -> input.name().equals(name))
                .findFirst()
                .flatMap(input -> input.value().or(input::defaultValue))
                .orElse(text);
    }

    private void outputs(
            Template template, KnownTags known, ParameterCheck parameters, String way, Home home, String path) {
        var name = "templates." + template.name() + ".outputs";
        for (var list : List.of("parameters", "artifacts")) {
            parameters.names(
                    way,
                    name + "." + list + " ",
                    template.json().listAt("outputs", list),
                    ParameterCheck::madeNameFlaw,
                    path + ".outputs." + list);
        }
        unresolved(known, template.json().mapAt("outputs"), way + name + " ", home, path + ".outputs");
    }

    /// Tells of the tags in a tree that stand for nothing.
    void unresolved(KnownTags known, Value tree, String way, Home home, String path) {
        unresolved(known, tree, way, home, path, task -> false);
    }

    void unresolved(
            KnownTags known,
            Value tree,
            String way,
            Home home,
            String path,
            java.util.function.Predicate<String> ended) {
        known.unresolved(
                tree,
                ended,
                (tag, at) -> {
                    found.error(
                            "TIP-2018",
                            way,
                            "failed to resolve {{" + tag + "}}",
                            home.spot(at, path),
                            near(known, tag.strip()));
                });
    }

    private static String near(KnownTags known, String name) {
        for (var prefix : List.of("inputs.parameters.", "workflow.parameters.", "inputs.artifacts.")) {
            if (name.startsWith(prefix)) {
                return Nearest.hint(name.substring(prefix.length()), known.after(prefix));
            }
        }
        for (var prefix : List.of("steps.", "tasks.")) {
            if (name.startsWith(prefix)) {
                var rest = name.substring(prefix.length());
                int dot = rest.indexOf('.');
                return Nearest.hint(dot < 0 ? rest : rest.substring(0, dot), known.after(prefix));
            }
        }
        return "";
    }
}
