package tiphys.events.verdict;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tiphys.events.Event;
import tiphys.events.sensor.Dependency;
import tiphys.events.sensor.Script;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Moment;
import tiphys.language.gjson.Found;
import tiphys.language.gjson.GjsonPath;
import tiphys.language.gotemplate.GoTemplate;
import tiphys.language.gotext.GoNumber;
import tiphys.language.regex.GoRegex;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

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
            var compared = filter.template().isPresent() ? made(filter.template().get(), found, event, budget) : found;
            return Clause.leaf(what, shown(compared), matches(filter, compared, budget));
        } catch (EvaluationFailed e) {
            return Clause.failed(what, e.getMessage());
        }
    }

    /// What a template makes of a value, as a text.
    private static Found made(Script<GoTemplate> template, Found value, Event event, Budget budget) {
        var data = Map.of("Input", value.text());
        var text = template.program().execute(data, budget, new Moment(event.time(), Transforms.seed(event)));
        if (text.isEmpty() || text.equals("<no value>")) {
            throw new EvaluationFailed("the template makes nothing of \"" + shown(value) + "\"");
        }
        return GjsonPath.first(Json.write(Value.text(text)));
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
