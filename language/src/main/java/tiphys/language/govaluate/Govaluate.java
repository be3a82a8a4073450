package tiphys.language.govaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Trace;
import tiphys.language.gotext.GoText;
import tiphys.manifest.Position;
import tiphys.manifest.Value;

/// The govaluate language, in which Argo writes `when` and the filters' `exprs`.
public final class Govaluate {
    private final Map<String, Value> variables;
    private final Budget budget;

    private Govaluate(Map<String, Value> variables, Budget budget) {
        this.variables = variables;
        this.budget = budget;
    }

    /// Whether a `when` holds, once its tags were replaced. Bare words are strings. An empty text holds.
    ///
    /// @throws EvaluationFailed in Argo's words: `Expected boolean evaluation for '…'. Got …`, `Invalid 'when' expression …`
    public static boolean when(String text, Budget budget) {
        if (text.isEmpty()) {
            return true;
        }
        var trace = trace(text, budget);
        if (!trace.error().isEmpty()) {
            throw new EvaluationFailed(trace.error());
        }
        return trace.value().equals(Optional.of(Value.bool(true)));
    }

    /// How a `when` comes to its result; its errors are those that [#when] throws. Never throws.
    public static Trace trace(String text, Budget budget) {
        List<GovaluateToken> tokens;
        try {
            tokens = GovaluateParser.tokens(text, budget);
        } catch (EvaluationFailed e) {
            var hint =
                    e.getMessage().contains("Invalid token")
                            ? " (hint: try wrapping the affected expression in quotes (\"))"
                            : "";
            return failed(text, "Invalid 'when' expression '" + text + "': " + e.getMessage() + hint);
        }
        GovaluateTree tree;
        try {
            tree = GovaluateParser.tree(tokens, true, budget);
        } catch (EvaluationFailed e) {
            return failed(text, "Failed to parse 'when' expression '" + text + "': " + e.getMessage());
        }
        var out = new Govaluate(Map.of(), budget).run(text, tree);
        if (!out.error().isEmpty()) {
            return new Trace(
                    text,
                    Optional.empty(),
                    "Failed to evaluate 'when' expresion '" + text + "': " + out.error(),
                    out.parts());
        }
        if (out.value().isPresent() && out.value().get() instanceof Value.Bool) {
            return out;
        }
        var got = out.value().map(value -> GoText.print(plain(value, 0))).orElse("<nil>");
        return new Trace(text, out.value(), "Expected boolean evaluation for '" + text + "'. Got " + got, out.parts());
    }

    /// The value of an expression over variables, as the filters' `exprs` use it, with its trace. What cannot be read or
    /// fails is an error of the trace; it never throws.
    public static Trace evaluate(String text, Map<String, Value> variables, Budget budget) {
        try {
            var tree = GovaluateParser.tree(GovaluateParser.tokens(text, budget), false, budget);
            return new Govaluate(variables, budget).run(text, tree);
        } catch (EvaluationFailed e) {
            return failed(text, e.getMessage());
        }
    }

    private static Trace failed(String text, String error) {
        return new Trace(text, Optional.empty(), error, List.of());
    }

    private Trace run(String text, GovaluateTree tree) {
        var step = run(tree);
        return new Trace(text, step.traced(), step.error(), parts(text, step));
    }

    private static List<Trace> parts(String text, Step step) {
        return step.parts().stream()
                .map(part ->
                        new Trace(
                                text.substring(part.tree().from(), part.tree().to()),
                                part.traced(),
                                part.error(),
                                parts(text, part)))
                .toList();
    }

    /// What a part of the tree came to.
    private record Step(GovaluateTree tree, @Nullable Object value, String error, List<Step> parts) {
        Optional<Value> traced() {
            return error.isEmpty() ? Optional.of(Govaluate.value(value)) : Optional.empty();
        }
    }

    private Step run(GovaluateTree tree) {
        budget.spend(1);
        return switch (tree) {
            case GovaluateTree.Literal(var value, _, _) -> new Step(tree, value, "", List.of());
            case GovaluateTree.Variable(var name, var accessor, _, _) -> variable(tree, name, accessor);
            case GovaluateTree.Prefix(var symbol, var operand, _, _) -> {
                var right = run(operand);
                yield right.error().isEmpty()
                        ? step(tree, List.of(right), () -> GovaluateOperators.prefix(symbol, right.value()))
                        : new Step(tree, null, right.error(), List.of(right));
            }
            case GovaluateTree.Binary binary -> binary(binary);
        };
    }

    private Step binary(GovaluateTree.Binary tree) {
        var left = run(tree.left());
        if (!left.error().isEmpty()) {
            return new Step(tree, null, left.error(), List.of(left));
        }
        var shortcut = GovaluateOperators.shortcut(tree.symbol(), left.value());
        if (shortcut.isPresent()) {
            var result = shortcut.get();
            return step(tree, List.of(left), () -> result.value());
        }
        var right = run(tree.right());
        if (!right.error().isEmpty()) {
            return new Step(tree, null, right.error(), List.of(left, right));
        }
        return step(
                tree,
                List.of(left, right),
                () -> GovaluateOperators.apply(tree.symbol(), left.value(), right.value(), budget));
    }

    private interface Operation {
        @Nullable Object run();
    }

    private static Step step(GovaluateTree tree, List<Step> parts, Operation operation) {
        try {
            return new Step(tree, operation.run(), "", parts);
        } catch (EvaluationFailed e) {
            return new Step(tree, null, e.getMessage(), parts);
        }
    }

    private Step variable(GovaluateTree tree, String name, boolean accessor) {
        var parts = name.split("\\.", -1);
        var found = variables.get(accessor ? parts[0] : name);
        if (found == null) {
            var missing = accessor ? parts[0] : name;
            return new Step(tree, null, "No parameter '" + missing + "' found.", List.of());
        }
        return accessor
                ? new Step(
                        tree,
                        null,
                        "Unable to access '" + parts[1] + "', '" + parts[0] + "' is not a struct",
                        List.of())
                : new Step(tree, plain(found, 0), "", List.of());
    }

    private static @Nullable Object plain(Value value, int depth) {
        if (depth > 250) {
            throw new EvaluationFailed("the value is nested too deeply");
        }
        return switch (value) {
            case Value.Null _ -> null;
            case Value.Bool(var truth, _) -> truth;
            case Value.Number(var literal, _) -> Double.valueOf(literal);
            case Value.Text(var text, _) -> text;
            case Value.Sequence(var items, _) -> {
                var list = new ArrayList<@Nullable Object>();
                items.forEach(item -> list.add(plain(item, depth + 1)));
                yield list;
            }
            case Value.Mapping map -> {
                var fields = new LinkedHashMap<String, @Nullable Object>();
                map.fields().forEach((key, field) -> fields.put(key, plain(field, depth + 1)));
                yield fields;
            }
        };
    }

    private static Value value(@Nullable Object plain) {
        return switch (plain) {
            case null -> Value.nothing();
            case Boolean truth -> Value.bool(truth);
            case Double number when Double.isFinite(number) -> new Value.Number(GoText.json(number), Position.NONE);
            case Double number -> Value.text(GoText.number(number));
            case List<?> list -> {
                var items = new ArrayList<Value>();
                for (var item : list) {
                    items.add(value(item));
                }
                yield Value.list(items);
            }
            case Map<?, ?> map -> {
                var fields = new LinkedHashMap<String, Value>();
                map.forEach((key, field) -> fields.put((String) key, value(field)));
                yield new Value.Mapping(fields, Map.of(), Position.NONE);
            }
            default -> Value.text(plain.toString());
        };
    }
}
