package tiphys.language.expr.builtin;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.regex.GoRegex;
import tiphys.language.value.AnyKeys;
import tiphys.language.value.Int64;
import tiphys.language.value.NoList;
import tiphys.language.value.Plain;
import tiphys.language.value.PlainText;

/// What an expression's operators do; whole numbers stay whole but for `/` and `**`, as in Go's expr.
public final class Operators {
    private static final long MAX_RANGE = 1_000_000;

    private Operators() {}

    public static boolean truth(@Nullable Object value) {
        if (value instanceof Boolean truth) {
            return truth;
        }
        throw new EvaluationFailed(
                "interface conversion: interface {} is " + (value == null ? "nil" : Plain.type(value)) + ", not bool");
    }

    public static @Nullable Object unary(String operator, @Nullable Object operand) {
        return switch (operator) {
            case "!", "not" -> !truth(operand);
            case "-" ->
                    switch (operand) {
                        case Long number -> -number;
                        case Int64 number -> new Int64(-number.longValue());
                        case Double number -> -number;
                        case null, default -> throw new EvaluationFailed("invalid operation: - " + Plain.type(operand));
                    };
            default -> operand;
        };
    }

    public static Object binary(String operator, @Nullable Object left, @Nullable Object right, Budget budget) {
        return switch (operator) {
            case "==" -> Plain.same(left, right, budget);
            case "!=" -> !Plain.same(left, right, budget);
            case "<", ">", "<=", ">=" -> ordered(operator, left, right, budget);
            case "in" -> in(left, right, budget);
            case "contains", "startsWith", "endsWith", "matches" -> text(operator, left, right, budget);
            case ".." -> range(left, right, budget);
            default -> arithmetic(operator, left, right, budget);
        };
    }

    private static boolean ordered(String operator, @Nullable Object left, @Nullable Object right, Budget budget) {
        budget.spend(Plain.size(left));
        if ((left instanceof Double a && a.isNaN()) || (right instanceof Double b && b.isNaN())) {
            return false;
        }
        int compared = compare(operator, left, right);
        return switch (operator) {
            case "<" -> compared < 0;
            case ">" -> compared > 0;
            case "<=" -> compared <= 0;
            default -> compared >= 0;
        };
    }

    /// The order of two values.
    ///
    /// @throws EvaluationFailed if they have none
    public static int compare(String operator, @Nullable Object left, @Nullable Object right) {
        if (left instanceof Number a && right instanceof Number b) {
            return Plain.isWhole(a) && Plain.isWhole(b)
                    ? Long.compare(a.longValue(), b.longValue())
                    : a.doubleValue() == b.doubleValue() ? 0 : Double.compare(a.doubleValue(), b.doubleValue());
        }
        if (left instanceof String a && right instanceof String b) {
            return Plain.compare(a, b);
        }
        if (left instanceof ZonedDateTime a && right instanceof ZonedDateTime b) {
            return a.toInstant().compareTo(b.toInstant());
        }
        if (left instanceof Duration a && right instanceof Duration b) {
            return a.compareTo(b);
        }
        throw operation(operator, left, right);
    }

    static EvaluationFailed operation(String operator, @Nullable Object left, @Nullable Object right) {
        return new EvaluationFailed(
                "invalid operation: " + Plain.type(left) + " " + operator + " " + Plain.type(right));
    }

    private static boolean in(@Nullable Object left, @Nullable Object right, Budget budget) {
        return switch (right) {
            case null -> false;
            case List<?> list -> {
                for (var item : list) {
                    if (Plain.same(item, left, budget)) {
                        yield true;
                    }
                }
                yield false;
            }
            case AnyKeys map -> map.containsKey(hashed(left));
            case Map<?, ?> map -> {
                if (left != null && !(left instanceof String)) {
                    throw new EvaluationFailed(
                            "reflect.Value.MapIndex: value of type "
                                    + Plain.type(left)
                                    + " is not assignable to type string");
                }
                yield map.containsKey(left == null ? "" : left);
            }
            default -> throw new EvaluationFailed("operator \"in\" not defined on " + Plain.type(right));
        };
    }

    /// A value as a key.
    ///
    /// @throws EvaluationFailed for lists and maps, which Go takes for none
    public static @Nullable Object hashed(@Nullable Object key) {
        if (key instanceof List<?> || key instanceof Map<?, ?>) {
            throw new EvaluationFailed("runtime error: hash of unhashable type " + Plain.type(key));
        }
        return key;
    }

    private static boolean text(String operator, @Nullable Object left, @Nullable Object right, Budget budget) {
        if (left == null || right == null || left instanceof NoList || right instanceof NoList) {
            return false;
        }
        var given =
                left instanceof byte[] bytes && operator.equals("matches")
                        ? new String(bytes, StandardCharsets.UTF_8)
                        : left;
        if (!(given instanceof String text) || !(right instanceof String part)) {
            var wrong = given instanceof String ? right : given;
            throw new EvaluationFailed("interface conversion: interface {} is " + Plain.type(wrong) + ", not string");
        }
        budget.spend(Plain.size(text));
        return switch (operator) {
            case "contains" -> text.contains(part);
            case "startsWith" -> text.startsWith(part);
            case "endsWith" -> text.endsWith(part);
            default -> GoRegex.find(part, text, budget);
        };
    }

    private static List<@Nullable Object> range(@Nullable Object left, @Nullable Object right, Budget budget) {
        long from = whole(left);
        long to = whole(right);
        if (to >= from && (to - from < 0 || to - from >= MAX_RANGE)) {
            throw new EvaluationFailed("memory budget exceeded");
        }
        budget.makeItems(Math.max(0, to - from + 1));
        var list = new ArrayList<@Nullable Object>();
        for (long i = from; i <= to; i++) {
            list.add(i);
        }
        return list;
    }

    /// A number as a whole one.
    ///
    /// @throws EvaluationFailed for anything else
    static long whole(@Nullable Object value) {
        if (value instanceof Number number) {
            return number.longValue();
        }
        throw new EvaluationFailed("invalid operation: int(" + Plain.type(value) + ")");
    }

    private static Object arithmetic(String operator, @Nullable Object left, @Nullable Object right, Budget budget) {
        if (left instanceof String a && right instanceof String b && operator.equals("+")) {
            budget.make((long) a.length() + b.length());
            return a + b;
        }
        if (left instanceof Number a && right instanceof Number b) {
            return Plain.isWhole(a) && Plain.isWhole(b)
                    ? whole(operator, a.longValue(), b.longValue())
                    : broken(operator, a.doubleValue(), b.doubleValue(), left, right);
        }
        return timed(operator, left, right);
    }

    private static Object whole(String operator, long a, long b) {
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> (double) a / b;
            case "%" -> {
                if (b == 0) {
                    throw new EvaluationFailed("runtime error: integer divide by zero");
                }
                yield a % b;
            }
            default -> Math.pow((double) a, (double) b);
        };
    }

    private static Object broken(String operator, double a, double b, Object left, Object right) {
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            case "%" -> throw operation(operator, left, right);
            default -> Math.pow(a, b);
        };
    }

    /// Times and durations; a duration is a whole number of nanoseconds, which wraps around as in Go.
    private static Object timed(String operator, @Nullable Object left, @Nullable Object right) {
        try {
            if (left instanceof ZonedDateTime a && right instanceof Duration b && !operator.equals("*")) {
                return operator.equals("+") ? a.plus(b) : a.minus(b);
            }
            if (left instanceof Duration a && right instanceof ZonedDateTime b && operator.equals("+")) {
                return b.plus(a);
            }
            if (left instanceof ZonedDateTime a && right instanceof ZonedDateTime b && operator.equals("-")) {
                return Duration.ofNanos(Duration.between(b, a).toNanos());
            }
        } catch (java.time.DateTimeException | ArithmeticException _) {
            throw new EvaluationFailed("the time is out of range");
        }
        boolean durations = left instanceof Duration || right instanceof Duration;
        if (durations
                && operator.equals("*")
                && (nanos(left) instanceof Number a)
                && (nanos(right) instanceof Number b)) {
            return Duration.ofNanos(
                    Plain.isWhole(a) && Plain.isWhole(b)
                            ? a.longValue() * b.longValue()
                            : (long) (a.doubleValue() * b.doubleValue()));
        }
        if (left instanceof Duration a && right instanceof Duration b && "+-".contains(operator)) {
            return Duration.ofNanos(operator.equals("+") ? a.toNanos() + b.toNanos() : a.toNanos() - b.toNanos());
        }
        throw operation(operator, left, right);
    }

    private static @Nullable Object nanos(@Nullable Object value) {
        return value instanceof Duration duration ? (Object) duration.toNanos() : value;
    }

    public static @Nullable Object member(@Nullable Object target, @Nullable Object key) {
        return switch (target) {
            case null -> throw new EvaluationFailed("cannot fetch " + shown(key) + " from <nil>");
            case AnyKeys map -> map.get(hashed(key));
            case Map<?, ?> map -> {
                if (key != null && !(key instanceof String)) {
                    throw new EvaluationFailed(
                            "reflect.Value.MapIndex: value of type "
                                    + Plain.type(key)
                                    + " is not assignable to type string");
                }
                yield map.get(key == null ? "" : key);
            }
            case List<?> list -> list.get(index(whole(key), list.size()));
            case String text -> PlainText.at(text, index(whole(key), PlainText.length(text)));
            case byte[] bytes -> (long) (bytes[index(whole(key), bytes.length)] & 0xff);
            default -> {
                if (key instanceof String name && TimeMethods.has(ExprType.of(target), name)) {
                    yield new FunctionValue(name);
                }
                throw new EvaluationFailed("cannot fetch " + shown(key) + " from " + Plain.type(target));
            }
        };
    }

    private static String shown(@Nullable Object key) {
        return key instanceof String || key instanceof Number ? key.toString() : Plain.type(key);
    }

    private static int index(long index, int size) {
        long at = index < 0 ? size + index : index;
        if (at < 0 || at >= size) {
            throw new EvaluationFailed("index out of range: " + at + " (array length is " + size + ")");
        }
        return (int) at;
    }

    public static Object slice(@Nullable Object target, @Nullable Object from, @Nullable Object to, Budget budget) {
        return switch (target) {
            case List<?> list -> {
                int end = border(to, list.size());
                int start = Math.min(border(from, list.size()), end);
                budget.makeItems(end - start);
                yield list instanceof NoList ? list : new ArrayList<@Nullable Object>(list.subList(start, end));
            }
            case String text -> {
                budget.make(text.length());
                int length = PlainText.length(text);
                int end = border(to, length);
                yield PlainText.cut(text, Math.min(border(from, length), end), end);
            }
            case null, default -> throw new EvaluationFailed("cannot slice " + Plain.type(target));
        };
    }

    private static int border(@Nullable Object given, int size) {
        long at = whole(given);
        return (int) Math.clamp(at < 0 ? size + at : at, 0L, (long) size);
    }
}
