package tiphys.engine.run.validate;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import tiphys.language.tags.Tags;
import tiphys.manifest.Position;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Task;
import tiphys.manifest.workflow.Template;

/// Which tags stand for something at one place of a template, by the rules of Argo's own validation: only simple tags that begin
/// with one of a few words are looked at, and expressions never.
final class KnownTags {
    private static final List<String> LOOKED_AT =
            List.of("item.", "steps.", "inputs.", "outputs.", "pod.", "workflow.", "tasks.");

    /// What only the run knows, whatever follows.
    private static final List<String> LATER =
            List.of(
                    "outputs.",
                    "workflow.creationTimestamp",
                    "workflow.scheduledTime",
                    "workflow.duration",
                    "tasks.name",
                    "steps.name");

    private static final Set<String> ALWAYS = Set.of("id", "startedAt", "finishedAt", "hostNodeName");

    private final Set<String> global;
    private final Set<String> names = new HashSet<>();
    private final Map<String, NodeTags> nodes = new HashMap<>();
    private final Optional<KnownTags> outer;
    private boolean anyItem;

    /// @param global the names that the whole workflow knows; shared, and grown by outputs with a global name
    /// @param outer what is known around an inline template
    KnownTags(Set<String> global, Optional<KnownTags> outer) {
        this.global = global;
        this.outer = outer;
    }

    /// What is known of a step or task.
    ///
    /// @param status whether its status may be read
    /// @param template what it runs; empty if that cannot be known
    /// @param outputs whether what comes out of it may be read
    private record NodeTags(boolean status, Optional<Template> template, boolean outputs, boolean aggregate) {
        boolean has(String rest) {
            if (rest.equals("status")) {
                return status;
            }
            if (!outputs) {
                return false;
            }
            if (template.isEmpty() || ALWAYS.contains(rest)) {
                return true;
            }
            var runs = template.get();
            return switch (rest) {
                case "ip" -> runs.json().find("daemon").filter(Value.bool(true)::equals).isPresent();
                case "outputs.result", "exitCode" -> prints(runs) || (aggregate && gathers(runs));
                case "outputs.parameters" -> aggregate;
                default -> declared(runs, rest, "outputs.parameters.") || declared(runs, rest, "outputs.artifacts.");
            };
        }

        private static boolean declared(Template template, String rest, String prefix) {
            if (!rest.startsWith(prefix)) {
                return false;
            }
            var list = prefix.substring("outputs.".length(), prefix.length() - 1);
            return template.json().listAt("outputs", list).stream()
                    .anyMatch(one -> one.textAt("name").orElse("").equals(rest.substring(prefix.length())));
        }

        private static boolean prints(Template template) {
            return template.type()
                    .map(type ->
                            switch (type) {
                                case CONTAINER, SCRIPT, DATA, HTTP, PLUGIN -> true;
                                case CONTAINER_SET ->
                                        template.json().listAt("containerSet", "containers").stream()
                                                .anyMatch(one -> one.textAt("name").orElse("").equals("main"));
                                case STEPS, DAG, RESOURCE, SUSPEND -> false;
                            })
                    .orElse(false);
        }

        private static boolean gathers(Template template) {
            return template.type()
                    .map(type -> type == Template.Type.SCRIPT || type == Template.Type.CONTAINER_SET)
                    .orElse(false);
        }
    }

    void add(String name) {
        names.add(name);
    }

    /// What a template's inputs and kind let its fields read.
    void ofTemplate(Template template) {
        template.inputs().forEach(input -> add("inputs.parameters." + input.name()));
        if (!template.inputs().isEmpty()) {
            add("inputs.parameters");
        }
        for (var artifact : template.json().listAt("inputs", "artifacts")) {
            var name = "inputs.artifacts." + artifact.textAt("name").orElse("");
            add(name);
            add(name + ".path");
        }
        if (Kinds.makesPod(template)) {
            add("pod.name");
        }
    }

    /// A step's status may be read from where it stands on.
    void begun(String step) {
        nodes.put(step, new NodeTags(true, Optional.empty(), false, false));
    }

    /// A step or task whose outputs may be read from here on.
    ///
    /// @param template what it runs; empty if that cannot be known
    void ended(Task task, Optional<Template> template, boolean status) {
        boolean aggregate = task.withParam().isPresent() || !Kinds.items(task).isEmpty();
        var before = nodes.get(task.name());
        nodes.put(task.name(), new NodeTags(status || (before != null && before.status()), template, true, aggregate));
        template.ifPresent(runs -> {
            globals(runs, "parameters");
            globals(runs, "artifacts");
        });
    }

    private void globals(Template template, String list) {
        for (var output : template.json().listAt("outputs", list)) {
            output.textAt("globalName")
                    .filter(name -> !name.isEmpty())
                    .ifPresent(
                            name -> global.add("workflow.outputs." + list + "." + (name.contains("{{") ? "*" : name)));
        }
    }

    /// The items of a loop.
    void items(Task task) {
        if (task.withParam().isPresent() || task.withItems().filter(Value.Text.class::isInstance).isPresent()) {
            anyItem = true;
        }
        for (var item : Kinds.items(task)) {
            if (item instanceof Value.Sequence(var parts, _)) {
                for (int i = 0; i < parts.size(); i++) {
                    add("item.[" + i + "]");
                }
            } else if (item instanceof Value.Mapping(var fields, _, _)) {
                fields.keySet().forEach(key -> add("item." + key));
            }
        }
    }

    /// Finds the tags in a tree that stand for nothing.
    ///
    /// @param ended tells whether a task is over here, so that its status can be read
    /// @param told hears what is written between the braces, and the place of the text
    void unresolved(Value tree, Predicate<String> ended, BiConsumer<String, Position> told) {
        tags(
                tree,
                (tag, at) -> {
                    if (!has(tag.strip(), ended)) {
                        told.accept(tag, at);
                    }
                });
    }

    /// The simple tags of a tree: what is written between the braces, and the place of the text.
    static void tags(Value tree, BiConsumer<String, Position> each) {
        switch (tree) {
            case Value.Text(var text, var at) -> {
                if (text.contains("{{")) {
                    for (var tag : Tags.find(text)) {
                        if (!tag.expression()) {
                            each.accept(text.substring(tag.offset() + 2, tag.offset() + tag.length() - 2), at);
                        }
                    }
                }
            }
            case Value.Sequence(var items, _) -> items.forEach(item -> tags(item, each));
            case Value.Mapping(var fields, _, _) -> fields.values().forEach(value -> tags(value, each));
            case Value.Null _, Value.Bool _, Value.Number _ -> {}
        }
    }

    private boolean has(String name, Predicate<String> ended) {
        if (name.contains("{{") || LOOKED_AT.stream().noneMatch(name::startsWith)) {
            return true; // a tag within a tag, or nothing that validation knows
        }
        if (names.contains(name) || global.contains(name) || LATER.stream().anyMatch(name::startsWith)) {
            return true;
        }
        if (name.startsWith("item.") && anyItem) {
            return true;
        }
        if (matches(name, "workflow.parameters")
                || matches(name, "workflow.outputs.parameters.")
                || matches(name, "workflow.outputs.artifacts.")) {
            return true;
        }
        if (name.startsWith("steps.") || name.startsWith("tasks.")) {
            var rest = name.substring("steps.".length());
            int dot = rest.indexOf('.');
            var node = dot < 0 ? null : nodes.get(rest.substring(0, dot));
            if (node != null
                    && (node.has(rest.substring(dot + 1))
                            || (rest.endsWith(".status") && ended.test(rest.substring(0, dot))))) {
                return true;
            }
        }
        return outer.filter(around -> around.has(name, ended)).isPresent();
    }

    private boolean matches(String name, String prefix) {
        return name.startsWith(prefix) && global.contains(prefix + "*");
    }

    /// The names after a prefix, for a hint.
    List<String> after(String prefix) {
        var all = new LinkedHashSet<String>();
        for (var known : List.of(names, global)) {
            known.stream()
                    .filter(name -> name.startsWith(prefix) && !name.endsWith("*"))
                    .forEach(name -> all.add(name.substring(prefix.length())));
        }
        if (prefix.equals("steps.") || prefix.equals("tasks.")) {
            all.addAll(nodes.keySet());
        }
        return List.copyOf(all);
    }
}
