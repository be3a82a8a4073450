package tiphys.language.expr;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.gotext.GoDuration;
import tiphys.language.gotext.GoJson;
import tiphys.language.gotext.GoText;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;

/// The functions that an expression may call, beside those with predicates: expr's own, Argo's, and Sprig's.
final class ExprFunctions {
    /// A function; arguments of the wrong kind or number may end in a ClassCastException or IndexOutOfBoundsException.
    interface Function {
        @Nullable Object call(Arguments arguments, ExprEvaluation evaluation);
    }

    private static final Map<String, Function> ALL = all();
    private static final Set<String> NAMES = known();

    private ExprFunctions() {}

    static boolean known(String name) {
        return NAMES.contains(name);
    }

    static Set<String> names() {
        return NAMES;
    }

    static @Nullable Object call(String name, Arguments arguments, ExprEvaluation evaluation) {
        var function = ALL.get(name);
        if (function == null) {
            throw new EvaluationFailed("unknown name " + name);
        }
        return function.call(arguments, evaluation);
    }

    private static Set<String> known() {
        var names = new LinkedHashSet<>(ALL.keySet());
        names.addAll(ExprPredicates.names());
        return Set.copyOf(names);
    }

    private static Map<String, Function> all() {
        var all = new HashMap<String, Function>();
        texts(all);
        numbers(all);
        lists(all);
        others(all);
        SprigFunctions.add(all);
        return Map.copyOf(all);
    }

    private static void texts(Map<String, Function> all) {
        all.put("trim", (a, _) -> a.size() > 1 ? trimmed(text(a, 0), text(a, 1)) : text(a, 0).strip());
        all.put(
                "trimPrefix",
                (a, _) -> text(a, 0).startsWith(text(a, 1)) ? text(a, 0).substring(text(a, 1).length()) : text(a, 0));
        all.put(
                "trimSuffix",
                (a, _) ->
                        text(a, 0).endsWith(text(a, 1))
                                ? text(a, 0).substring(0, text(a, 0).length() - text(a, 1).length())
                                : text(a, 0));
        all.put("upper", (a, _) -> text(a, 0).toUpperCase(Locale.ROOT));
        all.put("lower", (a, _) -> text(a, 0).toLowerCase(Locale.ROOT));
        all.put("split", (a, _) -> split(text(a, 0), text(a, 1), a.size() > 2 ? whole(a, 2) : -1, false));
        all.put("splitAfter", (a, _) -> split(text(a, 0), text(a, 1), a.size() > 2 ? whole(a, 2) : -1, true));
        all.put("replace", (a, e) -> replaced(text(a, 0), text(a, 1), text(a, 2), e.budget()));
        all.put("repeat", (a, e) -> repeated(text(a, 0), whole(a, 1), e.budget()));
        all.put("indexOf", (a, _) -> (long) text(a, 0).indexOf(text(a, 1)));
        all.put("lastIndexOf", (a, _) -> (long) text(a, 0).lastIndexOf(text(a, 1)));
        all.put("hasPrefix", (a, _) -> text(a, 0).startsWith(text(a, 1)));
        all.put("hasSuffix", (a, _) -> text(a, 0).endsWith(text(a, 1)));
        all.put("string", (a, _) -> GoText.print(a.getFirst()));
        all.put("join", (a, e) -> joined(list(a, 0), a.size() > 1 ? text(a, 1) : "", e.budget()));
        all.put("toBase64", (a, _) -> Base64.getEncoder().encodeToString(text(a, 0).getBytes(StandardCharsets.UTF_8)));
        all.put("fromBase64", (a, _) -> base64(text(a, 0)));
    }

    private static void numbers(Map<String, Function> all) {
        all.put("int", (a, _) -> toInt(a.getFirst()));
        all.put("asInt", (a, _) -> toInt(a.getFirst()));
        all.put("float", (a, _) -> toFloat(a.getFirst()));
        all.put("asFloat", (a, _) -> toFloat(a.getFirst()));
        all.put("abs", (a, _) -> a.getFirst() instanceof Long n ? Math.abs(n) : (Object) Math.abs(number(a, 0)));
        all.put("ceil", (a, _) -> Math.ceil(number(a, 0)));
        all.put("floor", (a, _) -> Math.floor(number(a, 0)));
        all.put("round", (a, _) -> Math.signum(number(a, 0)) * Math.floor(Math.abs(number(a, 0)) + 0.5));
        all.put("min", (a, _) -> extreme(a, -1));
        all.put("max", (a, _) -> extreme(a, 1));
        all.put(
                "mean",
                (a, _) -> flat(a).isEmpty() ? (Object) 0L : ((Number) sum(flat(a))).doubleValue() / flat(a).size());
        all.put("median", (a, _) -> median(flat(a)));
        all.put("bitand", (a, _) -> whole(a, 0) & whole(a, 1));
        all.put("bitor", (a, _) -> whole(a, 0) | whole(a, 1));
        all.put("bitxor", (a, _) -> whole(a, 0) ^ whole(a, 1));
        all.put("bitnand", (a, _) -> whole(a, 0) & ~whole(a, 1));
        all.put("bitnot", (a, _) -> ~whole(a, 0));
        all.put("bitshl", (a, _) -> whole(a, 1) > 63 ? 0L : whole(a, 0) << whole(a, 1));
        all.put("bitshr", (a, _) -> whole(a, 0) >> Math.min(63, whole(a, 1)));
        all.put("bitushr", (a, _) -> whole(a, 1) > 63 ? 0L : whole(a, 0) >>> whole(a, 1));
    }

    private static void lists(Map<String, Function> all) {
        all.put("len", (a, _) -> length(a.getFirst()));
        all.put("first", (a, _) -> list(a, 0).isEmpty() ? null : list(a, 0).getFirst());
        all.put("last", (a, _) -> list(a, 0).isEmpty() ? null : list(a, 0).getLast());
        all.put(
                "take",
                (a, _) -> new ArrayList<>(list(a, 0).subList(0, (int) Math.min(list(a, 0).size(), whole(a, 1)))));
        all.put("reverse", (a, _) -> new ArrayList<>(list(a, 0).reversed()));
        all.put("concat", (a, _) -> concat(a));
        all.put("flatten", (a, e) -> flattened(list(a, 0), new ArrayList<>(), e.budget(), 0));
        all.put("uniq", (a, e) -> unique(list(a, 0), e.budget()));
        all.put(
                "sort",
                (a, e) -> {
                    boolean down = a.size() > 1 && "desc".equals(a.get(1));
                    var sorted = new ArrayList<@Nullable Object>(list(a, 0));
                    sorted.sort((x, y) -> {
                        e.budget().spend(1);
                        return down ? ExprValues.compare("<", y, x) : ExprValues.compare("<", x, y);
                    });
                    return sorted;
                });
        all.put("keys", (a, _) -> new ArrayList<@Nullable Object>(map(a, 0).keySet()));
        all.put("values", (a, _) -> new ArrayList<@Nullable Object>(map(a, 0).values()));
        all.put(
                "toPairs",
                (a, _) -> {
                    var pairs = new ArrayList<@Nullable Object>();
                    map(a, 0).forEach((key, value) -> pairs.add(java.util.Arrays.asList(key, value)));
                    return pairs;
                });
        all.put(
                "fromPairs",
                (a, _) -> {
                    var fields = new LinkedHashMap<String, @Nullable Object>();
                    list(a, 0).forEach(pair -> fields.put((String) ((List<?>) pair).get(0), ((List<?>) pair).get(1)));
                    return fields;
                });
        all.put(
                "get",
                (a, _) -> {
                    try {
                        return a.getFirst() == null ? null : ExprOperators.member(a.getFirst(), a.get(1));
                    } catch (EvaluationFailed _) {
                        return null;
                    }
                });
    }

    private static void others(Map<String, Function> all) {
        all.put("type", (a, _) -> ExprValues.type(a.getFirst()));
        all.put("toJSON", (a, _) -> Json.pretty(ExprValues.value(a.getFirst())));
        all.put("toJson", (a, _) -> GoJson.write(ExprValues.value(a.getFirst())));
        all.put("fromJSON", (a, e) -> fromJson(text(a, 0), e.budget()));
        all.put("now", (_, e) -> e.now());
        all.put(
                "duration",
                (a, _) ->
                        GoDuration.parse(text(a, 0))
                                .orElseThrow(
                                        () -> new EvaluationFailed("time: invalid duration \"" + text(a, 0) + "\"")));
        all.put("date", (a, _) -> date(text(a, 0)));
    }

    static String text(Arguments arguments, int index) {
        return (String)
                java.util.Objects.requireNonNullElseGet(
                        arguments.get(index),
                        () -> {
                            throw new ClassCastException();
                        });
    }

    static List<?> list(Arguments arguments, int index) {
        if (arguments.get(index) instanceof List<?> list) {
            return list;
        }
        throw new ClassCastException();
    }

    static Map<?, ?> map(Arguments arguments, int index) {
        if (arguments.get(index) instanceof Map<?, ?> map) {
            return map;
        }
        throw new ClassCastException();
    }

    static long whole(Arguments arguments, int index) {
        return arguments.get(index) instanceof Long number ? number : (long) number(arguments, index);
    }

    static double number(Arguments arguments, int index) {
        if (arguments.get(index) instanceof Number number) {
            return number.doubleValue();
        }
        throw new ClassCastException();
    }

    private static Object toInt(@Nullable Object value) {
        return switch (value) {
            case Long number -> number;
            case Double number -> number.longValue();
            case String text when text.matches("[+-]?[0-9]{1,18}") -> Long.valueOf(text);
            case String text -> throw new EvaluationFailed("strconv.Atoi: parsing \"" + text + "\": invalid syntax");
            case null, default -> throw new EvaluationFailed("invalid operation: int(" + ExprValues.type(value) + ")");
        };
    }

    private static Object toFloat(@Nullable Object value) {
        return switch (value) {
            case Number number -> number.doubleValue();
            case String text -> {
                try {
                    yield Double.valueOf(text.strip().equals(text) ? text : "x");
                } catch (NumberFormatException _) {
                    throw new EvaluationFailed("strconv.ParseFloat: parsing \"" + text + "\": invalid syntax");
                }
            }
            case null, default ->
                    throw new EvaluationFailed("invalid operation: float(" + ExprValues.type(value) + ")");
        };
    }

    static Object sum(List<?> list) {
        Object sum = 0L;
        for (var item : list) {
            if (sum instanceof Long a && item instanceof Long b) {
                sum = a + b;
            } else if (item instanceof Number number) {
                sum = ((Number) sum).doubleValue() + number.doubleValue();
            } else {
                throw ExprValues.operation("+", sum, item);
            }
        }
        return sum;
    }

    private static List<@Nullable Object> flat(Arguments arguments) {
        var flat = new ArrayList<@Nullable Object>();
        for (var argument : arguments.values()) {
            if (argument instanceof List<?> list) {
                flat.addAll(list);
            } else {
                flat.add(argument);
            }
        }
        return flat;
    }

    private static @Nullable Object extreme(Arguments arguments, int sign) {
        @Nullable Object best = null;
        for (var value : flat(arguments)) {
            if (best == null || ExprValues.compare("<", value, best) * sign > 0) {
                best = value;
            }
        }
        return best;
    }

    private static Object median(List<@Nullable Object> values) {
        var numbers =
                values.stream()
                        .map(value -> ((Number) java.util.Objects.requireNonNull(value)).doubleValue())
                        .sorted()
                        .toList();
        int middle = numbers.size() / 2;
        if (numbers.isEmpty()) {
            return 0L;
        }
        return numbers.size() % 2 == 1
                ? numbers.get(middle)
                : (Object) ((numbers.get(middle - 1) + numbers.get(middle)) / 2);
    }

    private static long length(@Nullable Object value) {
        return switch (value) {
            case String text -> text.codePointCount(0, text.length());
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            case null, default ->
                    throw new EvaluationFailed("invalid argument for len (type " + ExprValues.type(value) + ")");
        };
    }

    static String trimmed(String text, String characters) {
        int from = 0;
        int to = text.length();
        while (from < to && characters.indexOf(text.charAt(from)) >= 0) {
            from++;
        }
        while (to > from && characters.indexOf(text.charAt(to - 1)) >= 0) {
            to--;
        }
        return text.substring(from, to);
    }

    static List<@Nullable Object> split(String text, String separator, long limit, boolean keep) {
        var parts = new ArrayList<@Nullable Object>();
        if (limit == 0) {
            return parts;
        }
        int from = 0;
        while (limit < 0 || parts.size() < limit - 1) {
            int at = separator.isEmpty() ? from + 1 : text.indexOf(separator, from);
            if (at < 0 || at > text.length() || (separator.isEmpty() && at == text.length())) {
                break;
            }
            int next = at + separator.length();
            parts.add(text.substring(from, keep ? next : at));
            from = next;
        }
        parts.add(text.substring(from));
        return parts;
    }

    static String replaced(String text, String old, String fresh, Budget budget) {
        long growth = (long) text.length() * Math.max(1, fresh.length()) / Math.max(1, old.length());
        budget.grow(growth);
        return text.replace(old, fresh);
    }

    static String repeated(String text, long count, Budget budget) {
        if (count < 0) {
            throw new EvaluationFailed("negative repeat count");
        }
        budget.grow(count > Integer.MAX_VALUE ? Long.MAX_VALUE : text.length() * count);
        return text.repeat((int) count);
    }

    static String joined(List<?> list, String separator, Budget budget) {
        var out = new java.util.StringJoiner(separator);
        for (var item : list) {
            var part = GoText.print(item);
            budget.grow(part.length() + separator.length());
            out.add(part);
        }
        return out.toString();
    }

    static String base64(String text) {
        try {
            return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw new EvaluationFailed("illegal base64 data");
        }
    }

    static @Nullable Object fromJson(String text, Budget budget) {
        try {
            budget.spend(1 + text.length() / 8);
            return ExprValues.of(Json.parse(text));
        } catch (InvalidInput e) {
            throw new EvaluationFailed("invalid JSON: " + e.getMessage());
        }
    }

    private static List<@Nullable Object> concat(Arguments arguments) {
        var all = new ArrayList<@Nullable Object>();
        for (int i = 0; i < arguments.size(); i++) {
            all.addAll(list(arguments, i));
        }
        return all;
    }

    private static List<@Nullable Object> flattened(
            List<?> list, List<@Nullable Object> into, Budget budget, int depth) {
        budget.spend(list.size());
        for (var item : list) {
            if (item instanceof List<?> inner && depth < 200) {
                flattened(inner, into, budget, depth + 1);
            } else {
                into.add(item);
            }
        }
        return into;
    }

    static List<@Nullable Object> unique(List<?> list, Budget budget) {
        var all = new ArrayList<@Nullable Object>();
        for (var item : list) {
            budget.spend(1 + all.size());
            if (all.stream().noneMatch(other -> ExprValues.same(other, item))) {
                all.add(item);
            }
        }
        return all;
    }

    private static Instant date(String text) {
        try {
            return text.length() == 10
                    ? Instant.parse(text + "T00:00:00Z")
                    : java.time.OffsetDateTime.parse(text).toInstant();
        } catch (java.time.format.DateTimeParseException _) {
            throw new EvaluationFailed("invalid date " + text);
        }
    }
}
