package tiphys.language.expr;

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
import tiphys.language.Moment;
import tiphys.language.Place;
import tiphys.language.Trace;
import tiphys.language.expr.builtin.Builtins;
import tiphys.language.expr.builtin.FunctionValue;
import tiphys.language.expr.builtin.Operators;
import tiphys.language.expr.builtin.TimeMethods;
import tiphys.language.sprig.Sprig;
import tiphys.language.value.Plain;
import tiphys.language.value.WithMethods;
import tiphys.manifest.Value;

/// One evaluation of an expression.
final class ExprEvaluation {
    /// What a `?.` on null makes of the whole chain.
    private static final Object ENDED = new Object();

    /// What `#` and its kin are inside a predicate.
    private record Pointed(@Nullable Object item, long index, @Nullable Object accumulated) {}

    private final String text;
    private final Roots roots;
    private final Budget budget;
    private final @Nullable Moment moment;
    private final Map<String, @Nullable Object> locals = new HashMap<>();
    private final List<Pointed> pointed = new ArrayList<>();
    private @Nullable List<Trace> traces;

    ExprEvaluation(String text, Roots roots, Budget budget, @Nullable Moment moment, boolean traced) {
        this.text = text;
        this.roots = roots;
        this.budget = budget;
        this.moment = moment;
        this.traces = traced ? new ArrayList<>() : null;
    }

    Budget budget() {
        return budget;
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
            outer.add(new Trace(part, Optional.of(shown(value)), "", parts));
            return value;
        } catch (EvaluationFailed e) {
            outer.add(new Trace(part, Optional.empty(), e.getMessage(), parts));
            throw e;
        } finally {
            traces = outer;
        }
    }

    private Value shown(@Nullable Object value) {
        if (value == ENDED) {
            return Value.nothing();
        }
        try {
            return Plain.value(value, budget);
        } catch (EvaluationFailed e) {
            if (budget.isExceeded()) {
                throw e;
            }
            return Value.text(Plain.type(value)); // a function, or what else is no value of its own
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
            throw Place.failed(e.getMessage(), text, tree.span().at());
        }
    }

    private @Nullable Object value(ExprTree tree) {
        return switch (tree) {
            case ExprTree.Literal(var value, _) -> value;
            case ExprTree.Name(var name, _) -> name(name);
            case ExprTree.Pointer(var name, _) -> pointer(name);
            case ExprTree.Member member -> member(member);
            case ExprTree.Chain(var inner, _) -> {
                var value = run(inner);
                yield value == ENDED ? null : value;
            }
            case ExprTree.Slice(var target, var from, var to, _) -> {
                var sliced = run(target);
                if (sliced == ENDED) {
                    yield ENDED;
                }
                var start = from.isPresent() ? run(from.get()) : Long.valueOf(0);
                var end = to.isPresent() ? run(to.get()) : Long.valueOf(Long.MAX_VALUE);
                yield Operators.slice(sliced, start, end, budget);
            }
            case ExprTree.Unary(var operator, var operand, _) -> Operators.unary(operator, run(operand));
            case ExprTree.Binary(var operator, var left, var right, _) -> binary(operator, left, right);
            case ExprTree.Choice(var condition, var then, var otherwise, _) ->
                    Operators.truth(run(condition)) ? run(then) : run(otherwise);
            case ExprTree.Items(var items, _) -> {
                budget.make((long) Budget.ITEM * items.size());
                var list = new ArrayList<@Nullable Object>(items.size());
                for (var item : items) {
                    list.add(run(item));
                }
                yield list;
            }
            case ExprTree.Fields(var fields, _) -> fields(fields);
            case ExprTree.Call call -> call(call);
            case ExprTree.Method method -> method(method);
            case ExprTree.Predicate(var body, _) -> run(body);
            case ExprTree.Let(var name, var value, var body, _) -> {
                locals.put(name, run(value));
                var result = run(body);
                locals.remove(name);
                yield result;
            }
            case ExprTree.Sequence(var parts, _) -> {
                for (int i = 0; i < parts.size() - 1; i++) {
                    run(parts.get(i));
                }
                yield run(parts.getLast());
            }
        };
    }

    private @Nullable Object member(ExprTree.Member member) {
        if (isEnvironment(member.target()) && member.key() instanceof ExprTree.Literal(String key, _)) {
            return roots.find(key).value();
        }
        var from = run(member.target());
        if (from == ENDED || (from == null && member.optional())) {
            return ENDED;
        }
        return Operators.member(from, run(member.key()));
    }

    private boolean isEnvironment(ExprTree tree) {
        return tree instanceof ExprTree.Name(var name, _)
                && name.equals(ExprChecker.ENVIRONMENT)
                && !locals.containsKey(name);
    }

    private Map<String, @Nullable Object> fields(List<ExprTree.Field> fields) {
        budget.make((long) Budget.ITEM * fields.size());
        var map = new LinkedHashMap<String, @Nullable Object>();
        for (var field : fields) {
            var key = run(field.key());
            if (!(key instanceof String name)) {
                throw new EvaluationFailed("interface conversion: interface {} is " + Plain.type(key) + ", not string");
            }
            map.put(name, run(field.value()));
        }
        return map;
    }

    private @Nullable Object binary(String operator, ExprTree left, ExprTree right) {
        var first = run(left);
        return switch (operator) {
            case "and", "&&" -> Operators.truth(first) ? run(right) : false;
            case "or", "||" -> Operators.truth(first) ? true : run(right);
            case "??" -> first == null || first == ENDED ? run(right) : first;
            default -> Operators.binary(operator, first, run(right), budget);
        };
    }

    private List<@Nullable Object> arguments(List<ExprTree> trees) {
        var arguments = new ArrayList<@Nullable Object>(trees.size());
        for (var tree : trees) {
            var value = run(tree);
            budget.spend(Plain.size(value));
            arguments.add(value);
        }
        return arguments;
    }

    private @Nullable Object call(ExprTree.Call call) {
        boolean own = roots.find(call.function()).isThere();
        if (locals.containsKey(call.function()) || (own && !Builtins.ARGO.contains(call.function()))) {
            throw new EvaluationFailed(
                    "invalid operation: cannot call "
                            + Plain.type(own ? roots.find(call.function()).value() : locals.get(call.function())));
        }
        if (Predicates.takes(call.function())) {
            return new Predicates(this).call(call.function(), call.arguments());
        }
        return Builtins.call(call.function(), arguments(call.arguments()), budget, moment);
    }

    private @Nullable Object method(ExprTree.Method method) {
        var target = run(method.target());
        if (target == ENDED || (target == null && method.optional())) {
            return ENDED;
        }
        var arguments = arguments(method.arguments());
        return switch (target) {
            case null -> throw new EvaluationFailed("cannot fetch " + method.method() + " from <nil>");
            case WithMethods object -> object.call(method.method(), arguments);
            case Map<?, ?> map -> called(map.get(method.method()), arguments);
            default -> TimeMethods.call(target, method.method(), arguments);
        };
    }

    private @Nullable Object called(@Nullable Object function, List<@Nullable Object> arguments) {
        if (function instanceof FunctionValue(var name)) {
            var prefix = Roots.SPRIG + ".";
            if (name.startsWith(prefix)) {
                return Sprig.find(name.substring(prefix.length())).orElseThrow().call(arguments, budget, moment);
            }
            return Builtins.call(name, arguments, budget, moment);
        }
        throw new EvaluationFailed(
                "invalid operation: cannot call " + (function == null ? "nil" : Plain.type(function)));
    }

    /// The value of a predicate's body for one item.
    @Nullable Object with(@Nullable Object item, long index, @Nullable Object accumulated, ExprTree body) {
        pointed.add(new Pointed(item, index, accumulated));
        var value = run(body);
        pointed.removeLast();
        return value;
    }

    private @Nullable Object pointer(String name) {
        var here = pointed.getLast();
        return switch (name) {
            case "" -> here.item();
            case "acc" -> here.accumulated();
            default -> here.index();
        };
    }

    private @Nullable Object name(String name) {
        if (locals.containsKey(name)) {
            return locals.get(name);
        }
        return name.equals(ExprChecker.ENVIRONMENT) ? roots.all() : roots.find(name).value();
    }
}
