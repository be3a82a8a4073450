package tiphys.language.gotemplate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Moment;
import tiphys.language.gotemplate.TemplateNode.Body;
import tiphys.language.gotemplate.TemplateNode.Operand;
import tiphys.language.gotemplate.TemplateNode.Pipe;
import tiphys.language.value.Plain;
import tiphys.language.value.PlainText;
import tiphys.language.value.WithMethods;

/// One execution of a template.
final class TemplateRun {
    private static final int MAX_DEPTH = 200;

    /// What a map gives for a key that it does not have: it is printed as nil is, but its own fields are as missing as itself.
    private static final Object MISSING = new Object();

    private final Map<String, Body> named;
    private final Budget budget;
    private final TemplateFunctions functions;
    private final StringBuilder out = new StringBuilder();
    private final List<Variable> variables = new ArrayList<>();
    private int depth;

    private static final class Variable {
        final String name;
        @Nullable Object value;

        Variable(String name, @Nullable Object value) {
            this.name = name;
            this.value = value;
        }
    }

    /// How a body went on.
    private enum Flow {
        ON,
        BREAK,
        CONTINUE
    }

    TemplateRun(Map<String, Body> named, Budget budget, Moment moment) {
        this.named = named;
        this.budget = budget;
        this.functions = new TemplateFunctions(budget, moment);
    }

    String whole(Body root, @Nullable Object data) {
        variables.add(new Variable("$", data));
        run(root, data);
        return out.toString();
    }

    private void print(String text) {
        budget.make(text.length());
        out.append(text);
    }

    private Flow run(Body body, @Nullable Object dot) {
        if (++depth > MAX_DEPTH) {
            throw new EvaluationFailed("exceeded maximum template depth");
        }
        int known = variables.size();
        var flow = Flow.ON;
        for (var part : body.parts()) {
            flow = run(part, dot);
            if (flow != Flow.ON) {
                break;
            }
        }
        variables.subList(known, variables.size()).clear();
        depth--;
        return flow;
    }

    private Flow run(TemplateNode node, @Nullable Object dot) {
        budget.spend(1);
        switch (node) {
            case TemplateNode.Text(var text) -> print(text);
            case TemplateNode.Action(var pipe) -> {
                var value = evaluate(pipe, dot);
                if (pipe.variables().isEmpty()) {
                    print(value == null || value == MISSING ? "<no value>" : PlainText.print(value, budget));
                }
            }
            case TemplateNode.If(var pipe, var then, var otherwise) -> {
                int known = variables.size();
                var flow = run(isTrue(evaluate(pipe, dot)) ? then : otherwise, dot);
                variables.subList(known, variables.size()).clear();
                return flow;
            }
            case TemplateNode.With(var pipe, var then, var otherwise) -> {
                int known = variables.size();
                var value = evaluate(pipe, dot);
                var flow = isTrue(value) ? run(then, value) : run(otherwise, dot);
                variables.subList(known, variables.size()).clear();
                return flow;
            }
            case TemplateNode.Range range -> {
                int known = variables.size();
                range(range, dot);
                variables.subList(known, variables.size()).clear();
            }
            case TemplateNode.Call(var name, var data) -> call(name, data, dot);
            case TemplateNode.Break _ -> {
                return Flow.BREAK;
            }
            case TemplateNode.Continue _ -> {
                return Flow.CONTINUE;
            }
        }
        return Flow.ON;
    }

    private void call(String name, List<Pipe> data, @Nullable Object dot) {
        var body = named.get(name);
        if (body == null) {
            throw new EvaluationFailed("template \"" + name + "\" not defined");
        }
        var value = data.isEmpty() ? null : evaluate(data.getFirst(), dot);
        var around = List.copyOf(variables);
        variables.clear();
        variables.add(new Variable("$", value));
        run(body, value);
        variables.clear();
        variables.addAll(around);
    }

    private void range(TemplateNode.Range range, @Nullable Object dot) {
        var pipe = range.pipe();
        var value = evaluate(new Pipe(List.of(), false, pipe.commands()), dot);
        boolean any = false;
        switch (value) {
            case Long count -> {
                for (long i = 0; i < count; i++) {
                    any = true;
                    if (pass(range, i, i) == Flow.BREAK) {
                        break;
                    }
                }
            }
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    any = true;
                    if (pass(range, (long) i, list.get(i)) == Flow.BREAK) {
                        break;
                    }
                }
            }
            case Map<?, ?> map -> {
                for (var entry : sorted(map).entrySet()) {
                    any = true;
                    if (pass(range, entry.getKey(), entry.getValue()) == Flow.BREAK) {
                        break;
                    }
                }
            }
            case null -> {}
            default -> {
                if (value != MISSING) {
                    throw new EvaluationFailed("range can't iterate over " + PlainText.print(value, budget));
                }
            }
        }
        if (!any) {
            run(range.otherwise(), dot);
        }
    }

    private static Map<String, @Nullable Object> sorted(Map<?, ?> map) {
        var sorted = new TreeMap<String, @Nullable Object>(Plain::compare);
        map.forEach((key, value) -> sorted.put(String.valueOf(key), value));
        return sorted;
    }

    private Flow pass(TemplateNode.Range range, @Nullable Object key, @Nullable Object item) {
        budget.spend(1);
        int known = variables.size();
        var names = range.pipe().variables();
        if (names.size() == 1) {
            set(range.pipe().declares(), names.getFirst(), item);
        } else if (names.size() == 2) {
            set(range.pipe().declares(), names.get(0), key);
            set(range.pipe().declares(), names.get(1), item);
        }
        var flow = run(range.each(), item);
        if (range.pipe().declares()) {
            variables.subList(known, variables.size()).clear();
        }
        return flow;
    }

    private void set(boolean declares, String name, @Nullable Object value) {
        if (declares) {
            variables.add(new Variable(name, value));
        } else {
            variable(name).value = value;
        }
    }

    private Variable variable(String name) {
        for (int i = variables.size() - 1; i >= 0; i--) {
            if (variables.get(i).name.equals(name)) {
                return variables.get(i);
            }
        }
        throw new EvaluationFailed("undefined variable: " + name);
    }

    private @Nullable Object evaluate(Pipe pipe, @Nullable Object dot) {
        Object value = null;
        boolean first = true;
        for (var command : pipe.commands()) {
            value = command(command, dot, first ? List.of() : java.util.Collections.singletonList(value));
            first = false;
        }
        for (var name : pipe.variables()) {
            set(pipe.declares(), name, value);
        }
        return value;
    }

    /// @param before the value of the command before it, if there is one
    private @Nullable Object command(List<Operand> command, @Nullable Object dot, List<@Nullable Object> before) {
        budget.spend(1);
        var first = command.getFirst();
        if (first instanceof Operand.Function(var name)) {
            var last = new ArrayList<@Nullable Object>(1);
            before.forEach(value -> last.add(known(value)));
            return functions.call(
                    name, command.subList(1, command.size()), operand -> known(operand(operand, dot)), last);
        }
        if (command.size() > 1 || !before.isEmpty()) {
            throw new EvaluationFailed("can't give argument to non-function");
        }
        if (first instanceof Operand.Nil) {
            throw new EvaluationFailed("nil is not a command");
        }
        return operand(first, dot);
    }

    private static @Nullable Object known(@Nullable Object value) {
        return value == MISSING ? null : value;
    }

    private @Nullable Object operand(Operand operand, @Nullable Object dot) {
        return switch (operand) {
            case Operand.Dot _ -> dot;
            case Operand.Nil _ -> null;
            case Operand.Constant(var value) -> value;
            case Operand.Number(var value) -> value;
            case Operand.Fields(var names) -> fields(dot, names);
            case Operand.Variable(var name, var names) -> fields(variable(name).value, names);
            case Operand.Inner(var pipe) -> evaluate(pipe, dot);
            case Operand.Chain(var of, var names) -> fields(operand(of, dot), names);
            case Operand.Function(var name) -> functions.call(name, List.of(), one -> operand(one, dot), List.of());
        };
    }

    private @Nullable Object fields(@Nullable Object of, List<String> names) {
        Object value = of;
        for (var name : names) {
            value = field(value, name);
        }
        return value;
    }

    private @Nullable Object field(@Nullable Object of, String name) {
        budget.spend(1);
        if (of == MISSING) {
            return MISSING;
        }
        return switch (of) {
            case null -> throw new EvaluationFailed("nil pointer evaluating interface {}." + name);
            case Map<?, ?> map -> map.containsKey(name) ? map.get(name) : MISSING;
            case WithMethods object -> object.call(name, List.of());
            default -> throw new EvaluationFailed("can't evaluate field " + name + " in type interface {}");
        };
    }

    private static boolean isTrue(@Nullable Object value) {
        return value != MISSING && TemplateFunctions.isTrue(value);
    }
}
