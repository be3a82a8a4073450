package tiphys.language.expr.builtin;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tiphys.language.EvaluationFailed;
import tiphys.language.expr.builtin.Builtins.Body;
import tiphys.language.jsonpath.JsonPath;
import tiphys.language.value.Plain;
import tiphys.language.value.PlainText;
import tiphys.language.value.PlainText.Layout;

/// Functions of texts, and of what texts stand for.
final class TextBuiltins {
    private static final long MOST_REPEATS = 1_000_000;

    private TextBuiltins() {}

    static void add(Map<String, Body> all) {
        all.put("string", a -> PlainText.print(a.any(0), a.budget()));
        all.put("type", a -> type(a.any(0)));
        all.put("trim", a -> a.made(a.size() > 1 ? PlainText.trim(a.text(0), a.text(1)) : PlainText.trim(a.text(0))));
        all.put("trimPrefix", a -> without(a, true));
        all.put("trimSuffix", a -> without(a, false));
        all.put("upper", a -> a.made(a.text(0).toUpperCase(Locale.ROOT)));
        all.put("lower", a -> a.made(a.text(0).toLowerCase(Locale.ROOT)));
        all.put("split", a -> PlainText.split(a.text(0), a.text(1), limit(a, 2), false, a.budget()));
        all.put("splitAfter", a -> PlainText.split(a.text(0), a.text(1), limit(a, 2), true, a.budget()));
        all.put("replace", a -> PlainText.replace(a.text(0), a.text(1), a.text(2), limit(a, 3), a.budget()));
        all.put("repeat", TextBuiltins::repeated);
        all.put("join", TextBuiltins::joined);
        all.put("indexOf", a -> PlainText.bytesBefore(a.text(0), a.text(0).indexOf(a.text(1))));
        all.put("lastIndexOf", a -> PlainText.bytesBefore(a.text(0), a.text(0).lastIndexOf(a.text(1))));
        all.put("hasPrefix", a -> a.text(0).startsWith(a.text(1)));
        all.put("hasSuffix", a -> a.text(0).endsWith(a.text(1)));
        all.put("toJSON", a -> PlainText.json(a.any(0), Layout.INDENTED, a.budget()));
        all.put("toJson", a -> PlainText.json(a.any(0), Layout.COMPACT, a.budget()));
        all.put("fromJSON", a -> Plain.parse(a.text(0), a.budget()));
        all.put("jsonpath", a -> JsonPath.parse(a.text(1)).find(Plain.parse(a.text(0), a.budget()), a.budget()));
        all.put("toBase64", a -> encoded(a));
        all.put("fromBase64", TextBuiltins::decoded);
    }

    private static String type(@Nullable Object value) {
        return switch (Plain.type(value)) {
            case "<nil>" -> "nil";
            case "int64" -> "int";
            case "float64" -> "float";
            case "[]interface {}", "[]uint8" -> "array";
            case "map[string]interface {}", "map[interface {}]interface {}" -> "map";
            case "*time.Location" -> "time.Location";
            default -> Plain.type(value);
        };
    }

    private static String without(BuiltinArguments a, boolean before) {
        var text = a.text(0);
        var part = a.size() > 1 ? a.text(1) : " ";
        if (before) {
            return text.startsWith(part) ? a.made(text.substring(part.length())) : text;
        }
        return text.endsWith(part) ? a.made(text.substring(0, text.length() - part.length())) : text;
    }

    private static long limit(BuiltinArguments a, int index) {
        return a.size() > index ? Operators.whole(a.any(index)) : -1;
    }

    private static String repeated(BuiltinArguments a) {
        long count = Operators.whole(a.any(1));
        if (count < 0) {
            throw new EvaluationFailed("invalid argument for repeat (expected positive integer, got " + count + ")");
        }
        if (count > MOST_REPEATS) {
            throw new EvaluationFailed("memory budget exceeded: at most " + MOST_REPEATS + " repeats");
        }
        return PlainText.repeat(a.text(0), count, a.budget());
    }

    private static String joined(BuiltinArguments a) {
        var parts = new ArrayList<String>();
        for (var item : list(a)) {
            if (!(item instanceof String text)) {
                throw new EvaluationFailed(
                        "interface conversion: interface {} is "
                                + (item == null ? "nil" : Plain.type(item))
                                + ", not string");
            }
            a.budget().makeItems(1);
            parts.add(text);
        }
        return PlainText.join(parts, a.size() > 1 ? a.text(1) : "", a.budget());
    }

    private static List<?> list(BuiltinArguments a) {
        if (a.any(0) instanceof List<?> list) {
            return list;
        }
        throw new EvaluationFailed("invalid argument for join (type " + Plain.type(a.any(0)) + ")");
    }

    private static String encoded(BuiltinArguments a) {
        a.budget().make(2L * a.text(0).length());
        return Base64.getEncoder().encodeToString(a.text(0).getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(BuiltinArguments a) {
        var text = a.made(a.text(0)).replace("\n", "").replace("\r", "");
        try {
            if (text.length() % 4 == 0) {
                return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
            }
        } catch (IllegalArgumentException _) {
            // It is said below.
        }
        throw new EvaluationFailed("illegal base64 data");
    }
}
