package tiphys.language.kubepath;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.kubepath.KubePath.Step;
import tiphys.manifest.Value;

/// Walks paths.
final class Steps {
    private Steps() {}

    static List<Value> find(List<Step> steps, Value object, Budget budget) {
        var here = List.of(object);
        for (var step : steps) {
            var next = new ArrayList<Value>();
            for (var value : here) {
                budget.spend(1);
                go(step, value, next, budget);
            }
            here = next;
        }
        return here;
    }

    private static void go(Step step, Value value, List<Value> found, Budget budget) {
        switch (step) {
            case Step.Field(var name) ->
                    value.find(name).filter(one -> !(one instanceof Value.Null)).ifPresent(found::add);
            case Step.Constant(var constant) -> found.add(constant);
            case Step.All _ -> found.addAll(inside(value));
            case Step.Below _ -> below(value, found, budget);
            case Step.Slice(var bounds, var one) -> slice(value, bounds, one, found);
            case Step.Union(var choices) -> choices.forEach(choice -> found.addAll(find(choice, value, budget)));
            case Step.Filter filter -> {
                for (var item : inside(value)) {
                    budget.spend(1);
                    if (holds(filter, item, budget)) {
                        found.add(item);
                    }
                }
            }
        }
    }

    private static List<Value> inside(Value value) {
        return switch (value) {
            case Value.Mapping map -> List.copyOf(map.fields().values());
            case Value.Sequence(var items, _) -> items;
            case Value.Null _, Value.Bool _, Value.Number _, Value.Text _ -> List.of();
        };
    }

    private static void below(Value value, List<Value> found, Budget budget) {
        var inside = inside(value);
        budget.spend(1 + inside.size());
        if (!inside.isEmpty()) {
            found.add(value);
            inside.forEach(one -> below(one, found, budget));
        }
    }

    private static void slice(Value value, List<@Nullable Integer> bounds, boolean one, List<Value> found) {
        if (value instanceof Value.Null) {
            return;
        }
        if (!(value instanceof Value.Sequence(var items, _))) {
            throw new EvaluationFailed("it is not array or slice");
        }
        int size = items.size();
        int from = place(bounds.get(0), 0, size);
        if (one) {
            if (from < 0 || from >= size) {
                throw new EvaluationFailed("array index out of bounds: index " + from + ", length " + size);
            }
            found.add(items.get(from));
            return;
        }
        int to = Math.min(place(bounds.get(1), size, size), size);
        int step = java.util.Objects.requireNonNullElse(bounds.get(2), 1);
        if (step <= 0) {
            throw new EvaluationFailed("step must be > 0");
        }
        if (from < 0 || to < from) {
            throw new EvaluationFailed(
                    "array index out of bounds: index " + (from < 0 ? from : to) + ", length " + size);
        }
        for (int i = from; i < to; i += step) {
            found.add(items.get(i));
        }
    }

    private static int place(@Nullable Integer bound, int otherwise, int size) {
        return bound == null ? otherwise : bound < 0 ? bound + size : bound;
    }

    private static boolean holds(Step.Filter filter, Value item, Budget budget) {
        var left = find(filter.left().steps(), item, budget);
        if (filter.operator().isEmpty()) {
            return !left.isEmpty();
        }
        var right = find(filter.right().steps(), item, budget);
        if (left.isEmpty() || right.isEmpty()) {
            return false;
        }
        if (left.size() > 1 || right.size() > 1) {
            throw new EvaluationFailed("can only compare one element at a time");
        }
        int order = compared(left.getFirst(), right.getFirst());
        return switch (filter.operator()) {
            case "==" -> order == 0;
            case "!=" -> order != 0;
            case "<" -> order == -1;
            case "<=" -> order == -1 || order == 0;
            case ">" -> order == 1;
            case ">=" -> order == 1 || order == 0;
            default -> throw new EvaluationFailed("unrecognized filter operator " + filter.operator());
        };
    }

    /// -1, 0 or 1; 2 for what cannot be compared.
    private static int compared(Value left, Value right) {
        if (left instanceof Value.Number one && right instanceof Value.Number other) {
            BigDecimal number = one.decimal();
            return Integer.signum(number.compareTo(other.decimal()));
        }
        if (left instanceof Value.Text(var one, _) && right instanceof Value.Text(var other, _)) {
            return Integer.signum(one.compareTo(other));
        }
        return left.equals(right) ? 0 : 2;
    }
}
