package tiphys.engine.run.validate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tiphys.language.EvaluationFailed;
import tiphys.language.depends.Depends;
import tiphys.language.tags.Tags;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Position;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Task;
import tiphys.manifest.workflow.Template;
import tiphys.manifest.workflow.TemplateRef;
import tiphys.manifest.workflow.WorkflowSpec;

/// Checks one template of a spec.
final class TemplateCheck {
    private static final Set<Template.Type> SUPPORTED =
            Set.of(
                    Template.Type.CONTAINER,
                    Template.Type.SCRIPT,
                    Template.Type.DAG,
                    Template.Type.STEPS,
                    Template.Type.SUSPEND);
    private static final Pattern TASK_NAME = Pattern.compile("[a-zA-Z0-9][-a-zA-Z0-9]*");
    private static final String TYPES =
            "choose one of: container, containerSet, steps, script, resource, dag, suspend, template, template ref";

    private final WorkflowSpec spec;
    private final Map<String, WorkflowSpec> referenced;
    private final Validation.Use use;
    private final List<Diagnostic> found;

    TemplateCheck(WorkflowSpec spec, Map<String, WorkflowSpec> referenced, Validation.Use use, List<Diagnostic> found) {
        this.spec = spec;
        this.referenced = referenced;
        this.use = use;
        this.found = found;
    }

    void check(Template template, String path) {
        var name = "templates." + template.name();
        if (template.types().isEmpty()) {
            add("TIP-2008", name + " template type unspecified. " + TYPES, template.json().at(), path);
            return;
        }
        if (template.types().size() > 1) {
            add("TIP-2008", name + " multiple template types specified. " + TYPES, template.json().at(), path);
            return;
        }
        if (!SUPPORTED.contains(template.types().getFirst())) {
            return; // UnsupportedFields has named it
        }
        duplicates(
                name + ".inputs.parameters",
                template.inputs().stream().map(one -> one.name()).toList(),
                template.json(),
                path);
        if (template.type().equals(Optional.of(Template.Type.DAG))) {
            dag(template, name, path);
        } else if (template.type().equals(Optional.of(Template.Type.STEPS))) {
            steps(template, name, path);
        } else if (template.leaf()) {
            variables(template.container(), template, new Known(Set.of()), "", path);
            if (template.parallelism().isPresent()) {
                add(
                        "TIP-2016",
                        name + ".parallelism is only valid for steps and dag templates",
                        template.json().at(),
                        path);
            }
            if (template.container().textAt("image").orElse("").isEmpty()) {
                add("TIP-2017", name + ".container.image may not be empty", template.container().at(), path);
            }
        }
    }

    private void duplicates(String what, List<String> names, Value.Mapping json, String path) {
        var seen = new LinkedHashSet<String>();
        for (int i = 0; i < names.size(); i++) {
            if (!seen.add(names.get(i))) {
                add("TIP-2007", what + "[" + i + "].name '" + names.get(i) + "' is not unique", json.at(), path);
            }
        }
    }

    private void steps(Template template, String name, String path) {
        Set<String> before = new LinkedHashSet<>();
        var all = new LinkedHashSet<String>();
        var groups = template.steps();
        for (int group = 0; group < groups.size(); group++) {
            var now = new LinkedHashSet<String>();
            for (var step : groups.get(group)) {
                var where = name + ".steps[" + group + "]." + step.name();
                taskName(step, where, path);
                if (!step.name().isEmpty() && !all.add(step.name())) {
                    add(
                            "TIP-2007",
                            name + ".steps[" + group + "].name '" + step.name() + "' is not unique",
                            Validation.at(step.json(), "name"),
                            path);
                }
                now.add(step.name());
                task(step, template, new Known(before), "steps", where, path);
            }
            before.addAll(now);
        }
    }

    private void dag(Template template, String name, String path) {
        var tasks = template.tasks();
        if (tasks.isEmpty()) {
            add("TIP-2009", name + " must have at least one task", template.json().at(), path);
            return;
        }
        var byName = new HashMap<String, Task>();
        for (int i = 0; i < tasks.size(); i++) {
            var task = tasks.get(i);
            taskName(task, name + ".tasks." + task.name(), path);
            if (byName.put(task.name(), task) != null) {
                add(
                        "TIP-2007",
                        name + ".tasks[" + i + "].name '" + task.name() + "' is not unique",
                        Validation.at(task.json(), "name"),
                        path);
            }
        }
        var needs = new HashMap<String, Set<String>>();
        for (var task : tasks) {
            needs.put(task.name(), dependencies(task, byName, name, path));
        }
        if (cycle(tasks, needs, name, path)) {
            return;
        }
        for (var target : template.targets()) {
            if (!byName.containsKey(target) && !target.contains("{{")) {
                add("TIP-2011", name + ".targets: target '" + target + "' is not defined", template.json().at(), path);
            }
        }
        for (var task : tasks) {
            task(task, template, new Ancestors(task.name(), needs), "tasks", name + ".tasks." + task.name(), path);
        }
    }

    private Set<String> dependencies(Task task, Map<String, Task> byName, String name, String path) {
        var where = name + ".tasks." + task.name();
        if (!task.depends().isBlank() && !task.dependencies().isEmpty()) {
            add(
                    "TIP-2012",
                    where + " cannot use both 'depends' and 'dependencies' in the same DAG template",
                    task.json().at(),
                    path);
        }
        if (!task.depends().isBlank() && task.json().find("continueOn").isPresent()) {
            add(
                    "TIP-2012",
                    name
                            + " cannot use 'continueOn' when using 'depends'. Instead use 'dep-task.Failed'/'dep-task.Errored'",
                    task.json().at(),
                    path);
        }
        Depends depends;
        try {
            depends =
                    task.depends().isBlank()
                            ? Depends.all(new LinkedHashSet<>(task.dependencies()))
                            : Depends.parse(task.depends());
        } catch (EvaluationFailed e) {
            add("TIP-2013", where + ".depends: " + e.getMessage(), Validation.at(task.json(), "depends"), path);
            return Set.of();
        }
        for (var before : depends.tasks()) {
            var other = byName.get(before);
            if (other == null) {
                found.add(
                        Validation.error(
                                "TIP-2010",
                                where + " dependency '" + before + "' not defined",
                                Validation.at(task.json(), task.depends().isBlank() ? "dependencies" : "depends"),
                                path,
                                Nearest.hint(before, byName.keySet())));
            } else if (!other.loops()
                    && (depends.names(Depends.Result.ANY_SUCCEEDED, before)
                            || depends.names(Depends.Result.ALL_FAILED, before))) {
                add(
                        "TIP-2013",
                        where + " depends on '" + before + "' by a result of loops, but it does not contain any items",
                        Validation.at(task.json(), "depends"),
                        path);
            }
        }
        return depends.tasks();
    }

    /// Says which tasks wait for one another in a ring.
    private boolean cycle(List<Task> tasks, Map<String, Set<String>> needs, String name, String path) {
        var done = new LinkedHashSet<String>();
        for (var task : tasks) {
            var ring = ring(task.name(), needs, done);
            if (!ring.isEmpty()) {
                add(
                        "TIP-2014",
                        name + ".tasks dependency cycle detected: " + String.join("->", ring),
                        Validation.at(task.json(), task.depends().isBlank() ? "dependencies" : "depends"),
                        path);
                return true;
            }
        }
        return false;
    }

    private static List<String> ring(String start, Map<String, Set<String>> needs, Set<String> done) {
        var path = new LinkedHashSet<String>();
        var iterators = new java.util.ArrayDeque<java.util.Iterator<String>>();
        if (done.contains(start)) {
            return List.of();
        }
        path.add(start);
        iterators.push(needs.getOrDefault(start, Set.of()).iterator());
        while (!iterators.isEmpty()) {
            if (!iterators.peek().hasNext()) {
                iterators.pop();
                done.add(path.removeLast());
                continue;
            }
            var next = iterators.peek().next();
            if (path.contains(next)) {
                var ring = new ArrayList<>(path);
                ring.subList(0, ring.indexOf(next)).clear();
                ring.add(next);
                return ring;
            }
            if (!done.contains(next)) {
                path.add(next);
                iterators.push(needs.getOrDefault(next, Set.of()).iterator());
            }
        }
        return List.of();
    }

    /// The steps or tasks whose outputs a place may read.
    private interface Visible {
        boolean has(String name);

        Set<String> all();
    }

    private record Known(Set<String> all) implements Visible {
        @Override
        public boolean has(String name) {
            return all.contains(name);
        }
    }

    /// A task's hooks run once it has outputs itself.
    private record OfHook(Visible others, String task) implements Visible {
        @Override
        public boolean has(String name) {
            return name.equals(task) || others.has(name);
        }

        @Override
        public Set<String> all() {
            var all = new LinkedHashSet<>(others.all());
            all.add(task);
            return all;
        }
    }

    /// The tasks that are over before a task begins, nearest first: they are only looked for when something reads one, since a
    /// chain has as many pairs of them as its length squared.
    private record Ancestors(String task, Map<String, Set<String>> needs) implements Visible {
        @Override
        public boolean has(String name) {
            return walk(name).contains(name);
        }

        @Override
        public Set<String> all() {
            return walk("");
        }

        private Set<String> walk(String until) {
            var all = new LinkedHashSet<String>();
            var open = new java.util.ArrayDeque<String>(needs.getOrDefault(task, Set.of()));
            while (!open.isEmpty() && !all.contains(until)) {
                var next = open.remove();
                if (all.add(next)) {
                    open.addAll(needs.getOrDefault(next, Set.of()));
                }
            }
            return all;
        }
    }

    private void taskName(Task task, String where, String path) {
        if (!TASK_NAME.matcher(task.name()).matches()) {
            add(
                    "TIP-2006",
                    where
                            + " name '"
                            + task.name()
                            + "' is invalid: it must be letters, digits and '-', and begin with a letter or digit",
                    Validation.at(task.json(), "name"),
                    path);
        }
    }

    private void task(Task task, Template owner, Visible visible, String prefix, String where, String path) {
        var callee = callee(task, where, path);
        if (callee.isPresent()) {
            var given = new LinkedHashSet<String>();
            task.arguments().forEach(one -> given.add(one.name()));
            for (var input : callee.get().inputs()) {
                if (!given.contains(input.name()) && !Validation.hasValue(input)) {
                    add(
                            "TIP-2004",
                            where + " inputs.parameters." + input.name() + " was not supplied",
                            Validation.at(
                                    task.json(), task.json().find("arguments").isPresent() ? "arguments" : "name"),
                            path);
                }
            }
        }
        variables(task.json().without("inline").without("hooks"), owner, visible, prefix, path);
        variables(task.json().mapAt("hooks"), owner, new OfHook(visible, task.name()), prefix, path);
    }

    private Optional<Template> callee(Task task, String where, String path) {
        if (task.inline().isPresent()) {
            check(task.inline().get(), path + ".inline");
            return task.inline();
        }
        if (task.templateRef().isPresent()) {
            var ref = task.templateRef().get();
            var library = referenced.get(ref.name());
            if (library == null) {
                unknownLibrary(task, ref, where, path);
                return Optional.empty();
            }
            var template = library.template(ref.template());
            if (template.isEmpty() && !ref.template().contains("{{")) {
                found.add(
                        Validation.error(
                                "TIP-2015",
                                where + " template reference " + ref.name() + "." + ref.template() + " not found",
                                Validation.at(task.json(), "templateRef"),
                                path,
                                Nearest.hint(
                                        ref.template(), library.templates().stream().map(Template::name).toList())));
            }
            return template;
        }
        var template = spec.template(task.template());
        if (template.isEmpty()) {
            found.add(
                    Validation.error(
                            "TIP-2002",
                            where + " template name '" + task.template() + "' undefined",
                            Validation.at(task.json(), "template"),
                            path,
                            Nearest.hint(task.template(), spec.templates().stream().map(Template::name).toList())));
        }
        return template;
    }

    private void unknownLibrary(Task task, TemplateRef ref, String where, String path) {
        if (ref.name().contains("{{") || ref.template().contains("{{")) {
            return; // only the run knows
        }
        if (ref.clusterScope() && use != Validation.Use.RUN) {
            return; // UnsupportedFields has named it
        }
        var at = Validation.at(task.json(), "templateRef");
        switch (use) {
            case RUN -> {
                var message = where + " template reference " + ref.name() + "." + ref.template() + " not found";
                add("TIP-2015", message, at, path);
            }
            case FILE, TEMPLATE -> {
                var message =
                        where + " refers to the WorkflowTemplate " + ref.name() + ", which is not among these files";
                found.add(Diagnostic.warning("TIP-2021", message, at, path));
            }
        }
    }

    /// Simple tags whose beginning is known must name something that is there.
    private void variables(Value tree, Template template, Visible visible, String prefix, String path) {
        switch (tree) {
            case Value.Text(var text, var at) -> {
                if (text.contains("{{")) {
                    for (var tag : Tags.find(text)) {
                        if (!tag.expression()) {
                            variable(tag.body(), template, visible, prefix, at, path);
                        }
                    }
                }
            }
            case Value.Sequence(var items, _) ->
                    items.forEach(item -> variables(item, template, visible, prefix, path));
            case Value.Mapping(var fields, _, _) ->
                    fields.values().forEach(value -> variables(value, template, visible, prefix, path));
            case Value.Null _, Value.Bool _, Value.Number _ -> {}
        }
    }

    private void variable(String name, Template template, Visible visible, String prefix, Position at, String path) {
        if (name.startsWith("inputs.parameters.")) {
            var inputs = template.inputs().stream().map(one -> one.name()).toList();
            var parameter = name.substring("inputs.parameters.".length());
            if (!inputs.contains(parameter)) {
                unresolved(name, template, at, path, Nearest.hint(parameter, inputs));
            }
        } else if (name.startsWith("workflow.parameters.") && use != Validation.Use.TEMPLATE) {
            var arguments = spec.arguments().stream().map(one -> one.name()).toList();
            var parameter = name.substring("workflow.parameters.".length());
            if (!arguments.contains(parameter) && !parameter.equals("json")) {
                unresolved(name, template, at, path, Nearest.hint(parameter, arguments));
            }
        } else if ((name.startsWith("steps.") || name.startsWith("tasks.")) && !prefix.isEmpty()) {
            var rest = name.substring("steps.".length());
            if (rest.equals("name")) {
                return;
            }
            int dot = rest.indexOf('.'); // no name has one
            if (dot < 0 || !name.startsWith(prefix + ".") || !visible.has(rest.substring(0, dot))) {
                unresolved(name, template, at, path, Nearest.hint(rest.substring(0, Math.max(0, dot)), visible.all()));
            }
        }
    }

    private void unresolved(String name, Template template, Position at, String path, String hint) {
        found.add(
                Validation.error(
                        "TIP-2018",
                        "templates." + template.name() + " failed to resolve {{" + name + "}}",
                        at,
                        path,
                        hint));
    }

    private void add(String code, String message, Position at, String path) {
        found.add(Validation.error(code, message, at, path));
    }
}
