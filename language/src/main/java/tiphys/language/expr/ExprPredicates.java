package tiphys.language.expr;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tiphys.language.EvaluationFailed;
import tiphys.language.gotext.GoText;

/// The functions that take a predicate: a body that is evaluated for each item, with `#` as the item.
record ExprPredicates(ExprEvaluation evaluation) {
    private static final Set<String> NAMES =
            Set.of(
                    "all",
                    "any",
                    "one",
                    "none",
                    "map",
                    "filter",
                    "find",
                    "findIndex",
                    "findLast",
                    "findLastIndex",
                    "count",
                    "sum",
                    "groupBy",
                    "sortBy",
                    "reduce");

    /// Whether the function's second argument is a predicate.
    static boolean takes(String function) {
        return NAMES.contains(function);
    }

    static Set<String> names() {
        return NAMES;
    }

    @Nullable Object call(String function, List<ExprTree> arguments) {
        if (arguments.isEmpty() || !(evaluation.run(arguments.getFirst()) instanceof List<?> list)) {
            throw new EvaluationFailed("builtin " + function + " takes only array");
        }
        boolean lone = function.equals("count") || function.equals("sum");
        if (arguments.size() < (lone ? 1 : 2)) {
            throw new EvaluationFailed("not enough arguments to call " + function);
        }
        return switch (function) {
            case "all" -> matching(list, arguments).size() == list.size();
            case "any" -> first(list, arguments) >= 0;
            case "one" -> matching(list, arguments).size() == 1;
            case "none" -> first(list, arguments) < 0;
            case "filter" -> matching(list, arguments);
            case "count" -> arguments.size() == 1 ? truths(list) : (long) matching(list, arguments).size();
            case "find" -> at(list, first(list, arguments));
            case "findIndex" -> index(first(list, arguments));
            case "findLast" -> at(list, last(list, arguments));
            case "findLastIndex" -> index(last(list, arguments));
            case "map" -> mapped(list, arguments.get(1));
            case "sum" -> ExprFunctions.sum(arguments.size() == 1 ? list : mapped(list, arguments.get(1)));
            case "groupBy" -> grouped(list, arguments.get(1));
            case "sortBy" -> sorted(list, arguments);
            default -> reduced(list, arguments);
        };
    }

    private static long truths(List<?> list) {
        return list.stream().filter(Boolean.TRUE::equals).count();
    }

    private boolean holds(List<?> list, int index, List<ExprTree> arguments) {
        return ExprOperators.truth(evaluation.with(list.get(index), index, null, arguments.get(1)));
    }

    private List<@Nullable Object> matching(List<?> list, List<ExprTree> arguments) {
        var found = new ArrayList<@Nullable Object>();
        for (int i = 0; i < list.size(); i++) {
            if (holds(list, i, arguments)) {
                found.add(list.get(i));
            }
        }
        return found;
    }

    private int first(List<?> list, List<ExprTree> arguments) {
        for (int i = 0; i < list.size(); i++) {
            if (holds(list, i, arguments)) {
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
        var results = new ArrayList<@Nullable Object>(list.size());
        for (int i = 0; i < list.size(); i++) {
            results.add(evaluation.with(list.get(i), i, null, body));
        }
        return results;
    }

    private Map<String, @Nullable Object> grouped(List<?> list, ExprTree body) {
        var groups = new LinkedHashMap<String, List<@Nullable Object>>();
        for (int i = 0; i < list.size(); i++) {
            var key = GoText.print(evaluation.with(list.get(i), i, null, body));
            groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(list.get(i));
        }
        return new LinkedHashMap<>(groups);
    }

    private List<@Nullable Object> sorted(List<?> list, List<ExprTree> arguments) {
        var keys = mapped(list, arguments.get(1));
        boolean down = arguments.size() > 2 && "desc".equals(evaluation.run(arguments.get(2)));
        var order = new ArrayList<Integer>();
        for (int i = 0; i < list.size(); i++) {
            order.add(i);
        }
        order.sort((a, b) -> {
            evaluation.budget().spend(1);
            int compared = ExprValues.compare("<", keys.get(a), keys.get(b));
            return down ? -compared : compared;
        });
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
