package tiphys.events.verdict;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tiphys.events.Event;
import tiphys.events.spec.Dependency;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.gjson.GjsonPath;
import tiphys.language.regex.GoRegex;
import tiphys.manifest.Value;

/// Compares one value of an event's data as Argo's data filters do.
final class DataFilter {
    private static final int SHOWN = 300;
    private static final int LONGEST_NUMBER = 400;
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?");
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
            var found = GjsonPath.get(event.data(), filter.path(), budget);
            if (found.isEmpty()) {
                return Clause.failed(what, "path " + filter.path() + " does not exist");
            }
            return Clause.leaf(what, shown(found.get()), matches(filter, found.get(), budget));
        } catch (EvaluationFailed e) {
            return Clause.failed(what, e.getMessage());
        }
    }

    static String shown(Value value) {
        var text = value instanceof Value.Null ? "null" : GjsonPath.text(value);
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    }

    private static boolean matches(Dependency.Data filter, Value actual, Budget budget) {
        for (var wanted : filter.values()) {
            boolean matched =
                    switch (filter.type()) {
                        case "string" -> string(filter.comparator(), wanted, actual, budget);
                        case "number" -> number(filter.comparator(), wanted, actual);
                        case "bool" -> truth(wanted) == truth(actual);
                        default -> throw new EvaluationFailed("unsupported JSON type " + filter.type());
                    };
            if (matched) {
                return true;
            }
        }
        return false;
    }

    private static boolean string(String comparator, String pattern, Value actual, Budget budget) {
        return switch (comparator) {
            case "=" -> GoRegex.find(pattern, GjsonPath.text(actual), budget);
            case "!=" -> !GoRegex.find(pattern, GjsonPath.text(actual), budget);
            default -> false;
        };
    }

    private static boolean number(String comparator, String wanted, Value actual) {
        if (wanted.length() > LONGEST_NUMBER || !NUMBER.matcher(wanted).matches()) {
            throw new EvaluationFailed("\"" + wanted + "\" is not a number");
        }
        double limit = Double.parseDouble(wanted);
        int order = Double.compare(number(actual), limit == 0 ? 0.0 : limit);
        return switch (comparator) {
            case ">=" -> order >= 0;
            case ">" -> order > 0;
            case "=" -> order == 0;
            case "!=" -> order != 0;
            case "<" -> order < 0;
            default -> order <= 0;
        };
    }

    /// gjson's number of a value: that of a numeric text, 1 for true, 0 for everything else.
    private static double number(Value actual) {
        double number =
                switch (actual) {
                    case Value.Number(var literal, _) -> Double.parseDouble(literal);
                    case Value.Bool(var truth, _) -> truth ? 1 : 0;
                    case Value.Text(var text, _) -> parsed(text);
                    case Value.Null _, Value.Sequence _, Value.Mapping _ -> 0;
                };
        return number == 0 ? 0.0 : number;
    }

    private static double parsed(String text) {
        return text.length() <= LONGEST_NUMBER && NUMBER.matcher(text).matches() ? Double.parseDouble(text) : 0;
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

    private static boolean truth(Value actual) {
        return switch (actual) {
            case Value.Bool(var truth, _) -> truth;
            case Value.Number(var literal, _) -> Double.parseDouble(literal) != 0;
            case Value.Text(var text, _) -> TRUE.contains(text);
            case Value.Null _, Value.Sequence _, Value.Mapping _ -> false;
        };
    }
}
