package tiphys.language.jsonpath;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.jsonpath.Step.Place;
import tiphys.language.value.Int64;
import tiphys.language.value.Plain;
import tiphys.language.value.PlainText;

/// One walk along a path.
final class Walk {
    private final @Nullable Object root;
    private final Budget budget;
    private int depth;

    Walk(@Nullable Object root, Budget budget) {
        this.root = root;
        this.budget = budget;
    }

    @Nullable Object apply(@Nullable Object current, List<Step> steps) {
        budget.spend(1);
        if (steps.isEmpty()) {
            return current;
        }
        if (++depth > Plain.MAX_DEPTH) {
            throw new EvaluationFailed("the value is nested too deeply");
        }
        try {
            return step(current, steps.getFirst(), steps.subList(1, steps.size()));
        } finally {
            depth--;
        }
    }

    private @Nullable Object step(@Nullable Object current, Step step, List<Step> next) {
        return switch (step) {
            case Step.Root _ -> apply(root, next);
            case Step.Current _ -> apply(current, next);
            case Step.Key(var name) -> apply(field(current, name), next);
            case Step.Index(var index) -> apply(item(current, index), next);
            case Step.Length _ -> apply(length(current), next);
            case Step.Wildcard _ -> found(children("wildcard", current), next);
            case Step.Everywhere _ -> {
                var all = new ArrayList<@Nullable Object>();
                everywhere(current, next, all, 0);
                yield all;
            }
            case Step.Range range -> selected(range(current, range), next);
            case Step.Union(var places) -> selected(union(current, places), next);
            case Step.Filter(var script) -> {
                var kept = new ArrayList<@Nullable Object>();
                for (var child : children("filter", current)) {
                    if (script.holds(root, child, budget)) {
                        budget.makeItems(1);
                        kept.add(child);
                    }
                }
                yield selected(kept, next);
            }
            case Step.Computed(var script) -> {
                var value = script.evaluate(root, current, budget);
                yield switch (place(value)) {
                    case Place.Name(var name) -> apply(field(current, name), next);
                    case Place.Number(var number) -> apply(item(current, number), next);
                    case Place.Of _ -> throw new IllegalStateException("a value is no script");
                };
            }
        };
    }

    private static EvaluationFailed target(String step, @Nullable Object value, String expected) {
        return new EvaluationFailed(
                step
                        + ": invalid token target. expected ["
                        + expected
                        + "] got ["
                        + (value == null ? "nil" : Plain.kind(value))
                        + "]");
    }

    private static @Nullable Object field(@Nullable Object current, String name) {
        if (!(current instanceof Map<?, ?> map)) {
            throw target("key", current, "map");
        }
        if (!map.containsKey(name)) {
            throw new EvaluationFailed("key: invalid token key '" + name + "' not found");
        }
        return map.get(name);
    }

    private static @Nullable Object item(@Nullable Object current, long index) {
        if (!(current instanceof List<?> list)) {
            throw target("index", current, "array slice");
        }
        long at = index < 0 ? list.size() + index : index;
        if (at < 0 || at >= list.size()) {
            throw new EvaluationFailed("index: invalid token out of range");
        }
        return list.get((int) at);
    }

    private static @Nullable Object length(@Nullable Object current) {
        return switch (current) {
            case Map<?, ?> map -> map.containsKey("length") ? map.get("length") : new Int64(map.size());
            case List<?> list -> new Int64(list.size());
            case String text -> new Int64(PlainText.length(text));
            case null, default -> throw target("length", current, "array map slice string");
        };
    }

    /// The items of a list, or the fields of an object in the order of their names.
    private List<@Nullable Object> children(String step, @Nullable Object current) {
        return switch (current) {
            case List<?> list -> {
                budget.makeItems(list.size());
                yield new ArrayList<>(list);
            }
            case Map<?, ?> map -> {
                budget.makeItems(map.size());
                var sorted = new TreeMap<String, @Nullable Object>(Plain::compare);
                map.forEach((key, value) -> sorted.put(String.valueOf(key), value));
                yield new ArrayList<>(sorted.values());
            }
            case null, default -> throw target(step, current, "array map slice");
        };
    }

    /// What the rest of the path finds from each; what it does not find is left out.
    private List<@Nullable Object> found(List<@Nullable Object> values, List<Step> next) {
        if (next.isEmpty()) {
            return values;
        }
        var found = new ArrayList<@Nullable Object>();
        for (var value : values) {
            var one = tried(value, next);
            if (one.isPresent()) {
                budget.makeItems(1);
                found.add(one.get());
            }
        }
        return found;
    }

    private Optional<Object> tried(@Nullable Object value, List<Step> next) {
        int before = depth;
        try {
            return Optional.ofNullable(apply(value, next));
        } catch (EvaluationFailed e) {
            if (budget.isExceeded()) {
                throw e;
            }
            depth = before;
            return Optional.empty();
        }
    }

    /// What was chosen; an index after it chooses from it, all else goes on from each.
    private @Nullable Object selected(List<@Nullable Object> values, List<Step> next) {
        return !next.isEmpty() && next.getFirst() instanceof Step.Index ? apply(values, next) : found(values, next);
    }

    private void everywhere(@Nullable Object current, List<Step> next, List<@Nullable Object> into, int level) {
        budget.spend(1);
        if (level > Plain.MAX_DEPTH) {
            throw new EvaluationFailed("the value is nested too deeply");
        }
        if (current == null) {
            return;
        }
        var one = next.isEmpty() ? Optional.of(current) : tried(current, next);
        if (one.isPresent() && one.get() instanceof List<?> list && !next.isEmpty()) {
            budget.makeItems(list.size());
            into.addAll(list);
        } else if (one.isPresent()) {
            budget.makeItems(1);
            into.add(one.get());
        }
        if (current instanceof List<?> || current instanceof Map<?, ?>) {
            for (var child : children("recursive", current)) {
                everywhere(child, next, into, level + 1);
            }
        }
    }

    private List<@Nullable Object> range(@Nullable Object current, Step.Range range) {
        if (!(current instanceof List<?> list)) {
            throw target("range", current, "array slice");
        }
        int size = list.size();
        long from = border(range.from().map(place -> number(current, place)).orElse(0L), size);
        long to = border(range.to().map(place -> number(current, place)).orElse((long) size), size);
        long step = range.step().map(place -> number(current, place)).orElse(1L);
        if (step == 0) {
            throw new EvaluationFailed("range: invalid token out of range");
        }
        var chosen = new ArrayList<@Nullable Object>();
        for (long i = step > 0 ? from : to - 1; step > 0 ? i < to : i >= from; i += step) {
            budget.makeItems(1);
            chosen.add(list.get((int) i));
            if (Math.abs(step) > size) {
                break;
            }
        }
        return chosen;
    }

    private static long border(long at, int size) {
        return Math.clamp(at < 0 ? size + at : at, 0L, (long) size);
    }

    private long number(@Nullable Object current, Place place) {
        var value = place instanceof Place.Of(var script) ? place(script.evaluate(root, current, budget)) : place;
        if (value instanceof Place.Number(var number)) {
            return number;
        }
        throw new EvaluationFailed("range: invalid token argument. expected [int]");
    }

    private List<@Nullable Object> union(@Nullable Object current, List<Place> places) {
        var chosen = new ArrayList<@Nullable Object>();
        var names = new ArrayList<String>();
        var numbers = new ArrayList<Long>();
        for (var given : places) {
            switch (given instanceof Place.Of(var script) ? place(script.evaluate(root, current, budget)) : given) {
                case Place.Name(var name) -> names.add(name);
                case Place.Number(var number) -> numbers.add(number);
                case Place.Of _ -> throw new IllegalStateException("a value is no script");
            }
        }
        if (!names.isEmpty() && !numbers.isEmpty()) {
            throw new EvaluationFailed("union: invalid token argument. expected names or numbers, got both");
        }
        if (names.isEmpty() ? !(current instanceof List<?>) : !(current instanceof Map<?, ?>)) {
            throw target("union", current, names.isEmpty() ? "array slice" : "map");
        }
        budget.makeItems(places.size());
        for (var name : names) {
            if (current instanceof Map<?, ?> map && map.containsKey(name)) {
                chosen.add(map.get(name));
            }
        }
        for (var number : numbers) {
            if (current instanceof List<?> list) {
                long at = number < 0 ? list.size() + number : number;
                if (at >= 0 && at < list.size()) {
                    chosen.add(list.get((int) at));
                }
            }
        }
        return chosen;
    }

    /// A value as a name or a number.
    private static Place place(@Nullable Object value) {
        return switch (value) {
            case String name -> new Place.Name(name);
            case Double number when number == Math.rint(number) && Double.isFinite(number) ->
                    new Place.Number(number.longValue());
            case Long number -> new Place.Number(number);
            case Int64 number -> new Place.Number(number.longValue());
            case null, default ->
                    throw new EvaluationFailed(
                            "unexpected expression result. expected [int string] got ["
                                    + (value == null ? "nil" : Plain.kind(value))
                                    + "]");
        };
    }
}
