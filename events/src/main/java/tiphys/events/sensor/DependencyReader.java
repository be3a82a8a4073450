package tiphys.events.sensor;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;

/// Reads a sensor's dependencies and their filters.
final class DependencyReader {
    private static final Set<String> TYPES = Set.of("bool", "number", "string");
    private static final Set<String> COMPARATORS = Set.of(">=", ">", "=", "!=", "<", "<=", "");
    private static final Pattern TIME_OF_DAY =
            Pattern.compile("([01]?[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.,][0-9]+)?");

    private DependencyReader() {}

    static Dependency read(Fields fields) {
        var filters = fields.at("filters");
        if (filters.has("filtersLogicalOperator")) {
            filters.warn(
                    "filtersLogicalOperator",
                    filters.path("filtersLogicalOperator") + " has no effect: it belongs beside filters, not inside");
        }
        var data = new ArrayList<Dependency.Data>();
        filters.each("data").forEach(one -> data.add(data(one)));
        var exprs = new ArrayList<Dependency.Expr>();
        filters.each("exprs").forEach(one -> exprs.add(expr(one)));
        return new Dependency(
                fields.required("name"),
                fields.required("eventSourceName"),
                fields.required("eventName"),
                transform(fields.at("transform")),
                new Dependency.Filters(
                        fields.has("filters"),
                        operator(fields, "filtersLogicalOperator"),
                        operator(filters, "dataLogicalOperator"),
                        operator(filters, "exprLogicalOperator"),
                        data,
                        exprs,
                        filters.has("context") ? Optional.of(context(filters.at("context"))) : Optional.empty(),
                        filters.has("time") ? Optional.of(time(filters.at("time"))) : Optional.empty(),
                        read(filters, "script", Script::lua)));
    }

    /// jq comes first, as in Argo.
    private static Optional<Dependency.Transform> transform(Fields fields) {
        var jq = read(fields, "jq", Script::jq);
        var lua = read(fields, "script", Script::lua);
        return jq.<Dependency.Transform>map(Dependency.Transform.ByJq::new)
                .or(() -> lua.map(Dependency.Transform.ByLua::new));
    }

    /// A text in a language of its own; one that cannot be read fails whatever needs it, and nothing else.
    static <T> Optional<Script<T>> read(Fields fields, String field, Function<String, Script<T>> reader) {
        var text = fields.text(field);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        var script = reader.apply(text);
        script.problem()
                .ifPresent(why -> fields.error(Codes.SCRIPT, field, fields.path(field) + " cannot be read: " + why));
        return Optional.of(script);
    }

    private static Dependency.Operator operator(Fields fields, String field) {
        var text = fields.text(field);
        if (text.equals("or")) {
            return Dependency.Operator.OR;
        }
        if (!text.isEmpty() && !text.equals("and")) {
            fields.invalid(field, "must be and or or, not \"" + text + "\"");
        }
        return Dependency.Operator.AND;
    }

    private static Dependency.Data data(Fields fields) {
        var type = fields.required("type");
        if (!type.isEmpty() && !TYPES.contains(type)) {
            fields.invalid("type", "must be bool, number or string, not \"" + type + "\"");
        }
        var comparator = fields.text("comparator");
        if (!COMPARATORS.contains(comparator)) {
            fields.invalid("comparator", "must be one of >=, >, =, !=, <, <=, not \"" + comparator + "\"");
        }
        var values = fields.texts("value");
        if (values.isEmpty() || values.contains("")) {
            fields.invalid("value", "must be a list of one or more texts that are not empty");
        }
        var path = fields.required("path");
        if (path.contains(",") && !path.startsWith("[") && !path.startsWith("{")) {
            fields.error(
                    Codes.INVALID,
                    "path",
                    fields.path("path") + " is \"" + path + "\"; several paths must stand in brackets: [" + path + "]");
        }
        return new Dependency.Data(
                path,
                type,
                comparator.isEmpty() ? "=" : comparator,
                values,
                read(fields, "template", Script::template));
    }

    private static Dependency.Expr expr(Fields fields) {
        var names = new ArrayList<Dependency.Field>();
        fields.each("fields")
                .forEach(one -> names.add(new Dependency.Field(one.required("name"), one.required("path"))));
        if (names.isEmpty()) {
            fields.warn("fields", fields.path("fields") + " is empty, so the expression is skipped, as Argo does");
        }
        return new Dependency.Expr(fields.required("expr"), names);
    }

    private static Dependency.Context context(Fields fields) {
        for (var ignored : Set.of("id", "specversion", "time")) {
            if (fields.has(ignored)) {
                fields.warn(ignored, fields.path(ignored) + " is not compared, as in Argo");
            }
        }
        return new Dependency.Context(
                fields.text("type"), fields.text("subject"), fields.text("source"), fields.text("datacontenttype"));
    }

    private static Dependency.Time time(Fields fields) {
        var start = clock(fields, "start");
        var stop = clock(fields, "stop");
        if (!start.isEmpty() && !stop.isEmpty() && Dependency.Time.at(start).equals(Dependency.Time.at(stop))) {
            fields.invalid("stop", "must differ from start, but both are " + start);
        }
        var zone = fields.text("timezone");
        try {
            if (!zone.isEmpty()) {
                ZoneId.of(zone);
            }
        } catch (DateTimeException _) {
            fields.invalid("timezone", "must be a name such as Europe/Berlin, not \"" + zone + "\"");
        }
        return new Dependency.Time(start, stop, zone);
    }

    private static String clock(Fields fields, String field) {
        var text = fields.required(field);
        if (!text.isEmpty() && !TIME_OF_DAY.matcher(text).matches()) {
            fields.invalid(field, "must be a time of day such as 09:30:00, not \"" + text + "\"");
            return "";
        }
        return text;
    }
}
