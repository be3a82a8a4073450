package tiphys.language.jq;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import tiphys.language.Budget;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Functions of an input and arguments, each of which gives one value.
final class JqFunctions {
    private static final Set<String> KNOWN =
            Set.of(
                    "length/0",
                    "utf8bytelength/0",
                    "keys/0",
                    "keys_unsorted/0",
                    "has/1",
                    "contains/1",
                    "type/0",
                    "add/0",
                    "tostring/0",
                    "tonumber/0",
                    "tojson/0",
                    "fromjson/0",
                    "reverse/0",
                    "sort/0",
                    "unique/0",
                    "min/0",
                    "max/0",
                    "flatten/0",
                    "flatten/1",
                    "join/1",
                    "split/1",
                    "split/2",
                    "ltrimstr/1",
                    "rtrimstr/1",
                    "trimstr/1",
                    "startswith/1",
                    "endswith/1",
                    "trim/0",
                    "ltrim/0",
                    "rtrim/0",
                    "explode/0",
                    "implode/0",
                    "indices/1",
                    "setpath/2",
                    "delpaths/1",
                    "_sort_by/1",
                    "_group_by/1",
                    "_min_by/1",
                    "_max_by/1",
                    "test/2",
                    "_match/2",
                    "infinite/0",
                    "nan/0",
                    "isinfinite/0",
                    "isnan/0",
                    "isnormal/0",
                    "isvalid/1",
                    "pow/2",
                    "atan2/2",
                    "log2/0",
                    "exp10/0",
                    "exp2/0",
                    "gmtime/0",
                    "localtime/0",
                    "mktime/0",
                    "strftime/1",
                    "strflocaltime/1",
                    "strptime/1",
                    "builtins/0",
                    "splits/0",
                    "tojson/1",
                    "bsearch/1",
                    "ascii/1",
                    "significand/0",
                    "logb/0",
                    "fmin/2",
                    "fmax/2",
                    "fma/3",
                    "getpath/1",
                    "now/0",
                    "input/0",
                    "inputs/0",
                    "get_search_list/0",
                    "input_filename/0",
                    "getpath/2",
                    "error/2",
                    "ltrimstr/0",
                    "halt/0",
                    "trunc/0",
                    "round/0",
                    "to_number/0");

    private static final Map<String, DoubleUnaryOperator> MATHS =
            Map.ofEntries(
                    Map.entry("floor", Math::floor),
                    Map.entry("ceil", Math::ceil),
                    Map.entry("sqrt", Math::sqrt),
                    Map.entry("exp", Math::exp),
                    Map.entry("log", Math::log),
                    Map.entry("log10", Math::log10),
                    Map.entry("sin", Math::sin),
                    Map.entry("cos", Math::cos),
                    Map.entry("tan", Math::tan),
                    Map.entry("asin", Math::asin),
                    Map.entry("acos", Math::acos),
                    Map.entry("atan", Math::atan),
                    Map.entry("fabs", Math::abs),
                    Map.entry("cbrt", Math::cbrt),
                    Map.entry("rint", Math::rint),
                    Map.entry("sinh", Math::sinh),
                    Map.entry("cosh", Math::cosh),
                    Map.entry("tanh", Math::tanh),
                    Map.entry("expm1", Math::expm1),
                    Map.entry("log1p", Math::log1p),
                    Map.entry("nearbyint", Math::rint));

    private JqFunctions() {}

    static boolean known(String id) {
        return KNOWN.contains(id) || (id.endsWith("/0") && MATHS.containsKey(id.substring(0, id.length() - 2)));
    }

    static Value of(String name, Value in, List<Value> arguments, Budget budget) {
        var math = MATHS.get(name);
        if (math != null) {
            return JqValues.number(math.applyAsDouble(number(in, name)));
        }
        return switch (arguments.size()) {
            case 0 -> none(name, in, budget);
            case 1 -> one(name, in, arguments.getFirst(), budget);
            default -> many(name, in, arguments, budget);
        };
    }

    private static double number(Value value, String function) {
        if (value instanceof Value.Number) {
            return JqValues.number(value);
        }
        throw JqOperators.inapplicable(function, value);
    }

    private static Value none(String name, Value in, Budget budget) {
        return switch (name) {
            case "length" -> length(in);
            case "utf8bytelength" -> Value.number(JqOperators.text(in, name).getBytes(StandardCharsets.UTF_8).length);
            case "keys", "keys_unsorted" -> keys(in, name);
            case "type" -> Value.text(JqValues.type(in));
            case "add" -> added(in, budget);
            case "tostring" -> Value.text(JqFormats.text(in));
            case "tonumber" -> read(in);
            case "tojson" -> Value.text(JqValues.plainJson(in));
            case "fromjson" -> parsed(JqOperators.text(in, name));
            case "reverse" -> reversed(in);
            case "sort" -> sorted(JqOperators.items(in, name));
            case "unique" -> unique(JqOperators.items(in, name));
            case "min" -> best(JqOperators.items(in, name), JqOperators.items(in, name), -1);
            case "max" -> best(JqOperators.items(in, name), JqOperators.items(in, name), 1);
            case "flatten" -> flat(in, Integer.MAX_VALUE, budget);
            case "trim" -> Value.text(JqOperators.text(in, name).strip());
            case "ltrim" -> Value.text(JqOperators.text(in, name).stripLeading());
            case "rtrim" -> Value.text(JqOperators.text(in, name).stripTrailing());
            case "explode" -> Value.list(JqOperators.text(in, name).codePoints().mapToObj(Value::number).toList());
            case "implode" -> imploded(JqOperators.items(in, name));
            case "infinite" -> JqValues.number(Double.MAX_VALUE);
            case "nan" -> JqValues.NULL;
            case "isinfinite" -> Value.bool(Math.abs(number(in, name)) == Double.MAX_VALUE);
            case "isnan" -> Value.bool(in instanceof Value.Null);
            case "isnormal" -> Value.bool(Math.abs(number(in, name)) >= Double.MIN_NORMAL);
            case "log2" -> JqValues.number(Math.log(number(in, name)) / Math.log(2));
            case "exp10" -> JqValues.number(Math.pow(10, number(in, name)));
            case "exp2" -> JqValues.number(Math.pow(2, number(in, name)));
            case "trunc" -> JqValues.number((double) (long) number(in, name));
            case "round" ->
                    JqValues.number(Math.signum(number(in, name)) * Math.floor(Math.abs(number(in, name)) + 0.5));
            case "gmtime", "localtime" -> broken(number(in, name));
            case "mktime" -> JqValues.number(seconds(in));
            case "builtins" ->
                    Value.list(
                            KNOWN.stream().filter(id -> !id.startsWith("_")).sorted().<Value>map(Value::text).toList());
            default -> throw new JqError("function not defined: " + name + "/0");
        };
    }

    private static Value one(String name, Value in, Value argument, Budget budget) {
        return switch (name) {
            case "has" -> has(in, argument);
            case "contains" -> Value.bool(contains(in, argument));
            case "flatten" -> {
                double depth = JqOperators.real(argument);
                if (depth < 0) {
                    throw new JqError("flatten depth must not be negative: " + JqValues.json(argument));
                }
                yield flat(in, (int) depth, budget);
            }
            case "join" -> joined(JqOperators.items(in, name), argument, budget);
            case "split" -> JqOperators.split(JqOperators.text(in, name), JqOperators.text(argument, name), budget);
            case "ltrimstr" ->
                    in instanceof Value.Text(var text, _)
                                    && argument instanceof Value.Text(var part, _)
                                    && text.startsWith(part)
                            ? Value.text(text.substring(part.length()))
                            : in;
            case "rtrimstr" ->
                    in instanceof Value.Text(var text, _)
                                    && argument instanceof Value.Text(var part, _)
                                    && text.endsWith(part)
                            ? Value.text(text.substring(0, text.length() - part.length()))
                            : in;
            case "trimstr" -> one("rtrimstr", one("ltrimstr", in, argument, budget), argument, budget);
            case "startswith" -> Value.bool(JqOperators.text(in, name).startsWith(JqOperators.text(argument, name)));
            case "endswith" -> Value.bool(JqOperators.text(in, name).endsWith(JqOperators.text(argument, name)));
            case "indices" -> indices(in, argument);
            case "delpaths" -> JqPaths.without(in, JqOperators.items(argument, name));
            case "_sort_by" -> by(in, argument);
            case "_group_by" -> grouped(in, argument);
            case "_min_by" -> best(JqOperators.items(in, "min_by"), JqOperators.items(argument, "min_by"), -1);
            case "_max_by" -> best(JqOperators.items(in, "max_by"), JqOperators.items(argument, "max_by"), 1);
            case "strftime", "strflocaltime" -> Value.text(formatted(in, JqOperators.text(argument, name)));
            case "strptime" -> read(JqOperators.text(in, name), JqOperators.text(argument, name));
            case "bsearch" -> searched(JqOperators.items(in, name), argument);
            default -> throw new JqError("function not defined: " + name + "/1");
        };
    }

    private static Value many(String name, Value in, List<Value> arguments, Budget budget) {
        return switch (name) {
            case "setpath" -> {
                budget.makeItems(JqOperators.items(arguments.getFirst(), name).size() + 1L);
                yield JqPaths.set(in, JqOperators.items(arguments.getFirst(), name), arguments.get(1));
            }
            case "split" -> JqRegex.split(JqOperators.text(in, name), arguments, budget);
            case "test" -> Value.bool(!JqRegex.matches(JqOperators.text(in, name), arguments, budget).isEmpty());
            case "_match" -> Value.list(JqRegex.matches(JqOperators.text(in, "match"), arguments, budget));
            case "pow" ->
                    JqValues.number(
                            Math.pow(JqOperators.real(arguments.getFirst()), JqOperators.real(arguments.get(1))));
            case "atan2" ->
                    JqValues.number(
                            Math.atan2(JqOperators.real(arguments.getFirst()), JqOperators.real(arguments.get(1))));
            case "fmin" ->
                    JqValues.number(
                            Math.min(JqOperators.real(arguments.getFirst()), JqOperators.real(arguments.get(1))));
            case "fmax" ->
                    JqValues.number(
                            Math.max(JqOperators.real(arguments.getFirst()), JqOperators.real(arguments.get(1))));
            default -> throw new JqError("function not defined: " + name + "/" + arguments.size());
        };
    }

    private static Value length(Value in) {
        return switch (in) {
            case Value.Null _ -> Value.number(0);
            case Value.Number _ -> JqValues.number(Math.abs(JqValues.number(in)));
            case Value.Text(var text, _) -> Value.number(text.codePointCount(0, text.length()));
            case Value.Sequence(var items, _) -> Value.number(items.size());
            case Value.Mapping map -> Value.number(map.fields().size());
            case Value.Bool _ -> throw JqOperators.inapplicable("length", in);
        };
    }

    private static Value keys(Value in, String name) {
        if (in instanceof Value.Mapping map) {
            return Value.list(JqValues.keys(map).stream().map(Value::text).toList());
        }
        var keys = new ArrayList<Value>();
        for (int i = 0; i < JqOperators.items(in, name).size(); i++) {
            keys.add(Value.number(i));
        }
        return Value.list(keys);
    }

    private static Value added(Value in, Budget budget) {
        Value sum = JqValues.NULL;
        var all = in instanceof Value.Mapping map ? List.copyOf(map.fields().values()) : JqOperators.items(in, "add");
        for (var one : all) {
            sum = JqOperators.sum(sum, one, budget);
        }
        return sum;
    }

    private static Value read(Value in) {
        if (in instanceof Value.Number) {
            return in;
        }
        var text = JqOperators.text(in, "tonumber");
        try {
            if (!text.equals(text.strip()) || text.isEmpty() || !text.matches("[-+]?[0-9.]+([eE][-+]?[0-9]+)?")) {
                throw new NumberFormatException(text);
            }
            return JqValues.number(Double.parseDouble(text));
        } catch (NumberFormatException e) {
            throw new JqError("tonumber cannot be applied to: " + JqValues.named(in));
        }
    }

    private static Value parsed(String text) {
        try {
            return Json.parse(text);
        } catch (InvalidInput e) {
            throw new JqError(
                    "fromjson cannot be applied to " + JqValues.named(Value.text(text)) + ": " + e.getMessage());
        }
    }

    private static Value reversed(Value in) {
        return switch (in) {
            case Value.Null _ -> Value.list(List.of());
            case Value.Text(var text, _) -> Value.text(new StringBuilder(text).reverse().toString());
            case Value.Sequence(var items, _) -> Value.list(items.reversed());
            case Value.Bool _, Value.Number _, Value.Mapping _ -> throw JqOperators.inapplicable("reverse", in);
        };
    }

    private static Value sorted(List<Value> items) {
        var all = new ArrayList<>(items);
        all.sort(JqValues.ORDER);
        return Value.list(all);
    }

    private static Value unique(List<Value> items) {
        var all = new ArrayList<Value>();
        for (var item : ((Value.Sequence) sorted(items)).items()) {
            if (all.isEmpty() || JqValues.compare(all.getLast(), item) != 0) {
                all.add(item);
            }
        }
        return Value.list(all);
    }

    /// @param sign 1 for the largest, and the last of equals; -1 for the smallest, and the first
    private static Value best(List<Value> items, List<Value> keys, int sign) {
        int best = -1;
        for (int i = 0; i < items.size(); i++) {
            int order = best < 0 ? 1 : sign * JqValues.compare(keys.get(i), keys.get(best));
            if (order > 0 || (order == 0 && sign > 0)) {
                best = i;
            }
        }
        return best < 0 ? JqValues.NULL : items.get(best);
    }

    private static List<Integer> order(List<Value> keys) {
        var places = new ArrayList<Integer>();
        for (int i = 0; i < keys.size(); i++) {
            places.add(i);
        }
        places.sort((a, b) -> JqValues.compare(keys.get(a), keys.get(b)));
        return places;
    }

    private static Value by(Value in, Value keys) {
        var items = JqOperators.items(in, "sort_by");
        return Value.list(order(JqOperators.items(keys, "sort_by")).stream().map(items::get).toList());
    }

    private static Value grouped(Value in, Value keys) {
        var items = JqOperators.items(in, "group_by");
        var by = JqOperators.items(keys, "group_by");
        var groups = new ArrayList<List<Value>>();
        int last = -1;
        for (int place : order(by)) {
            if (last < 0 || JqValues.compare(by.get(last), by.get(place)) != 0) {
                groups.add(new ArrayList<>());
            }
            groups.getLast().add(items.get(place));
            last = place;
        }
        return Value.list(groups.stream().map(Value::list).toList());
    }

    private static Value flat(Value in, int depth, Budget budget) {
        var all = new ArrayList<Value>();
        flat(
                in instanceof Value.Mapping map ? List.copyOf(map.fields().values()) : JqOperators.items(in, "flatten"),
                depth,
                all,
                budget);
        return Value.list(all);
    }

    private static void flat(List<Value> items, int depth, List<Value> into, Budget budget) {
        for (var item : items) {
            if (depth > 0 && item instanceof Value.Sequence(var inner, _)) {
                flat(inner, depth - 1, into, budget);
            } else {
                budget.makeItems(1);
                into.add(item);
            }
        }
    }

    private static Value imploded(List<Value> items) {
        var out = new StringBuilder();
        for (var item : items) {
            int point = item instanceof Value.Number ? (int) JqValues.number(item) : -1;
            if (!Character.isValidCodePoint(point)) {
                throw new JqError("implode cannot be applied to: " + JqValues.named(Value.list(items)));
            }
            out.appendCodePoint(point);
        }
        return Value.text(out.toString());
    }

    private static Value joined(List<Value> items, Value separator, Budget budget) {
        var out = new StringBuilder();
        for (int i = 0; i < items.size(); i++) {
            var item = items.get(i);
            if (item instanceof Value.Sequence || item instanceof Value.Mapping) {
                throw new JqError("cannot add: " + JqValues.named(separator) + " and " + JqValues.named(item));
            }
            var text = item instanceof Value.Null ? "" : JqFormats.text(item);
            budget.make(text.length() + 1L);
            out.append(i > 0 ? JqOperators.text(separator, "join") : "").append(text);
        }
        return Value.text(out.toString());
    }

    private static Value has(Value in, Value key) {
        if (in instanceof Value.Mapping map && key instanceof Value.Text(var name, _)) {
            return Value.bool(map.find(name).isPresent());
        }
        if (in instanceof Value.Sequence(var items, _) && key instanceof Value.Number) {
            double place = JqValues.number(key);
            return Value.bool(place >= 0 && place < items.size());
        }
        throw new JqError("has(" + JqValues.json(key) + ") cannot be applied to: " + JqValues.named(in));
    }

    private static boolean contains(Value in, Value wanted) {
        if (in instanceof Value.Text(var text, _) && wanted instanceof Value.Text(var part, _)) {
            return text.contains(part);
        }
        if (in instanceof Value.Sequence(var items, _) && wanted instanceof Value.Sequence(var all, _)) {
            return all.stream()
                    .allMatch(one -> items.stream().anyMatch(item -> same(item, one) && contains(item, one)));
        }
        if (in instanceof Value.Mapping map && wanted instanceof Value.Mapping part) {
            return part.fields().entrySet().stream()
                    .allMatch(entry ->
                            map.find(entry.getKey())
                                    .filter(value -> same(value, entry.getValue()) && contains(value, entry.getValue()))
                                    .isPresent());
        }
        if (same(in, wanted)) {
            return JqValues.compare(in, wanted) == 0;
        }
        throw new JqError("contains(" + JqValues.json(wanted) + ") cannot be applied to: " + JqValues.named(in));
    }

    private static boolean same(Value one, Value other) {
        return JqValues.type(one).equals(JqValues.type(other));
    }

    private static Value indices(Value in, Value wanted) {
        if (in instanceof Value.Null) {
            return in;
        }
        if (in instanceof Value.Text(var text, _) && wanted instanceof Value.Text(var part, _)) {
            var found = new ArrayList<Value>();
            for (int at = text.indexOf(part); at >= 0 && !part.isEmpty(); at = text.indexOf(part, at + 1)) {
                found.add(Value.number(text.codePointCount(0, at)));
            }
            return Value.list(found);
        }
        return JqPaths.get(in, wanted instanceof Value.Sequence ? wanted : Value.list(List.of(wanted)));
    }

    private static Value searched(List<Value> items, Value wanted) {
        int at = java.util.Collections.binarySearch(items, wanted, JqValues.ORDER);
        return Value.number(at);
    }

    private static Value broken(double seconds) {
        try {
            long whole = (long) Math.floor(seconds);
            var time = LocalDateTime.ofEpochSecond(whole, 0, ZoneOffset.UTC);
            return Value.list(
                    List.of(
                            Value.number(time.getYear()),
                            Value.number(time.getMonthValue() - 1L),
                            Value.number(time.getDayOfMonth()),
                            Value.number(time.getHour()),
                            Value.number(time.getMinute()),
                            JqValues.number(time.getSecond() + (seconds - whole)),
                            Value.number(time.getDayOfWeek().getValue() % 7),
                            Value.number(time.getDayOfYear() - 1L)));
        } catch (DateTimeException e) {
            throw new JqError("gmtime cannot be applied to: " + JqValues.named(JqValues.number(seconds)));
        }
    }

    private static double seconds(Value in) {
        var parts = JqOperators.items(in, "mktime");
        try {
            return LocalDateTime.of(
                                    (int) JqOperators.whole(parts.get(0)),
                                    (int) JqOperators.whole(parts.get(1)) + 1,
                                    (int) JqOperators.whole(parts.get(2)),
                                    (int) JqOperators.whole(parts.get(3)),
                                    (int) JqOperators.whole(parts.get(4)),
                                    (int) JqOperators.whole(parts.get(5)))
                            .toInstant(ZoneOffset.UTC)
                            .toEpochMilli()
                    / 1_000.0;
        } catch (DateTimeException | IndexOutOfBoundsException e) {
            throw new JqError("mktime requires array of 6 numbers: " + JqValues.named(in));
        }
    }

    private static String formatted(Value in, String format) {
        double at = in instanceof Value.Number ? JqValues.number(in) : seconds(in);
        ZonedDateTime time = Instant.ofEpochSecond((long) Math.floor(at)).atZone(ZoneOffset.UTC);
        var out = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            if (format.charAt(i) != '%' || i + 1 == format.length()) {
                out.append(format.charAt(i));
                continue;
            }
            char letter = format.charAt(++i);
            out.append(
                    switch (letter) {
                        case '%' -> "%";
                        case 's' -> Long.toString(time.toEpochSecond());
                        case 'j' -> "%03d".formatted(time.getDayOfYear());
                        case 'e' -> "%2d".formatted(time.getDayOfMonth());
                        case 'F' -> time.toLocalDate().toString();
                        case 'T' -> "%02d:%02d:%02d".formatted(time.getHour(), time.getMinute(), time.getSecond());
                        case 'Z' -> "UTC";
                        case 'z' -> "+0000";
                        case 'u' -> Integer.toString(time.getDayOfWeek().getValue());
                        case 'w' -> Integer.toString(time.getDayOfWeek().getValue() % 7);
                        default ->
                                tiphys.language.gotext.Strftime.part(letter, time)
                                        .orElseThrow(() -> new JqError("strftime has no %" + letter));
                    });
        }
        return out.toString();
    }

    private static Value read(String text, String format) {
        try {
            var time =
                    switch (format) {
                        case "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S%z" ->
                                java.time.OffsetDateTime.parse(text).toInstant();
                        case "%Y-%m-%d" -> java.time.LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
                        case "%Y-%m-%d %H:%M:%S" ->
                                LocalDateTime.parse(text.replace(' ', 'T')).toInstant(ZoneOffset.UTC);
                        default -> throw new JqError("strptime does not know the format " + format);
                    };
            return broken((double) time.getEpochSecond());
        } catch (DateTimeException e) {
            throw new JqError("strptime cannot parse \"" + text + "\" by \"" + format + "\"");
        }
    }

    static Value.Mapping object(Object... keysAndValues) {
        var fields = new LinkedHashMap<String, Value>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            fields.put((String) keysAndValues[i], (Value) keysAndValues[i + 1]);
        }
        return JqValues.map(fields);
    }
}
