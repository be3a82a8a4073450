package tiphys.language.expr;

import static tiphys.language.expr.ExprFunctions.list;
import static tiphys.language.expr.ExprFunctions.map;
import static tiphys.language.expr.ExprFunctions.text;
import static tiphys.language.expr.ExprFunctions.whole;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.expr.ExprFunctions.Function;
import tiphys.language.gotext.GoJson;
import tiphys.language.gotext.GoText;
import tiphys.language.regex.GoRegex;
import tiphys.manifest.Json;

/// Sprig's functions as far as workflows are seen to use them, under `sprig.`. In Sprig what is worked on comes last.
/// Those that need chance, the environment or the network are not here.
final class SprigFunctions {
    private SprigFunctions() {}

    static void add(Map<String, Function> all) {
        texts(all);
        values(all);
        lists(all);
        numbers(all);
    }

    private static void texts(Map<String, Function> all) {
        all.put("sprig.trim", (a, _) -> string(a, 0).strip());
        all.put("sprig.trimAll", (a, _) -> ExprFunctions.trimmed(text(a, 1), text(a, 0)));
        all.put(
                "sprig.trimPrefix",
                (a, _) -> text(a, 1).startsWith(text(a, 0)) ? text(a, 1).substring(text(a, 0).length()) : text(a, 1));
        all.put(
                "sprig.trimSuffix",
                (a, _) ->
                        text(a, 1).endsWith(text(a, 0))
                                ? text(a, 1).substring(0, text(a, 1).length() - text(a, 0).length())
                                : text(a, 1));
        all.put("sprig.upper", (a, _) -> text(a, 0).toUpperCase(Locale.ROOT));
        all.put("sprig.lower", (a, _) -> text(a, 0).toLowerCase(Locale.ROOT));
        all.put("sprig.title", (a, _) -> title(text(a, 0)));
        all.put("sprig.replace", (a, e) -> ExprFunctions.replaced(text(a, 2), text(a, 0), text(a, 1), e.budget()));
        all.put("sprig.repeat", (a, e) -> ExprFunctions.repeated(text(a, 1), whole(a, 0), e.budget()));
        all.put("sprig.contains", (a, _) -> text(a, 1).contains(text(a, 0)));
        all.put("sprig.hasPrefix", (a, _) -> text(a, 1).startsWith(text(a, 0)));
        all.put("sprig.hasSuffix", (a, _) -> text(a, 1).endsWith(text(a, 0)));
        all.put("sprig.nospace", (a, _) -> text(a, 0).replaceAll("\\s", ""));
        all.put("sprig.quote", (a, _) -> Json.write(tiphys.manifest.Value.text(string(a, 0))));
        all.put("sprig.squote", (a, _) -> "'" + string(a, 0) + "'");
        all.put(
                "sprig.trunc",
                (a, _) -> {
                    var text = text(a, 1);
                    long size = whole(a, 0);
                    return size < 0
                            ? text.substring((int) Math.max(0, text.length() + size))
                            : text.substring(0, (int) Math.min(text.length(), size));
                });
        all.put(
                "sprig.substr",
                (a, _) -> {
                    var text = text(a, 2);
                    long end = whole(a, 1) < 0 || whole(a, 1) > text.length() ? text.length() : whole(a, 1);
                    return text.substring((int) Math.max(0, whole(a, 0)), (int) end);
                });
        all.put("sprig.regexMatch", (a, e) -> GoRegex.find(text(a, 0), text(a, 1), e.budget()));
        all.put("sprig.regexFind", (a, e) -> GoRegex.first(text(a, 0), text(a, 1), e.budget()).orElse(""));
        all.put("sprig.regexReplaceAll", (a, e) -> GoRegex.replace(text(a, 0), text(a, 1), text(a, 2), e.budget()));
        all.put("sprig.b64enc", (a, _) -> Base64.getEncoder().encodeToString(bytes(a)));
        all.put("sprig.b64dec", (a, _) -> ExprFunctions.base64(text(a, 0)));
        all.put("sprig.sha1sum", (a, _) -> hash("SHA-1", bytes(a)));
        all.put("sprig.sha256sum", (a, _) -> hash("SHA-256", bytes(a)));
        all.put("sprig.sha512sum", (a, _) -> hash("SHA-512", bytes(a)));
        all.put("sprig.base", (a, _) -> text(a, 0).substring(text(a, 0).lastIndexOf('/') + 1));
    }

    private static void values(Map<String, Function> all) {
        all.put("sprig.default", (a, _) -> a.size() < 2 || empty(a.get(1)) ? a.getFirst() : a.get(1));
        all.put("sprig.empty", (a, _) -> empty(a.getFirst()));
        all.put(
                "sprig.coalesce",
                (a, _) -> a.values().stream().filter(value -> !empty(value)).findFirst().orElse(null));
        all.put("sprig.ternary", (a, _) -> Boolean.TRUE.equals(a.get(2)) ? a.get(0) : a.get(1));
        all.put(
                "sprig.fail",
                (a, _) -> {
                    throw new EvaluationFailed(text(a, 0));
                });
        all.put("sprig.toString", (a, _) -> string(a, 0));
        all.put("sprig.toJson", (a, _) -> GoJson.write(ExprValues.value(a.getFirst())));
        all.put("sprig.toRawJson", (a, _) -> Json.write(ExprValues.value(a.getFirst())));
        all.put("sprig.toPrettyJson", (a, _) -> Json.pretty(ExprValues.value(a.getFirst())));
        all.put("sprig.fromJson", (a, e) -> ExprFunctions.fromJson(text(a, 0), e.budget()));
        all.put(
                "sprig.dict",
                (a, _) -> {
                    var fields = new LinkedHashMap<String, @Nullable Object>();
                    for (int i = 0; i < a.size(); i += 2) {
                        fields.put(string(a, i), i + 1 < a.size() ? a.get(i + 1) : "");
                    }
                    return fields;
                });
        all.put("sprig.get", (a, _) -> map(a, 0).containsKey(text(a, 1)) ? map(a, 0).get(text(a, 1)) : "");
        all.put("sprig.hasKey", (a, _) -> map(a, 0).containsKey(text(a, 1)));
        all.put("sprig.keys", (a, _) -> new ArrayList<@Nullable Object>(map(a, 0).keySet()));
        all.put("sprig.values", (a, _) -> new ArrayList<@Nullable Object>(map(a, 0).values()));
    }

    private static void lists(Map<String, Function> all) {
        all.put("sprig.list", (a, _) -> new ArrayList<@Nullable Object>(a.values()));
        all.put("sprig.first", (a, _) -> list(a, 0).isEmpty() ? null : list(a, 0).getFirst());
        all.put("sprig.last", (a, _) -> list(a, 0).isEmpty() ? null : list(a, 0).getLast());
        all.put(
                "sprig.rest",
                (a, _) -> new ArrayList<>(list(a, 0).subList(Math.min(1, list(a, 0).size()), list(a, 0).size())));
        all.put("sprig.initial", (a, _) -> new ArrayList<>(list(a, 0).subList(0, Math.max(0, list(a, 0).size() - 1))));
        all.put("sprig.reverse", (a, _) -> new ArrayList<>(list(a, 0).reversed()));
        all.put("sprig.uniq", (a, e) -> ExprFunctions.unique(list(a, 0), e.budget()));
        all.put("sprig.has", (a, _) -> list(a, 1).stream().anyMatch(item -> ExprValues.same(item, a.getFirst())));
        all.put(
                "sprig.append",
                (a, _) -> {
                    var longer = new ArrayList<@Nullable Object>(list(a, 0));
                    longer.add(a.get(1));
                    return longer;
                });
        all.put(
                "sprig.prepend",
                (a, _) -> {
                    var longer = new ArrayList<@Nullable Object>(list(a, 0));
                    longer.addFirst(a.get(1));
                    return longer;
                });
        all.put("sprig.join", (a, e) -> ExprFunctions.joined(list(a, 1), text(a, 0), e.budget()));
        all.put("sprig.splitList", (a, _) -> ExprFunctions.split(text(a, 1), text(a, 0), -1, false));
        all.put("sprig.sortAlpha", (a, _) -> list(a, 0).stream().map(GoText::print).sorted().toList());
        all.put("sprig.until", (a, e) -> count(0, whole(a, 0), e.budget()));
        all.put("sprig.len", (a, e) -> ExprFunctions.call("len", a, e));
    }

    private static void numbers(Map<String, Function> all) {
        all.put("sprig.int", (a, _) -> integer(a.getFirst()));
        all.put("sprig.int64", (a, _) -> integer(a.getFirst()));
        all.put("sprig.atoi", (a, _) -> integer(a.getFirst()));
        all.put("sprig.float64", (a, _) -> decimal(a.getFirst()));
        all.put("sprig.add", (a, _) -> a.values().stream().mapToLong(SprigFunctions::integer).sum());
        all.put("sprig.add1", (a, _) -> integer(a.getFirst()) + 1);
        all.put("sprig.sub", (a, _) -> integer(a.get(0)) - integer(a.get(1)));
        all.put(
                "sprig.mul",
                (a, _) -> a.values().stream().mapToLong(SprigFunctions::integer).reduce(1, (x, y) -> x * y));
        all.put("sprig.div", (a, _) -> integer(a.get(0)) / integer(a.get(1)));
        all.put("sprig.mod", (a, _) -> integer(a.get(0)) % integer(a.get(1)));
        all.put("sprig.max", (a, _) -> a.values().stream().mapToLong(SprigFunctions::integer).max().orElse(0));
        all.put("sprig.min", (a, _) -> a.values().stream().mapToLong(SprigFunctions::integer).min().orElse(0));
        all.put("sprig.floor", (a, _) -> Math.floor(decimal(a.getFirst())));
        all.put("sprig.ceil", (a, _) -> Math.ceil(decimal(a.getFirst())));
    }

    private static String string(Arguments arguments, int index) {
        return GoText.print(arguments.get(index));
    }

    private static byte[] bytes(Arguments arguments) {
        return text(arguments, 0).getBytes(StandardCharsets.UTF_8);
    }

    private static String title(String text) {
        var out = new StringBuilder(text);
        for (int i = 0; i < out.length(); i++) {
            if (i == 0 || Character.isWhitespace(out.charAt(i - 1))) {
                out.setCharAt(i, Character.toTitleCase(out.charAt(i)));
            }
        }
        return out.toString();
    }

    private static String hash(String algorithm, byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(algorithm, e);
        }
    }

    private static boolean empty(@Nullable Object value) {
        return switch (value) {
            case null -> true;
            case Boolean truth -> !truth;
            case Number number -> number.doubleValue() == 0;
            case String text -> text.isEmpty();
            case List<?> list -> list.isEmpty();
            case Map<?, ?> map -> map.isEmpty();
            default -> false;
        };
    }

    /// A whole number of anything; 0 if it is none, as Sprig has it.
    private static long integer(@Nullable Object value) {
        return switch (value) {
            case Long number -> number;
            case Double number -> number.longValue();
            case Boolean truth -> truth ? 1 : 0;
            case String text when text.matches("[+-]?[0-9]{1,18}") -> Long.parseLong(text);
            case null, default -> 0;
        };
    }

    private static double decimal(@Nullable Object value) {
        return switch (value) {
            case Number number -> number.doubleValue();
            case String text when text.matches("[+-]?[0-9]{1,300}(\\.[0-9]{0,300})?([eE][+-]?[0-9]{1,4})?") ->
                    Double.parseDouble(text);
            case null, default -> 0;
        };
    }

    private static List<@Nullable Object> count(long from, long to, Budget budget) {
        var list = new ArrayList<@Nullable Object>();
        for (long i = from; i < to; i++) {
            budget.spend(1);
            list.add(i);
        }
        return list;
    }
}
