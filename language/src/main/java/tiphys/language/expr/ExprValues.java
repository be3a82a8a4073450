package tiphys.language.expr;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tiphys.language.EvaluationFailed;
import tiphys.language.gotext.GoText;
import tiphys.manifest.Position;
import tiphys.manifest.Value;

/// An expression's values: null, Boolean, Long, Double, String, Instant, Duration, lists and maps of those; and how they
/// become [Value]s and come from them.
final class ExprValues {
    private static final int MAX_DEPTH = 250;

    private ExprValues() {}

    static @Nullable Object of(Value value) {
        return of(value, 0);
    }

    private static @Nullable Object of(Value value, int depth) {
        deep(depth);
        return switch (value) {
            case Value.Null _ -> null;
            case Value.Bool(var truth, _) -> truth;
            case Value.Number(var literal, _) -> number(literal);
            case Value.Text(var text, _) -> text;
            case Value.Sequence(var items, _) -> {
                var list = new ArrayList<@Nullable Object>(items.size());
                items.forEach(item -> list.add(of(item, depth + 1)));
                yield list;
            }
            case Value.Mapping map -> {
                var fields = new LinkedHashMap<String, @Nullable Object>();
                map.fields().forEach((key, field) -> fields.put(key, of(field, depth + 1)));
                yield fields;
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

    static Value value(@Nullable Object plain) {
        return value(plain, 0);
    }

    private static Value value(@Nullable Object plain, int depth) {
        deep(depth);
        return switch (plain) {
            case null -> Value.nothing();
            case Boolean truth -> Value.bool(truth);
            case Long number -> Value.number(number);
            case Double number when Double.isFinite(number) -> new Value.Number(GoText.json(number), Position.NONE);
            case Double number -> throw new EvaluationFailed("json: unsupported value: " + GoText.number(number));
            case Duration duration -> Value.number(duration.toNanos());
            case List<?> list -> {
                var items = new ArrayList<Value>(list.size());
                for (var item : list) {
                    items.add(value(item, depth + 1));
                }
                yield Value.list(items);
            }
            case Map<?, ?> map -> {
                var fields = new LinkedHashMap<String, Value>();
                map.forEach((key, field) -> fields.put(GoText.print(key), value(field, depth + 1)));
                yield new Value.Mapping(fields, Map.of(), Position.NONE);
            }
            default -> Value.text(plain.toString());
        };
    }

    private static void deep(int depth) {
        if (depth > MAX_DEPTH) {
            throw new EvaluationFailed("the value is nested too deeply");
        }
    }

    /// Equality as expr's: whole numbers and floats by their value, lists and maps by their parts.
    static boolean same(@Nullable Object left, @Nullable Object right) {
        return switch (left) {
            case Number a when right instanceof Number b ->
                    (a instanceof Long && b instanceof Long)
                            ? a.longValue() == b.longValue()
                            : a.doubleValue() == b.doubleValue();
            case List<?> a when right instanceof List<?> b -> {
                boolean same = a.size() == b.size();
                for (int i = 0; same && i < a.size(); i++) {
                    same = same(a.get(i), b.get(i));
                }
                yield same;
            }
            case null -> right == null;
            default -> Objects.equals(left, right);
        };
    }

    /// The order of two values.
    ///
    /// @throws EvaluationFailed if they have none
    static int compare(String operator, @Nullable Object left, @Nullable Object right) {
        if (left instanceof Long a && right instanceof Long b) {
            return Long.compare(a, b);
        }
        if (left instanceof Number a && right instanceof Number b) {
            return a.doubleValue() == b.doubleValue() ? 0 : Double.compare(a.doubleValue(), b.doubleValue());
        }
        if (left instanceof String a && right instanceof String b) {
            return a.compareTo(b);
        }
        if (left instanceof Instant a && right instanceof Instant b) {
            return a.compareTo(b);
        }
        if (left instanceof Duration a && right instanceof Duration b) {
            return a.compareTo(b);
        }
        throw operation(operator, left, right);
    }

    static EvaluationFailed operation(String operator, @Nullable Object left, @Nullable Object right) {
        return new EvaluationFailed("invalid operation: " + type(left) + " " + operator + " " + type(right));
    }

    /// A type's name as `type()` and messages give it.
    static String type(@Nullable Object value) {
        return switch (value) {
            case null -> "nil";
            case Boolean _ -> "bool";
            case Long _ -> "int";
            case Double _ -> "float";
            case String _ -> "string";
            case Instant _ -> "time";
            case Duration _ -> "duration";
            case List<?> _ -> "array";
            case Map<?, ?> _ -> "map";
            default -> value.getClass().getSimpleName();
        };
    }

    /// What a value costs to look through, in steps.
    static int size(@Nullable Object value) {
        return switch (value) {
            case String text -> 1 + text.length() / 32;
            case List<?> list -> 1 + list.size();
            case Map<?, ?> map -> 1 + map.size();
            case null -> 1;
            default -> 1;
        };
    }

    /// What a value weighs, in bytes, not counting what its parts weigh.
    static int weight(@Nullable Object value) {
        return switch (value) {
            case String text -> text.length();
            case List<?> list -> 8 * list.size();
            case Map<?, ?> map -> 16 * map.size();
            case null -> 0;
            default -> 8;
        };
    }
}
