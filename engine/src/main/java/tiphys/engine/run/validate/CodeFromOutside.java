package tiphys.engine.run.validate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tiphys.language.tags.Tags;
import tiphys.manifest.Position;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Parameter;
import tiphys.manifest.workflow.Task;
import tiphys.manifest.workflow.Template;
import tiphys.manifest.workflow.WorkflowSpec;

/// Finds where a value that somebody outside chooses becomes part of a program: a workflow's argument that comes from an event goes by
/// tags through the arguments of steps and tasks into the source of a script, or into the text that a command takes after `-c` or
/// `-e`. There it is read as code: whoever sends the event can run what he likes. As data, in a variable of the environment or an
/// argument of its own, it does no harm.
///
/// A value that an expression turns into a number first is passed over, and so are outputs of steps: what comes out of a program is not
/// what went in.
public final class CodeFromOutside {
    private static final Pattern TAKES_CODE = Pattern.compile("-[a-zA-Z]*[ce]|--(command|eval|execute)");
    private static final Pattern NUMBER = Pattern.compile("\\s*(asInt|asFloat|int|float)\\(.*\\)\\s*");
    private static final int MAX_FOUND = 100;

    private final Map<String, WorkflowSpec> libraries;
    private final List<Leak> found = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private final ArrayDeque<Call> open = new ArrayDeque<>();
    private Set<String> arguments = Set.of();

    private CodeFromOutside(Map<String, WorkflowSpec> libraries) {
        this.libraries = libraries;
    }

    /// One such place.
    ///
    /// @param library the WorkflowTemplate that has it; empty if the workflow itself has it
    /// @param field as `templates.train.container.args`
    /// @param parameter the input, or the workflow's parameter, whose value becomes code
    /// @param safe how to write it
    public record Leak(String library, String field, String parameter, Position at, String path, String safe) {}

    /// A template that is called with inputs from outside.
    private record Call(String library, WorkflowSpec home, Template template, String path, Set<String> inputs) {}

    /// The places that arguments of a workflow reach.
    ///
    /// @param spec with its own templates, or with a `workflowTemplateRef` to one of the libraries
    /// @param outside the names of the arguments that come from outside
    /// @param libraries the WorkflowTemplates that are known, by name
    public static List<Leak> find(WorkflowSpec spec, Set<String> outside, Map<String, WorkflowSpec> libraries) {
        var search = new CodeFromOutside(libraries);
        search.arguments = Set.copyOf(outside);
        var library = spec.workflowTemplateRef().orElse("");
        var home = library.isEmpty() ? spec : libraries.get(library);
        if (home == null || outside.isEmpty()) {
            return List.of();
        }
        var entry = spec.entrypoint().isEmpty() ? home.entrypoint() : spec.entrypoint();
        search.call(library, home, entry, outside);
        var exit = home.json().textAt("onExit").orElse("");
        search.call(library, home, exit, outside);
        while (!search.open.isEmpty() && search.found.size() < MAX_FOUND) {
            search.look(search.open.remove());
        }
        return List.copyOf(search.found);
    }

    private void call(String library, WorkflowSpec home, String name, Set<String> given) {
        var templates = home.templates();
        for (int i = 0; i < templates.size(); i++) {
            if (templates.get(i).name().equals(name)) {
                call(
                        new Call(
                                library,
                                home,
                                templates.get(i),
                                "spec.templates[" + i + "]",
                                inputs(templates.get(i), given)));
            }
        }
    }

    private static Set<String> inputs(Template template, Set<String> given) {
        var inputs = new LinkedHashSet<String>();
        template.inputs().stream().map(Parameter::name).filter(given::contains).forEach(inputs::add);
        return inputs;
    }

    private void call(Call call) {
        if (seen.add(call.library() + "/" + call.path() + call.inputs())) {
            open.add(call);
        }
    }

    private void look(Call call) {
        var template = call.template();
        var script = template.json().mapAt("script");
        script.find("source").ifPresent(source -> sink(call, "script.source", source, script));
        var container = template.container();
        var kind = template.json().find("script").isPresent() ? "script" : "container";
        for (var list : List.of("command", "args")) {
            var words = container.listAt(list);
            for (int i = 0; i < words.size(); i++) {
                if (afterFlag(container, list, i)) {
                    sink(call, kind + "." + list, words.get(i), container);
                }
            }
        }
        for (var group : template.steps()) {
            group.forEach(step -> task(call, step));
        }
        template.tasks().forEach(task -> task(call, task));
    }

    /// Whether a word of a command line is what a flag before it takes as code.
    private static boolean afterFlag(Value.Mapping container, String list, int index) {
        var words = container.listAt(list);
        var before =
                index > 0
                        ? words.get(index - 1)
                        : list.equals("args") && !container.listAt("command").isEmpty()
                                ? container.listAt("command").getLast()
                                : Value.nothing();
        return before instanceof Value.Text(var text, _) && TAKES_CODE.matcher(text).matches();
    }

    private void sink(Call call, String field, Value code, Value.Mapping container) {
        if (!(code instanceof Value.Text(var text, var at))) {
            return;
        }
        for (var name : outside(text, call.inputs(), Set.of())) {
            if (found.stream()
                    .noneMatch(one ->
                            one.at().equals(at)
                                    && one.parameter().equals(name)
                                    && one.library().equals(call.library()))) {
                var where = "templates." + call.template().name() + "." + field;
                found.add(new Leak(call.library(), where, name, at, call.path() + "." + field, safe(name, container)));
            }
        }
    }

    private void task(Call call, Task task) {
        var items = new LinkedHashSet<String>();
        for (var field : List.of("withParam", "withItems", "withSequence")) {
            if (task.json().find(field).filter(value -> anywhere(value, call.inputs())).isPresent()) {
                items.add("item");
            }
        }
        var given = new LinkedHashSet<String>();
        for (var argument : task.arguments()) {
            if (argument.json()
                    .textAt("value")
                    .filter(text -> !outside(text, call.inputs(), items).isEmpty())
                    .isPresent()) {
                given.add(argument.name());
            }
        }
        if (task.inline().isPresent()) {
            var inputs = new LinkedHashSet<>(call.inputs()); // what is around an inline template is put in before
            inputs.addAll(inputs(task.inline().get(), given));
            var path = call.path() + "." + task.name() + ".inline";
            call(new Call(call.library(), call.home(), task.inline().get(), path, inputs));
        } else if (task.templateRef().isPresent()) {
            var ref = task.templateRef().get();
            Optional.ofNullable(libraries.get(ref.library()))
                    .ifPresent(home -> call(ref.library(), home, ref.template(), given));
        } else {
            call(call.library(), call.home(), task.template(), given);
        }
    }

    private boolean anywhere(Value tree, Set<String> inputs) {
        return switch (tree) {
            case Value.Text(var text, _) -> !outside(text, inputs, Set.of()).isEmpty();
            case Value.Sequence(var items, _) -> items.stream().anyMatch(item -> anywhere(item, inputs));
            case Value.Mapping(var fields, _, _) -> fields.values().stream().anyMatch(value -> anywhere(value, inputs));
            case Value.Null _, Value.Bool _, Value.Number _ -> false;
        };
    }

    /// The parameters from outside that the tags of a text read.
    private Set<String> outside(String text, Set<String> inputs, Set<String> items) {
        var names = new LinkedHashSet<String>();
        if (!text.contains("{{")) {
            return names;
        }
        for (var tag : Tags.find(text)) {
            if (tag.expression() && NUMBER.matcher(tag.body()).matches()) {
                continue;
            }
            inputs.stream().filter(name -> reads(tag, "inputs.parameters", name)).forEach(names::add);
            arguments.stream().filter(name -> reads(tag, "workflow.parameters", name)).forEach(names::add);
            if (!items.isEmpty() && (tag.body().equals("item") || tag.body().startsWith("item."))) {
                names.addAll(items);
            }
        }
        return names;
    }

    private static boolean reads(Tags.Tag tag, String prefix, String name) {
        var body = tag.body();
        if (!tag.expression()) {
            return body.equals(prefix + "." + name) || body.equals(prefix) || body.equals(prefix + ".json");
        }
        var quoted = Pattern.quote(name);
        return Pattern.compile(Pattern.quote(prefix) + "(\\." + quoted + "(?![-\\w])|\\[['\"]" + quoted + "['\"]])")
                .matcher(body)
                .find();
    }

    /// How the program gets the value as data.
    private static String safe(String name, Value.Mapping container) {
        var variable = name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
        var program = new LinkedHashMap<String, String>();
        program.put("python", "os.environ[\"" + variable + "\"]");
        program.put("node", "process.env." + variable);
        program.put("perl", "$ENV{" + variable + "}");
        program.put("ruby", "ENV[\"" + variable + "\"]");
        var words = new ArrayList<Value>(container.listAt("command"));
        words.addAll(container.listAt("args"));
        var first = words.isEmpty() ? "" : words.getFirst() instanceof Value.Text(var text, _) ? text : "";
        var form =
                program.entrySet().stream()
                        .filter(one -> first.contains(one.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse("\"$" + variable + "\"");
        return "give it as data: env: [{name: %s, value: \"{{inputs.parameters.%s}}\"}], and read %s in the program"
                .formatted(variable, name, form);
    }
}
