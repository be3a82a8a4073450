package tiphys.language.tags;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Optional;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Scope;
import tiphys.language.expr.Expression;
import tiphys.language.gotext.GoJson;
import tiphys.manifest.Position;
import tiphys.manifest.Value;

/// One pass over a text or a tree.
final class Replacement {
    private static final int MAX_DEPTH = 250;

    private final Scope scope;
    private final Refusal refusal;
    private final Budget budget;
    private final Deque<Object> path = new ArrayDeque<>();

    Replacement(Scope scope, Refusal refusal, Budget budget) {
        this.scope = scope;
        this.refusal = refusal;
        this.budget = budget;
    }

    /// @throws EvaluationFailed that begins with the place in the tree: `container.args[0] (4:12): failed to …`
    Value placed(Value tree) {
        try {
            return tree(tree);
        } catch (EvaluationFailed e) {
            throw new EvaluationFailed(path.isEmpty() ? e.getMessage() : place() + ": " + e.getMessage());
        }
    }

    private String place() {
        var out = new StringBuilder();
        path.descendingIterator()
                .forEachRemaining(step ->
                        out.append(
                                step instanceof Integer
                                        ? "[" + step + "]"
                                        : step instanceof Position
                                                ? " (" + step + ")"
                                                : out.isEmpty() ? step : "." + step));
        return out.toString();
    }

    @SuppressWarnings("ReferenceEquality") // what has no tag is the same object
    Value tree(Value tree) {
        budget.spend(1);
        if (path.size() > MAX_DEPTH) {
            throw new EvaluationFailed("the value is nested too deeply");
        }
        return switch (tree) {
            case Value.Null _, Value.Bool _, Value.Number _ -> tree;
            case Value.Text(var text, var at) -> {
                if (!text.contains(Tags.OPEN)) {
                    yield tree;
                }
                boolean known = at.known();
                if (known) {
                    path.push(at);
                }
                var replaced = text(text);
                if (known) {
                    path.pop();
                }
                yield replaced.equals(text) ? tree : new Value.Text(replaced, at);
            }
            case Value.Sequence(var items, var at) -> {
                var replaced = new ArrayList<Value>(items.size());
                boolean changed = false;
                for (int i = 0; i < items.size(); i++) {
                    path.push(i);
                    var other = tree(items.get(i));
                    path.pop();
                    changed |= other != items.get(i);
                    replaced.add(other);
                }
                yield changed ? new Value.Sequence(replaced, at) : tree;
            }
            case Value.Mapping map -> map(map);
        };
    }

    @SuppressWarnings("ReferenceEquality") // what has no tag is the same object
    private Value map(Value.Mapping map) {
        var fields = new LinkedHashMap<String, Value>();
        var keys = new LinkedHashMap<String, Position>();
        boolean changed = false;
        for (var field : map.fields().entrySet()) {
            path.push(field.getKey());
            var key = text(field.getKey());
            var value = tree(field.getValue());
            path.pop();
            changed |= value != field.getValue() || !key.equals(field.getKey());
            fields.put(key, value);
            keys.put(key, map.keyAt(field.getKey()));
        }
        return changed ? new Value.Mapping(fields, keys, map.at()) : map;
    }

    String text(String text) {
        int open = text.indexOf(Tags.OPEN);
        if (open < 0) {
            return text;
        }
        var out = new StringBuilder();
        int from = 0;
        while (open >= 0) {
            int close = text.indexOf(Tags.CLOSE, open + 2);
            if (close < 0) {
                break;
            }
            budget.spend(1);
            out.append(text, from, open);
            var body = text.substring(open + 2, close);
            var value = body.startsWith("=") ? expression(body) : simple(body);
            budget.make(value.length());
            out.append(value);
            from = close + 2;
            open = text.indexOf(Tags.OPEN, from);
        }
        return out.append(text, from, text.length()).toString();
    }

    /// What stands for a simple tag.
    private String simple(String body) {
        var found = scope.find(body.strip());
        if (found.isPresent()) {
            return switch (found.get()) {
                case Value.Text(var text, _) -> text;
                case Value.Null _ ->
                        throw new EvaluationFailed(
                                "unable to substitute "
                                        + whole(body)
                                        + ": output is an absent optional (skipped/omitted node with no default)");
                case Value.Bool _, Value.Number _, Value.Sequence _, Value.Mapping _ ->
                        throw new EvaluationFailed("failed to resolve " + whole(body) + " to string");
            };
        }
        int inner = body.lastIndexOf(Tags.OPEN);
        if (inner >= 0) {
            var nested = nested(body, inner);
            if (nested.isPresent()) {
                return nested.get();
            }
        }
        if (refusal.tag().test(body.strip())) {
            throw new EvaluationFailed("failed to resolve " + whole(body));
        }
        return whole(body);
    }

    /// `outer-{{inner` with the inner one replaced; the outer one's own end stands further on in the text.
    private Optional<String> nested(String body, int inner) {
        var found = scope.find(body.substring(inner + 2).strip());
        if (found.isPresent() && found.get() instanceof Value.Null) {
            throw new EvaluationFailed(
                    "unable to substitute nested tag "
                            + whole(body.substring(inner + 2))
                            + ": output is an absent optional (skipped/omitted node with no default)");
        }
        return found.flatMap(value -> value instanceof Value.Text(var text, _) ? Optional.of(text) : Optional.empty())
                .map(text -> Tags.OPEN + body.substring(0, inner) + text);
    }

    /// What stands for an expression tag.
    private String expression(String body) {
        var text = body.substring(1);
        boolean fails = refusal.failing() != Refusal.Failing.NEVER;
        try {
            var expression = Expression.parse(text);
            for (var name : refusal.late()) {
                if (expression.uses(name) && absent(name)) {
                    requireNamed(expression);
                    return whole(body);
                }
            }
            if (requireNamed(expression)) {
                fails &= refusal.failing() == Refusal.Failing.ALWAYS;
            }
            var value = expression.evaluate(scope, budget);
            if (!(value instanceof Value.Null)) {
                return value instanceof Value.Text(var string, _) ? string : GoJson.write(value);
            }
        } catch (EvaluationFailed e) {
            // A later pass may know a name that this one does not; it will not have more steps.
            if (budget.isExceeded() || fails) {
                throw new EvaluationFailed("failed to evaluate expression: " + e.getMessage());
            }
            return whole(body);
        }
        if (fails) {
            throw new EvaluationFailed("failed to evaluate expression \"" + text + "\"");
        }
        return whole(body);
    }

    /// Whether the expression needs what is not there.
    ///
    /// @throws EvaluationFailed if it must be there
    private boolean requireNamed(Expression expression) {
        if (refusal.failing() == Refusal.Failing.NEVER) {
            return false;
        }
        var missing = expression.missing(scope);
        for (var name : missing) {
            if (refusal.missing().test(name)) {
                throw new EvaluationFailed(name + " is missing");
            }
        }
        return !missing.isEmpty();
    }

    private boolean absent(String name) {
        return scope.find(name).isEmpty() && scope.names().stream().noneMatch(other -> other.startsWith(name + "."));
    }

    private static String whole(String body) {
        return Tags.OPEN + body + Tags.CLOSE;
    }
}
