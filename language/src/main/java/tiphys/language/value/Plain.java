package tiphys.language.value;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.gotext.GoText;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Position;
import tiphys.manifest.Value;

/// The values of an evaluation: null, Boolean, Long (`int`), [Int64], Double (`float64`), String, ZonedDateTime
/// (`time.Time`), Duration, Month, DayOfWeek, ZoneId, lists and maps of those. How they become [Value]s and come from them,
/// compare, and are called.
///
/// A value may be shared by many places, and by many more when it is written out. So whatever walks through one spends a
/// step for each part it meets and asks the budget for what it makes, as often as it makes it.
public final class Plain {
    /// How deeply lists and maps may be nested in what is compared, printed or written.
    public static final int MAX_DEPTH = 250;

    private static final int CHARACTERS_A_STEP = 32;

    private Plain() {}

    /// A manifest's value; a whole number becomes a Long, any other a Double.
    ///
    /// @throws EvaluationFailed if it is nested too deeply or the budget is spent
    public static @Nullable Object of(Value value, Budget budget) {
        return of(value, budget, true, 0);
    }

    /// What a JSON text holds; every number is a Double, as Go's decoder has it.
    ///
    /// @throws EvaluationFailed if it is no JSON
    public static @Nullable Object parse(String json, Budget budget) {
        budget.spend(1 + json.length() / 8);
        budget.make(json.length());
        try {
            return of(Json.parse(json), budget, false, 0);
        } catch (InvalidInput e) {
            throw new EvaluationFailed(
                    e.diagnostics().isEmpty() ? "invalid JSON" : e.diagnostics().getFirst().message());
        }
    }

    private static @Nullable Object of(Value value, Budget budget, boolean whole, int depth) {
        budget.spend(1);
        deep(depth);
        return switch (value) {
            case Value.Null _ -> null;
            case Value.Bool(var truth, _) -> truth;
            case Value.Number(var literal, _) -> whole ? number(literal) : (Object) Double.valueOf(literal);
            case Value.Text(var text, _) -> text;
            case Value.Sequence(var items, _) -> {
                budget.make((long) Budget.ITEM * items.size());
                var list = new ArrayList<@Nullable Object>(items.size());
                for (var item : items) {
                    list.add(of(item, budget, whole, depth + 1));
                }
                yield list;
            }
            case Value.Mapping(var fields, _, _) -> {
                budget.make((long) Budget.ITEM * fields.size());
                var map = new LinkedHashMap<String, @Nullable Object>();
                for (var field : fields.entrySet()) {
                    map.put(field.getKey(), of(field.getValue(), budget, whole, depth + 1));
                }
                yield map;
            }
        };
    }

    private static Object number(String literal) {
        try {
            return Long.valueOf(literal);
        } catch (NumberFormatException _) {
            return Double.valueOf(literal);
        }
    }

    /// The value of a plain one. Its texts count as made each time they appear, so that whoever writes it out afterwards
    /// makes no more than the budget allowed.
    ///
    /// @throws EvaluationFailed for what is no JSON: a number that is not finite, keys that are no text
    public static Value value(@Nullable Object plain, Budget budget) {
        return value(plain, budget, 0);
    }

    private static Value value(@Nullable Object plain, Budget budget, int depth) {
        budget.spend(1);
        deep(depth);
        return switch (plain) {
            case null -> Value.nothing();
            case Boolean truth -> Value.bool(truth);
            case Double number -> new Value.Number(json(number), Position.NONE);
            case Number number -> Value.number(number.longValue());
            case String text -> {
                budget.make(text.length());
                yield Value.text(text);
            }
            case Duration duration -> Value.number(duration.toNanos());
            case Month month -> Value.number(month.getValue());
            case DayOfWeek day -> Value.number(day.getValue() % 7L);
            case ZonedDateTime time -> Value.text(Times.json(time));
            case ZoneId _ -> Value.Mapping.EMPTY;
            case WithMethods object -> Value.text(object.text());
            case byte[] bytes -> {
                budget.make(2L * bytes.length);
                yield Value.text(Base64.getEncoder().encodeToString(bytes));
            }
            case NoList _ -> Value.nothing();
            case List<?> list -> {
                budget.make((long) Budget.ITEM * list.size());
                var items = new ArrayList<Value>(list.size());
                for (var item : list) {
                    items.add(value(item, budget, depth + 1));
                }
                yield Value.list(items);
            }
            case AnyKeys _ -> throw unsupported(plain);
            case Map<?, ?> map -> {
                budget.make((long) Budget.ITEM * map.size());
                var fields = new LinkedHashMap<String, Value>();
                for (var field : map.entrySet()) {
                    fields.put(String.valueOf(field.getKey()), value(field.getValue(), budget, depth + 1));
                }
                yield new Value.Mapping(fields, Map.of(), Position.NONE);
            }
            default -> throw unsupported(plain);
        };
    }

    static EvaluationFailed unsupported(Object plain) {
        return new EvaluationFailed("json: unsupported type: " + type(plain));
    }

    /// A number as JSON.
    ///
    /// @throws EvaluationFailed if it is not finite
    static String json(double number) {
        if (!Double.isFinite(number)) {
            throw new EvaluationFailed("json: unsupported value: " + GoText.number(number));
        }
        return GoText.json(number);
    }

    static void deep(int depth) {
        if (depth > MAX_DEPTH) {
            throw new EvaluationFailed("the value is nested too deeply");
        }
    }

    /// Whether it is a whole number of any kind.
    public static boolean isWhole(@Nullable Object value) {
        return value instanceof Long || value instanceof Int64;
    }

    /// What it costs to look through a value once, not into its parts.
    public static long size(@Nullable Object value) {
        return switch (value) {
            case String text -> 1 + text.length() / CHARACTERS_A_STEP;
            case List<?> list -> 1 + list.size();
            case Map<?, ?> map -> 1 + map.size();
            case null, default -> 1;
        };
    }

    /// Equality as expr has it: numbers by their value, lists by their parts, maps as [#identical] has it.
    public static boolean same(@Nullable Object left, @Nullable Object right, Budget budget) {
        return same(left, right, budget, false, 0);
    }

    /// Equality as Go's `reflect.DeepEqual` has it: as [#same], but `1` is not `1.0`.
    public static boolean identical(@Nullable Object left, @Nullable Object right, Budget budget) {
        return same(left, right, budget, true, 0);
    }

    private static boolean same(
            @Nullable Object left, @Nullable Object right, Budget budget, boolean strict, int depth) {
        budget.spend(left instanceof String text ? 1 + text.length() / CHARACTERS_A_STEP : 1);
        deep(depth);
        return switch (left) {
            case null -> right == null || right instanceof NoList;
            case NoList _ -> right == null || (right instanceof List<?> list && list.isEmpty());
            case Number a when right instanceof Number b -> strict ? a.equals(b) : equal(a, b);
            case List<?> a when right instanceof List<?> b -> {
                boolean same = a.size() == b.size();
                for (int i = 0; same && i < a.size(); i++) {
                    same = same(a.get(i), b.get(i), budget, strict, depth + 1);
                }
                yield same;
            }
            case Map<?, ?> a when right instanceof Map<?, ?> b -> {
                boolean same = a.size() == b.size();
                for (var entries = a.entrySet().iterator(); same && entries.hasNext(); ) {
                    var entry = entries.next();
                    same =
                            b.containsKey(entry.getKey())
                                    && same(entry.getValue(), b.get(entry.getKey()), budget, true, depth + 1);
                }
                yield same;
            }
            case ZonedDateTime a when right instanceof ZonedDateTime b -> a.toInstant().equals(b.toInstant());
            case byte[] a when right instanceof byte[] b -> Arrays.equals(a, b);
            default -> Objects.equals(left, right);
        };
    }

    private static boolean equal(Number a, Number b) {
        boolean whole = isWhole(a) && isWhole(b);
        return whole ? a.longValue() == b.longValue() : a.doubleValue() == b.doubleValue();
    }

    /// The order of two texts as Go has it: by their code points, which is the order of their bytes.
    public static int compare(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean split = Character.isSurrogate(x) != Character.isSurrogate(y);
                return split ? (Character.isSurrogate(x) ? 1 : -1) : Character.compare(x, y);
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    /// The name of a value's type in Go, as `%T` prints it.
    public static String type(@Nullable Object value) {
        return switch (value) {
            case null -> "<nil>";
            case Boolean _ -> "bool";
            case Long _ -> "int";
            case Int64 _ -> "int64";
            case Double _ -> "float64";
            case String _ -> "string";
            case ZonedDateTime _ -> "time.Time";
            case Duration _ -> "time.Duration";
            case Month _ -> "time.Month";
            case DayOfWeek _ -> "time.Weekday";
            case ZoneId _ -> "*time.Location";
            case byte[] _ -> "[]uint8";
            case WithMethods object -> object.goType();
            case List<?> _ -> "[]interface {}";
            case AnyKeys _ -> "map[interface {}]interface {}";
            case Map<?, ?> _ -> "map[string]interface {}";
            default -> "func";
        };
    }

    /// The name of a value's kind in Go.
    public static String kind(@Nullable Object value) {
        return switch (value) {
            case null -> "invalid";
            case Boolean _ -> "bool";
            case Long _, Month _, DayOfWeek _ -> "int";
            case Int64 _, Duration _ -> "int64";
            case Double _ -> "float64";
            case String _ -> "string";
            case ZonedDateTime _ -> "struct";
            case ZoneId _ -> "ptr";
            case WithMethods _ -> "ptr";
            case List<?> _ -> "slice";
            case byte[] _ -> "slice";
            case Map<?, ?> _ -> "map";
            default -> "func";
        };
    }
}
