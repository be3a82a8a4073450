package tiphys.language.expr.builtin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tiphys.language.EvaluationFailed;
import tiphys.language.expr.builtin.Builtins.Body;
import tiphys.language.value.Int64;
import tiphys.language.value.Plain;

/// Functions of numbers.
final class NumberBuiltins {
    private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,40}");
    private static final Pattern DECIMAL =
            Pattern.compile("[+-]?([0-9]{1,1000}\\.?[0-9]{0,1000}|\\.[0-9]{1,1000})([eE][+-]?[0-9]{1,9})?");
    private static final Pattern HEXADECIMAL =
            Pattern.compile(
                    "[+-]?0[xX]([0-9a-fA-F]{1,500}\\.?[0-9a-fA-F]{0,500}|\\.[0-9a-fA-F]{1,500})[pP][+-]?[0-9]{1,9}");
    private static final Pattern SPECIAL = Pattern.compile("([+-]?)(inf|infinity|nan)", Pattern.CASE_INSENSITIVE);
    private static final int BITS = 63;

    private interface Shifted {
        long of(long number, int by);
    }

    private NumberBuiltins() {}

    static void add(Map<String, Body> all) {
        all.put("int", a -> toInt(a.any(0)));
        all.put("asInt", a -> toInt(a.any(0)));
        all.put("float", a -> toFloat(a.any(0)));
        all.put("asFloat", a -> toFloat(a.any(0)));
        all.put("abs", NumberBuiltins::absolute);
        all.put("ceil", a -> Math.ceil(number(a)));
        all.put("floor", a -> Math.floor(number(a)));
        all.put("round", a -> Math.signum(number(a)) * Math.floor(Math.abs(number(a)) + 0.5));
        all.put("min", a -> extreme(a, a.values(), -1, 0));
        all.put("max", a -> extreme(a, a.values(), 1, 0));
        all.put("mean", NumberBuiltins::mean);
        all.put("median", NumberBuiltins::median);
        all.put("bitand", a -> a.whole(0) & a.whole(1));
        all.put("bitor", a -> a.whole(0) | a.whole(1));
        all.put("bitxor", a -> a.whole(0) ^ a.whole(1));
        all.put("bitnand", a -> a.whole(0) & ~a.whole(1));
        all.put("bitnot", a -> ~a.whole(0));
        all.put("bitshl", a -> shifted(a, (number, by) -> by > BITS ? 0 : number << by));
        all.put("bitshr", a -> shifted(a, (number, by) -> number >> Math.min(BITS, by)));
        all.put("bitushr", a -> shifted(a, (number, by) -> by > BITS ? 0 : number >>> by));
    }

    private static long shifted(BuiltinArguments a, Shifted shifted) {
        if (a.whole(1) < 0) {
            throw new EvaluationFailed("invalid operation: negative shift count " + a.whole(1) + " (type int)");
        }
        return shifted.of(a.whole(0), (int) Math.min(BITS + 1, a.whole(1)));
    }

    private static double number(BuiltinArguments a) {
        if (a.any(0) instanceof Number number) {
            return number.doubleValue();
        }
        throw invalid(a.name(), a.any(0));
    }

    private static EvaluationFailed invalid(String name, @Nullable Object value) {
        return new EvaluationFailed("invalid argument for " + name + " (type " + Plain.type(value) + ")");
    }

    private static Object absolute(BuiltinArguments a) {
        return switch (a.any(0)) {
            case Long number -> Math.abs(number);
            case Int64 number -> new Int64(Math.abs(number.longValue()));
            case null, default -> Math.abs(number(a));
        };
    }

    private static Object toInt(@Nullable Object value) {
        return switch (value) {
            case Double number -> number >= -0x1p63 && number < 0x1p63 ? number.longValue() : Long.MIN_VALUE;
            case Number number -> number.longValue();
            case java.time.Duration duration -> duration.toNanos();
            case java.time.Month month -> (long) month.getValue();
            case java.time.DayOfWeek day -> day.getValue() % 7L;
            case String text -> parsed(text);
            case null, default -> throw new EvaluationFailed("invalid operation: int(" + Plain.type(value) + ")");
        };
    }

    private static long parsed(String text) {
        try {
            if (WHOLE.matcher(text).matches()) {
                return Long.parseLong(text);
            }
        } catch (NumberFormatException _) {
            // It is said below.
        }
        throw new EvaluationFailed("invalid operation: int(" + shown(text) + ")");
    }

    private static String shown(String text) {
        return text.length() > 100 ? text.substring(0, 100) + "…" : text;
    }

    private static Object toFloat(@Nullable Object value) {
        return switch (value) {
            case Number number -> number.doubleValue();
            case String text -> decimal(text);
            case null, default -> throw new EvaluationFailed("invalid operation: float(" + Plain.type(value) + ")");
        };
    }

    private static double decimal(String text) {
        var special = SPECIAL.matcher(text);
        if (text.length() < 12 && special.matches()) {
            return special.group(2).length() == 3 && special.group(2).toLowerCase(java.util.Locale.ROOT).equals("nan")
                    ? Double.NaN
                    : special.group(1).equals("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        if (text.length() < 3000 && (DECIMAL.matcher(text).matches() || HEXADECIMAL.matcher(text).matches())) {
            double number = Double.parseDouble(text);
            if (!Double.isInfinite(number)) {
                return number;
            }
        }
        throw new EvaluationFailed("invalid operation: float(" + shown(text) + ")");
    }

    private static @Nullable Object extreme(BuiltinArguments a, List<?> values, int sign, int depth) {
        if (depth > Plain.MAX_DEPTH) {
            throw new EvaluationFailed("recursion depth exceeded");
        }
        @Nullable Object best = null;
        for (var value : values) {
            a.budget().spend(1);
            var one = value instanceof List<?> list ? extreme(a, list, sign, depth + 1) : value;
            if (!(one instanceof Number)) {
                if (value instanceof List<?>) {
                    continue;
                }
                if (depth == 0 && values.size() == 1) {
                    return one;
                }
                throw invalid(a.name(), one);
            }
            if (best == null || Operators.compare("<", one, best) * sign > 0) {
                best = one;
            }
        }
        return best;
    }

    private static void flatten(BuiltinArguments a, List<?> values, List<Double> into, int depth) {
        if (depth > Plain.MAX_DEPTH) {
            throw new EvaluationFailed("recursion depth exceeded");
        }
        for (var value : values) {
            switch (value) {
                case List<?> list -> flatten(a, list, into, depth + 1);
                case Number number -> {
                    a.budget().makeItems(1);
                    into.add(number.doubleValue());
                }
                case null, default -> throw invalid(a.name(), value);
            }
        }
    }

    private static List<Double> numbers(BuiltinArguments a) {
        var numbers = new ArrayList<Double>();
        flatten(a, a.values(), numbers, 0);
        return numbers;
    }

    private static double mean(BuiltinArguments a) {
        return numbers(a).stream().mapToDouble(number -> number).average().orElse(0);
    }

    private static double median(BuiltinArguments a) {
        var numbers = numbers(a);
        numbers.sort(null);
        int middle = numbers.size() / 2;
        if (numbers.isEmpty()) {
            return 0;
        }
        return numbers.size() % 2 == 1 ? numbers.get(middle) : (numbers.get(middle - 1) + numbers.get(middle)) / 2;
    }
}
