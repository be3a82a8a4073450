package tiphys.language.sprig;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tiphys.language.EvaluationFailed;
import tiphys.language.value.Plain;
import tiphys.language.value.PlainText;
import tiphys.language.value.PlainText.Layout;

/// What stands in for what is empty, what a value is, and JSON.
final class Defaults {
    private Defaults() {}

    static void add(Sprig.Registry all) {
        all.put("default", "a*a", a -> a.size() < 2 || empty(a.any(1)) ? a.any(0) : a.any(1));
        all.put("empty", "a", a -> empty(a.any(0)));
        all.put("coalesce", "*a", Defaults::firstFull);
        all.put("all", "*a", a -> a.values().stream().noneMatch(Defaults::empty));
        all.put("any", "*a", a -> !a.values().stream().allMatch(Defaults::empty));
        all.put("ternary", "aab", a -> Boolean.TRUE.equals(a.any(2)) ? a.any(0) : a.any(1));
        all.put(
                "fail",
                "s",
                a -> {
                    throw new EvaluationFailed(a.text(0));
                });
        all.put("typeOf", "a", a -> Plain.type(a.any(0)));
        all.put("typeIs", "sa", a -> a.text(0).equals(Plain.type(a.any(1))));
        all.put(
                "typeIsLike",
                "sa",
                a -> a.text(0).equals(Plain.type(a.any(1))) || ("*" + a.text(0)).equals(Plain.type(a.any(1))));
        all.put("kindOf", "a", a -> Plain.kind(a.any(0)));
        all.put("kindIs", "sa", a -> a.text(0).equals(Plain.kind(a.any(1))));
        all.put("deepEqual", "aa", a -> Plain.identical(a.any(0), a.any(1), a.budget()));
        all.put("toJson", "a", a -> lenient(a, Layout.COMPACT));
        all.put("toPrettyJson", "a", a -> lenient(a, Layout.INDENTED));
        all.put("toRawJson mustToRawJson", "a", a -> PlainText.json(a.any(0), Layout.RAW, a.budget()));
        all.put("mustToJson", "a", a -> PlainText.json(a.any(0), Layout.COMPACT, a.budget()));
        all.put("mustToPrettyJson", "a", a -> PlainText.json(a.any(0), Layout.INDENTED, a.budget()));
        all.put("fromJson", "s", Defaults::parsed);
        all.put("mustFromJson", "s", a -> Plain.parse(a.text(0), a.budget()));
    }

    private static @Nullable Object firstFull(Arguments a) {
        for (var value : a.values()) {
            if (!empty(value)) {
                return value;
            }
        }
        return null;
    }

    /// Whether it is what its type begins with: nil, 0, false, an empty text, list or object.
    static boolean empty(@Nullable Object value) {
        return switch (value) {
            case null -> true;
            case Boolean truth -> !truth;
            case Number number -> number.doubleValue() == 0;
            case String text -> text.isEmpty();
            case List<?> list -> list.isEmpty();
            case Map<?, ?> map -> map.isEmpty();
            case Duration duration -> duration.isZero();
            default -> false;
        };
    }

    /// JSON, or nothing for what is none, as Sprig has it.
    private static String lenient(Arguments a, Layout layout) {
        try {
            return PlainText.json(a.any(0), layout, a.budget());
        } catch (EvaluationFailed e) {
            if (a.budget().isExceeded() || !e.getMessage().startsWith("json: ")) {
                throw e;
            }
            return "";
        }
    }

    /// What a JSON text holds, or nil for what is none, as Sprig has it.
    private static @Nullable Object parsed(Arguments a) {
        try {
            return Plain.parse(a.text(0), a.budget());
        } catch (EvaluationFailed e) {
            if (a.budget().isExceeded()) {
                throw e;
            }
            return null;
        }
    }
}
