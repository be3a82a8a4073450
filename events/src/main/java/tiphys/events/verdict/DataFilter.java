package tiphys.events.verdict;

import java.util.List;
import java.util.stream.Collectors;
import tiphys.events.Event;
import tiphys.events.sensor.Dependency;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.gjson.Found;
import tiphys.language.gotext.GoNumber;
import tiphys.language.regex.GoRegex;

/// Compares one value of an event's data as Argo's data filters do.
final class DataFilter {
    private static final int SHOWN = 300;
    private static final List<String> TRUE = List.of("1", "t", "T", "TRUE", "true", "True");
    private static final List<String> FALSE = List.of("0", "f", "F", "FALSE", "false", "False");

    private DataFilter() {}

    static Clause clause(Dependency.Data filter, Event event, Budget budget) {
        var what =
                "data "
                        + filter.path()
                        + " "
                        + (filter.type().equals("bool") ? "=" : filter.comparator())
                        + " "
                        + filter.values().stream()
                                .map(value -> filter.type().equals("string") ? '"' + value + '"' : value)
                                .collect(Collectors.joining(" or "));
        try {
            var found = event.payload().find(filter.path(), budget);
            if (!found.exists()) {
                return Clause.failed(what, "path " + filter.path() + " does not exist");
            }
            return Clause.leaf(what, shown(found), matches(filter, found, budget));
        } catch (EvaluationFailed e) {
            return Clause.failed(what, e.getMessage());
        }
    }

    private static String shown(Found found) {
        return shown(found.isNull() ? "null" : found.text());
    }

    static String shown(String text) {
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    }

    private static boolean matches(Dependency.Data filter, Found actual, Budget budget) {
        for (var wanted : filter.values()) {
            boolean matched =
                    switch (filter.type()) {
                        case "string" -> string(filter.comparator(), wanted, actual, budget);
                        case "number" -> number(filter.comparator(), wanted, actual.number());
                        case "bool" -> truth(wanted) == actual.truth();
                        default -> throw new EvaluationFailed("unsupported JSON type " + filter.type());
                    };
            if (matched) {
                return true;
            }
        }
        return false;
    }

    private static boolean string(String comparator, String pattern, Found actual, Budget budget) {
        boolean found = GoRegex.find(pattern, actual.text(), budget);
        return switch (comparator) {
            case "=" -> found;
            case "!=" -> !found;
            default -> false;
        };
    }

    private static boolean number(String comparator, String wanted, double actual) {
        var read = GoNumber.read(wanted);
        if (read.isEmpty() || GoNumber.isTooLarge(wanted, read.getAsDouble())) {
            throw new EvaluationFailed("\"" + wanted + "\" is not a number");
        }
        double limit = read.getAsDouble();
        return switch (comparator) {
            case ">=" -> actual >= limit;
            case ">" -> actual > limit;
            case "=" -> actual == limit;
            case "!=" -> actual != limit;
            case "<" -> actual < limit;
            default -> actual <= limit;
        };
    }

    private static boolean truth(String wanted) {
        if (TRUE.contains(wanted)) {
            return true;
        }
        if (FALSE.contains(wanted)) {
            return false;
        }
        throw new EvaluationFailed("\"" + wanted + "\" is not a truth value");
    }
}
