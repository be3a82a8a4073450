package tiphys.engine.run.validate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tiphys.engine.run.validate.Findings.Spot;
import tiphys.engine.run.validate.TemplateWalk.Given;
import tiphys.engine.run.validate.TemplateWalk.Home;
import tiphys.language.EvaluationFailed;
import tiphys.language.depends.Depends;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Task;
import tiphys.manifest.workflow.Template;

/// Checks a template of steps or a dag, and the calls in it, in the order of Argo's validation.
final class GraphCheck {
    private static final Set<String> RESULTS =
            Set.of("Succeeded", "Failed", "Errored", "Skipped", "Omitted", "Daemoned", "AnySucceeded", "AllFailed");

    private final TemplateWalk walk;
    private final Findings found;
    private final Home home;
    private final ParameterCheck parameters;
    private final String way;

    GraphCheck(TemplateWalk walk, Findings found, Home home, ParameterCheck parameters, String way) {
        this.walk = walk;
        this.found = found;
        this.home = home;
        this.parameters = parameters;
        this.way = way;
    }

    void check(Template template, KnownTags known, String path) {
        var name = "templates." + template.name();
        if (template.json().find("activeDeadlineSeconds").filter(ParameterCheck::said).isPresent()) {
            var sentence = name + ".activeDeadlineSeconds is only valid for leaf templates";
            found.error("TIP-2016", way, sentence, spot(template.json(), "activeDeadlineSeconds", path));
        }
        if (template.type().equals(Optional.of(Template.Type.STEPS))) {
            steps(template, known, name, path);
        } else {
            dag(template, known, name, path + ".dag");
        }
    }

    private void steps(Template template, KnownTags known, String name, String path) {
        var names = new HashSet<String>();
        var groups = template.steps();
        for (int group = 0; group < groups.size(); group++) {
            var steps = groups.get(group);
            var beside = new HashSet<String>();
            steps.forEach(step -> beside.add(step.name()));
            for (int i = 0; i < steps.size(); i++) {
                var where = name + ".steps[" + group + "]";
                var stepPath = path + ".steps[" + group + "][" + i + "]";
                step(steps.get(i), known, names, where, name, stepPath);
                beside(steps.get(i), beside, stepPath);
            }
        }
    }

    private void step(Task step, KnownTags known, Set<String> names, String where, String template, String path) {
        var at = spot(step.json(), "name", path);
        var flaw = ParameterCheck.stepFlaw(step.name());
        if (step.name().isEmpty()) {
            found.error("TIP-2005", way, where + ".name is required", at);
        } else if (!names.add(step.name())) {
            found.error("TIP-2007", way, where + ".name '" + step.name() + "' is not unique", at);
        } else if (flaw.isPresent()) {
            found.error("TIP-2006", way, where + ".name '" + step.name() + "' is invalid: " + flaw.get(), at);
        }
        var inner = where + "." + step.name();
        known.begun(step.name());
        loop(step, known, inner, path);
        parameters.arguments(way, inner + ".arguments.", step.json().mapAt("arguments"), false, path + ".arguments");
        var callee = callee(step, path);
        var runs = walk.call(step, home, new Given.Anything(), way + inner + " ", callee, path, Optional.of(known));
        if (step.exit().isPresent()) {
            known.ended(step, runs, true);
        }
        hooks(step, inner, path);
        walk.unresolved(known, step.json().without("inline"), way + template + ".steps ", home, path);
        known.ended(step, runs, true);
        actual(step, inner, path, known);
    }

    /// What a step reads of one that runs beside it: Argo takes that, and waits for ever.
    private void beside(Task step, Set<String> beside, String path) {
        KnownTags.tags(
                step.json().without("inline").without("hooks"),
                (tag, at) -> {
                    var parts = tag.strip().split("\\.", 3);
                    if (parts.length == 3 && parts[0].equals("steps") && beside.contains(parts[1])) {
                        found.warning(
                                "TIP-2027",
                                "{{" + tag + "}} never has a value here: " + parts[1] + " runs beside " + step.name(),
                                home.spot(at, path));
                    }
                });
    }

    /// The call once more, with the arguments that it gives.
    private void actual(Task task, String inner, String path, KnownTags known) {
        var supplier = spot(task.json(), task.json().find("arguments").isPresent() ? "arguments" : "name", path);
        var arguments = new Given.Arguments(task.json().mapAt("arguments"), supplier);
        walk.call(task, home, arguments, way + inner + " ", callee(task, path), path, Optional.of(known));
    }

    private Spot callee(Task task, String path) {
        var field = task.json().find("templateRef").isPresent() ? "templateRef" : "template";
        return spot(task.json(), field, path);
    }

    private void loop(Task task, KnownTags known, String inner, String path) {
        int loops =
                (task.withParam().isPresent() ? 1 : 0)
                        + (task.withSequence().isPresent() ? 1 : 0)
                        + (task.withItems().isPresent() && !isEmptyList(task) ? 1 : 0);
        if (loops > 1) {
            var sentence = inner + " only one of withItems, withParam, withSequence can be specified";
            found.error("TIP-2012", way, sentence, home.spot(task.json().at(), path));
        }
        var sequence = task.withSequence().orElse(Value.Mapping.EMPTY);
        if (sequence.find("count").filter(ParameterCheck::said).isPresent()
                && sequence.find("end").filter(ParameterCheck::said).isPresent()) {
            var sentence = inner + " only one of count or end can be defined in withSequence";
            found.error("TIP-2012", way, sentence, spot(task.json(), "withSequence", path));
        }
        known.items(task);
    }

    private static boolean isEmptyList(Task task) {
        return task.withItems()
                .filter(items -> items instanceof Value.Sequence(var all, _) && all.isEmpty())
                .isPresent();
    }

    private void hooks(Task task, String inner, String path) {
        task.json()
                .mapAt("hooks")
                .fields()
                .forEach((name, hook) -> {
                    if (!name.equals("exit") && hook.textAt("expression").orElse("").isEmpty()) {
                        var sentence = inner + "." + name + " Expression required";
                        found.error("TIP-2025", way, sentence, home.spot(hook.at(), path + ".hooks." + name));
                    }
                });
    }

    private void dag(Template template, KnownTags known, String name, String path) {
        var tasks = template.tasks();
        if (tasks.isEmpty()) {
            found.error("TIP-2009", way, name + " must have at least one task", home.spot(template.json().at(), path));
            return;
        }
        var order = new DagOrder(tasks);
        var byName = new HashMap<String, Task>();
        tasks.forEach(task -> byName.putIfAbsent(task.name(), task));
        if (!sorted(tasks, order, byName, name, path)) {
            return;
        }
        parameters.names(way, name + ".tasks", List.copyOf(jsons(tasks)), ParameterCheck::fieldFlaw, path + ".tasks");
        boolean usesDepends = tasks.stream().anyMatch(task -> !task.depends().isEmpty());
        var sorted = DagOrder.sorted(tasks, order);
        for (int i : sorted) {
            var task = tasks.get(i);
            var taskPath = path + ".tasks[" + i + "]";
            var inner = name + ".tasks." + task.name();
            mixed(task, usesDepends, name, inner, taskPath);
            var callee = callee(task, taskPath);
            var ran =
                    walk.call(
                            task, home, new Given.Anything(), way + inner + " ", callee, taskPath, Optional.of(known));
            known.ended(task, ran, task.json().find("hooks").isPresent());
            depends(task, order, byName, inner, taskPath);
        }
        targets(template, byName, known, name, path);
        for (int i : sorted) {
            task(tasks.get(i), order, known, name + ".tasks." + tasks.get(i).name(), path + ".tasks[" + i + "]");
        }
    }

    private static List<Value> jsons(List<Task> tasks) {
        var jsons = new ArrayList<Value>();
        tasks.forEach(task -> jsons.add(task.json()));
        return jsons;
    }

    /// Whether the tasks have an order at all.
    private boolean sorted(List<Task> tasks, DagOrder order, Map<String, Task> byName, String name, String path) {
        boolean sorted = true;
        var seen = new HashSet<String>();
        for (int i = 0; i < tasks.size(); i++) {
            var task = tasks.get(i);
            var taskPath = path + ".tasks[" + i + "]";
            if (!task.name().isEmpty() && !seen.add(task.name())) {
                var sentence = name + " sorting failed: duplicated nodeName " + task.name();
                found.error("TIP-2007", way, sentence, spot(task.json(), "name", taskPath));
                sorted = false;
            }
            for (var needed : order.of(task.name())) {
                if (!byName.containsKey(needed.task())) {
                    found.error(
                            "TIP-2010",
                            way,
                            name + " sorting failed: invalid dependency " + needed.task(),
                            spot(task.json(), task.depends().isBlank() ? "dependencies" : "depends", taskPath),
                            Nearest.hint(needed.task(), byName.keySet()));
                }
            }
        }
        var ring = order.ring();
        if (!ring.isEmpty()) {
            var task = byName.get(ring.getFirst());
            var json = task == null ? tasks.getFirst().json() : task.json();
            var field = json.textAt("depends").orElse("").isBlank() ? "dependencies" : "depends";
            found.error(
                    "TIP-2014",
                    way,
                    name + " sorting failed: graph with cycle",
                    spot(json, field, path + ".tasks"),
                    "the ring is " + String.join("->", ring));
            return false;
        }
        return sorted;
    }

    private void mixed(Task task, boolean usesDepends, String name, String inner, String path) {
        var here = home.spot(task.json().at(), path);
        if ((usesDepends || !task.dependencies().isEmpty()) && task.name().matches("[0-9].*")) {
            var sentence = inner + " name cannot begin with a digit when using either 'depends' or 'dependencies'";
            found.error("TIP-2006", way, sentence, spot(task.json(), "name", path));
        }
        if (usesDepends && !task.dependencies().isEmpty()) {
            var sentence = name + " cannot use both 'depends' and 'dependencies' in the same DAG template";
            found.error("TIP-2012", way, sentence, here);
        }
        if (usesDepends && task.json().find("continueOn").filter(ParameterCheck::said).isPresent()) {
            var sentence =
                    name
                            + " cannot use 'continueOn' when using 'depends'. Instead use"
                            + " 'dep-task.Failed'/'dep-task.Errored'";
            found.error("TIP-2012", way, sentence, spot(task.json(), "continueOn", path));
        }
    }

    private void depends(Task task, DagOrder order, Map<String, Task> byName, String inner, String path) {
        var spot = spot(task.json(), task.depends().isBlank() ? "dependencies" : "depends", path);
        boolean known = true;
        for (var needed : order.of(task.name())) {
            if (!needed.result().isEmpty() && !RESULTS.contains(needed.result())) {
                known = false;
                var sentence =
                        inner + " task result '" + needed.result() + "' for task '" + needed.task() + "' is invalid";
                found.error("TIP-2013", way, sentence, spot, "results are " + String.join(", ", sortedResults()));
            }
            var other = byName.get(needed.task());
            boolean ofLoops = needed.result().equals("AnySucceeded") || needed.result().equals("AllFailed");
            if (other != null && ofLoops && (!other.loops() || isEmptyList(other))) {
                var prefix = inner.substring(0, inner.length() - task.name().length());
                found.error(
                        "TIP-2013",
                        way,
                        prefix
                                + needed.task()
                                + " dependency '"
                                + needed.task()
                                + "' uses an items-based condition such as .AnySucceeded or .AllFailed but does not"
                                + " contain any items",
                        spot);
            }
        }
        if (known && !task.depends().isBlank()) {
            try {
                Depends.parse(task.depends());
            } catch (EvaluationFailed e) {
                found.error("TIP-2013", way, inner + ".depends: " + e.getMessage(), spot);
            }
        }
    }

    private static List<String> sortedResults() {
        return RESULTS.stream().sorted().toList();
    }

    private void targets(Template template, Map<String, Task> byName, KnownTags known, String name, String path) {
        var dag = template.json().mapAt("dag");
        var spot = spot(dag, "target", path);
        dag.find("target")
                .ifPresent(target -> walk.unresolved(known, target, way + name + ".targets ", home, path + ".target"));
        for (var target : template.targets()) {
            if (!target.isEmpty() && !byName.containsKey(target) && !dag.textAt("target").orElse("").contains("{{")) {
                var hint = Nearest.hint(target, byName.keySet());
                found.error("TIP-2011", way, name + ".targets: target '" + target + "' is not defined", spot, hint);
            }
        }
    }

    private void task(Task task, DagOrder order, KnownTags known, String inner, String path) {
        loop(task, known, inner, path);
        walk.unresolved(
                known,
                task.json().without("inline"),
                way + inner + " ",
                home,
                path,
                earlier -> order.isBefore(earlier, task.name()));
        parameters.arguments(way, inner + ".arguments.", task.json().mapAt("arguments"), false, path + ".arguments");
        hooks(task, inner, path);
        missing(task, order, "parameters", "value", "parameter", inner, path);
        missing(task, order, "artifacts", "from", "artifact", inner, path);
        actual(task, inner, path, known);
    }

    /// An argument that is the output of a task that this one does not wait for.
    private void missing(Task task, DagOrder order, String list, String field, String word, String inner, String path) {
        for (var argument : task.json().listAt("arguments", list)) {
            var text = argument.textAt(field).orElse("");
            var parts = text.startsWith("{{tasks.") ? text.split("\\.", 3) : new String[0];
            if (parts.length > 1 && argument instanceof Value.Mapping json && !order.isBefore(parts[1], task.name())) {
                var name = json.textAt("name").orElse("");
                found.error(
                        "TIP-2010",
                        way,
                        inner + " missing dependency '" + parts[1] + "' for " + word + " '" + name + "'",
                        spot(json, field, path + ".arguments." + list),
                        "add " + parts[1] + " to depends");
            }
        }
    }

    private Spot spot(Value.Mapping json, String field, String path) {
        var own = Spot.of(json, field, path);
        return home.spot(own.at(), own.path());
    }
}
