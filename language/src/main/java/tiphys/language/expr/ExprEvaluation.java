package tiphys.language.expr;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Place;
import tiphys.language.Scope;
import tiphys.language.Trace;
import tiphys.language.gotext.GoText;
import tiphys.manifest.Value;

/// One evaluation of an expression.
final class ExprEvaluation {
    /// What a `?.` on null makes of the whole chain.
    private static final Object ENDED = new Object();

    /// What `#` and its kin are inside a predicate.
    private record Pointed(@Nullable Object item, long index, @Nullable Object accumulated) {}

    private final String text;
    private final Scope scope;
    private final Budget budget;
    private final Optional<Instant> now;
    private final Map<String, Optional<Object>> roots = new HashMap<>();
    private final Map<String, @Nullable Object> locals = new HashMap<>();
    private final List<Pointed> pointed = new ArrayList<>();
    private @Nullable List<Trace> traces;

    ExprEvaluation(String text, Scope scope, Budget budget, Optional<Instant> now, boolean traced) {
        this.text = text;
        this.scope = scope;
        this.budget = budget;
        this.now = now;
        this.traces = traced ? new ArrayList<>() : null;
    }

    /// The budget that the functions spend from.
    Budget budget() {
        return budget;
    }

    /// The time, if it was given.
    Instant now() {
        return now.orElseThrow(() -> new EvaluationFailed("the time is not known here"));
    }

    Trace trace(ExprTree tree) {
        try {
            run(tree);
        } catch (EvaluationFailed _) {
            // It is in the trace.
        }
        return Objects.requireNonNull(traces).getLast();
    }

    /// The value of a part, recorded if the evaluation is traced.
    @Nullable Object run(ExprTree tree) {
        var outer = traces;
        if (outer == null || !pointed.isEmpty()) {
            return located(tree);
        }
        var parts = new ArrayList<Trace>();
        traces = parts;
        var part = text.substring(tree.span().from(), tree.span().to());
        try {
            var value = located(tree);
            var shown = value == ENDED ? Optional.of((Value) Value.nothing()) : Optional.of(ExprValues.value(value));
            outer.add(new Trace(part, shown, "", parts));
            return value;
        } catch (EvaluationFailed e) {
            outer.add(new Trace(part, Optional.empty(), e.getMessage(), parts));
            throw e;
        } finally {
            traces = outer;
        }
    }

    /// The value of a part; a failure says where.
    private @Nullable Object located(ExprTree tree) {
        budget.spend(1);
        try {
            return value(tree);
        } catch (EvaluationFailed e) {
            if (e.getMessage().contains("\n | ")) {
                throw e;
            }
            throw Place.failed(e.getMessage(), text, tree.span().from());
        }
    }

    private @Nullable Object value(ExprTree tree) {
        return switch (tree) {
            case ExprTree.Literal(var value, _) -> value;
            case ExprTree.Name(var name, _) -> name(name);
            case ExprTree.Pointer(var name, _) -> pointer(name);
            case ExprTree.Member(var target, var key, boolean optional, _) -> {
                var from = run(target);
                if (from == ENDED || (from == null && optional)) {
                    yield ENDED;
                }
                yield ExprOperators.member(from, run(key));
            }
            case ExprTree.Chain(var inner, _) -> {
                var value = run(inner);
                yield value == ENDED ? null : value;
            }
            case ExprTree.Slice(var target, var from, var to, _) -> {
                var sliced = run(target);
                var start = from.isPresent() ? run(from.get()) : null;
                var end = to.isPresent() ? run(to.get()) : null;
                yield ExprOperators.slice(sliced, start, end, budget);
            }
            case ExprTree.Unary(var operator, var operand, _) -> ExprOperators.unary(operator, run(operand));
            case ExprTree.Binary(var operator, var left, var right, _) -> binary(operator, left, right);
            case ExprTree.Choice(var condition, var then, var otherwise, _) ->
                    ExprOperators.truth(run(condition)) ? run(then) : run(otherwise);
            case ExprTree.Items(var items, _) -> {
                var list = new ArrayList<@Nullable Object>(items.size());
                items.forEach(item -> list.add(run(item)));
                yield list;
            }
            case ExprTree.Fields(var fields, _) -> {
                var map = new LinkedHashMap<String, @Nullable Object>();
                fields.forEach(field -> map.put(GoText.print(run(field.key())), run(field.value())));
                yield map;
            }
            case ExprTree.Call call -> call(call);
            case ExprTree.Let(var name, var value, var body, _) -> let(name, value, body);
        };
    }

    private @Nullable Object let(String name, ExprTree value, ExprTree body) {
        boolean hidden = locals.containsKey(name);
        var outer = locals.get(name);
        locals.put(name, run(value));
        try {
            return run(body);
        } finally {
            if (hidden) {
                locals.put(name, outer);
            } else {
                locals.remove(name);
            }
        }
    }

    private @Nullable Object binary(String operator, ExprTree left, ExprTree right) {
        var first = run(left);
        return switch (operator) {
            case "and", "&&" -> ExprOperators.truth(first) && ExprOperators.truth(run(right));
            case "or", "||" -> ExprOperators.truth(first) || ExprOperators.truth(run(right));
            case "?:" -> ExprOperators.truth(first) ? first : run(right);
            case "??" -> first == null ? run(right) : first;
            default -> ExprOperators.binary(operator, first, run(right), budget);
        };
    }

    private @Nullable Object call(ExprTree.Call call) {
        if (ExprPredicates.takes(call.function())) {
            return new ExprPredicates(this).call(call.function(), call.arguments());
        }
        var arguments = new ArrayList<@Nullable Object>(call.arguments().size());
        for (var argument : call.arguments()) {
            var value = run(argument);
            budget.spend(ExprValues.size(value));
            arguments.add(value);
        }
        Object result;
        try {
            result = ExprFunctions.call(call.function(), new Arguments(arguments), this);
        } catch (ClassCastException | IndexOutOfBoundsException | ArithmeticException e) {
            throw new EvaluationFailed(
                    "invalid arguments to call " + call.function() + arguments.stream().map(ExprValues::type).toList());
        }
        budget.grow(ExprValues.weight(result));
        return result;
    }

    /// The value of a predicate's body for one item.
    @Nullable Object with(@Nullable Object item, long index, @Nullable Object accumulated, ExprTree body) {
        pointed.add(new Pointed(item, index, accumulated));
        try {
            return run(body);
        } finally {
            pointed.removeLast();
        }
    }

    private @Nullable Object pointer(String name) {
        var here = pointed.getLast();
        return switch (name) {
            case "" -> here.item();
            case "acc" -> here.accumulated();
            case "index" -> here.index();
            default -> ExprOperators.member(here.item(), name);
        };
    }

    private @Nullable Object name(String name) {
        if (locals.containsKey(name)) {
            return locals.get(name);
        }
        var root = roots.get(name);
        if (root == null) {
            root = root(name);
            roots.put(name, root);
        }
        return root.orElse(null);
    }

    /// A variable as it is, or the object of all variables below the name; those win over one of the very name.
    private Optional<Object> root(String name) {
        var below = new LinkedHashMap<String, @Nullable Object>();
        for (var known : scope.names()) {
            budget.spend(1);
            if (known.startsWith(name + ".")) {
                put(
                        below,
                        known.substring(name.length() + 1).split("\\.", -1),
                        scope.find(known).orElseGet(Value::nothing));
            }
        }
        if (!below.isEmpty()) {
            return Optional.of(below);
        }
        var found = scope.find(name);
        if (found.isEmpty()) {
            var known = scope.names().stream().map(other -> other.split("\\.", -1)[0]).distinct().toList();
            throw new EvaluationFailed("unknown name " + name + Similar.to(name, known));
        }
        budget.spend(ExprValues.size(name));
        return Optional.ofNullable(ExprValues.of(found.get()));
    }

    @SuppressWarnings("unchecked")
    private static void put(Map<String, @Nullable Object> into, String[] path, Value value) {
        var here = into;
        for (int i = 0; i < path.length - 1; i++) {
            var next = here.get(path[i]);
            if (!(next instanceof LinkedHashMap)) {
                next = new LinkedHashMap<String, @Nullable Object>();
                here.put(path[i], next);
            }
            here = (Map<String, @Nullable Object>) next;
        }
        var last = path[path.length - 1];
        if (!(here.get(last) instanceof Map)) {
            here.put(last, ExprValues.of(value));
        }
    }
}
