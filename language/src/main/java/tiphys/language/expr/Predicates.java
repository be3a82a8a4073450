package tiphys.language.expr;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tiphys.language.EvaluationFailed;
import tiphys.language.expr.builtin.Builtins;
import tiphys.language.expr.builtin.Operators;
import tiphys.language.value.AnyKeys;
import tiphys.language.value.Plain;

/// The functions that take a predicate: a body that is evaluated for each item, with `#` as the item.
record Predicates(ExprEvaluation evaluation) {
    private static final Set<String> ASKING =
            Set.of("all", "any", "one", "none", "filter", "find", "findIndex", "findLast", "findLastIndex", "count");
    private static final Set<String> OTHERS = Set.of("map", "sum", "groupBy", "sortBy", "reduce");

    /// Whether the function's second argument is a predicate.
    static boolean takes(String function) {
        return ASKING.contains(function) || OTHERS.contains(function);
    }

    /// Whether its predicate must be true or false.
    static boolean asks(String function) {
        return ASKING.contains(function);
    }

    /// How many arguments it needs.
    static int least(String function) {
        return function.equals("count") || function.equals("sum") ? 1 : 2;
    }

    /// How many arguments it takes.
    static int most(String function) {
        return function.equals("sortBy") || function.equals("reduce") ? 3 : 2;
    }

    /// What there is beside `#` in its predicate.
    static Set<String> pointers(String function) {
        return switch (function) {
            case "map" -> Set.of("index");
            case "reduce" -> Set.of("index", "acc");
            default -> Set.of();
        };
    }

    @Nullable Object call(String function, List<ExprTree> arguments) {
        var list = list(function, evaluation.run(arguments.getFirst()));
        evaluation.budget().spend(list.size());
        return switch (function) {
            case "all" -> first(list, arguments, false) < 0;
            case "any" -> first(list, arguments, true) >= 0;
            case "one" -> matching(list, arguments).size() == 1;
            case "none" -> first(list, arguments, true) < 0;
            case "filter" -> matching(list, arguments);
            case "count" -> arguments.size() == 1 ? truths(list) : (long) matching(list, arguments).size();
            case "find" -> at(list, first(list, arguments, true));
            case "findIndex" -> index(first(list, arguments, true));
            case "findLast" -> at(list, last(list, arguments));
            case "findLastIndex" -> index(last(list, arguments));
            case "map" -> mapped(list, arguments.get(1));
            case "sum" -> sum(arguments.size() == 1 ? list : mapped(list, arguments.get(1)));
            case "groupBy" -> grouped(list, arguments.get(1));
            case "sortBy" -> sorted(list, arguments);
            default -> reduced(list, arguments);
        };
    }

    private List<?> list(String function, @Nullable Object value) {
        return switch (value) {
            case List<?> list -> list;
            case String text -> {
                // Go walks through the bytes of a text whose type it did not know before.
                int length = tiphys.language.value.PlainText.length(text);
                evaluation.budget().makeItems(length);
                evaluation.budget().spend((long) length * (length / 64));
                var bytes = new ArrayList<@Nullable Object>();
                for (byte one : text.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
                    bytes.add((long) (one & 0xff));
                }
                yield bytes;
            }
            case null, default ->
                    throw new EvaluationFailed(
                            "builtin " + function + " takes only array (got " + Plain.type(value) + ")");
        };
    }

    private Object sum(List<?> list) {
        Object sum = 0L;
        for (var item : list) {
            sum = Operators.binary("+", sum, item, evaluation.budget());
        }
        return sum;
    }

    private static long truths(List<?> list) {
        return list.stream().filter(Operators::truth).count();
    }

    private boolean holds(List<?> list, int index, List<ExprTree> arguments) {
        return Operators.truth(evaluation.with(list.get(index), index, null, arguments.get(1)));
    }

    private List<@Nullable Object> matching(List<?> list, List<ExprTree> arguments) {
        var found = new ArrayList<@Nullable Object>();
        for (int i = 0; i < list.size(); i++) {
            if (holds(list, i, arguments)) {
                evaluation.budget().makeItems(1);
                found.add(list.get(i));
            }
        }
        return found;
    }

    private int first(List<?> list, List<ExprTree> arguments, boolean wanted) {
        for (int i = 0; i < list.size(); i++) {
            if (holds(list, i, arguments) == wanted) {
                return i;
            }
        }
        return -1;
    }

    private int last(List<?> list, List<ExprTree> arguments) {
        for (int i = list.size() - 1; i >= 0; i--) {
            if (holds(list, i, arguments)) {
                return i;
            }
        }
        return -1;
    }

    private static @Nullable Object at(List<?> list, int index) {
        return index < 0 ? null : list.get(index);
    }

    private static @Nullable Object index(int index) {
        return index < 0 ? null : Long.valueOf(index);
    }

    private List<@Nullable Object> mapped(List<?> list, ExprTree body) {
        evaluation.budget().makeItems(list.size());
        var results = new ArrayList<@Nullable Object>(list.size());
        for (int i = 0; i < list.size(); i++) {
            results.add(evaluation.with(list.get(i), i, null, body));
        }
        return results;
    }

    private Map<@Nullable Object, @Nullable Object> grouped(List<?> list, ExprTree body) {
        var groups = new LinkedHashMap<@Nullable Object, List<@Nullable Object>>();
        for (int i = 0; i < list.size(); i++) {
            var key = Operators.hashed(evaluation.with(list.get(i), i, null, body));
            evaluation.budget().makeItems(1);
            groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(list.get(i));
        }
        var all = new AnyKeys();
        all.putAll(groups);
        return all;
    }

    private List<@Nullable Object> sorted(List<?> list, List<ExprTree> arguments) {
        var keys = mapped(list, arguments.get(1));
        boolean down = arguments.size() > 2 && Builtins.isDown(evaluation.run(arguments.get(2)));
        var order = new ArrayList<Integer>();
        for (int i = 0; i < list.size(); i++) {
            order.add(i);
        }
        order.sort((a, b) -> {
            evaluation.budget().spend(Plain.size(keys.get(a)));
            int compared = Operators.compare("<", keys.get(a), keys.get(b));
            return down ? -compared : compared;
        });
        evaluation.budget().makeItems(list.size());
        var sorted = new ArrayList<@Nullable Object>();
        order.forEach(index -> sorted.add(list.get(index)));
        return sorted;
    }

    private @Nullable Object reduced(List<?> list, List<ExprTree> arguments) {
        boolean started = arguments.size() > 2;
        if (!started && list.isEmpty()) {
            throw new EvaluationFailed("reduce of empty array with no initial value");
        }
        var accumulated = started ? evaluation.run(arguments.get(2)) : list.getFirst();
        for (int i = started ? 0 : 1; i < list.size(); i++) {
            accumulated = evaluation.with(list.get(i), i, accumulated, arguments.get(1));
        }
        return accumulated;
    }
}
