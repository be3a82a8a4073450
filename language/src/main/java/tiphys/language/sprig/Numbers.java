package tiphys.language.sprig;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tiphys.language.EvaluationFailed;
import tiphys.language.value.Int64;
import tiphys.language.value.Plain;

/// Functions of numbers. Whatever is no number counts as 0.
final class Numbers {
    private static final Pattern WHOLE =
            Pattern.compile(
                    "([+-]?)(0[xX]_?[0-9a-fA-F_]{1,32}|0[bB]_?[01_]{1,80}|0[oO]?_?[0-7_]{1,40}|[1-9][0-9_]{0,40}|0)(\\.0+)?");
    private static final Pattern DECIMAL =
            Pattern.compile("[+-]?([0-9]{1,400}\\.?[0-9]{0,400}|\\.[0-9]{1,400})([eE][+-]?[0-9]{1,8})?");
    private static final int DIGITS = 16;

    private Numbers() {}

    static void add(Sprig.Registry all) {
        all.put("int", "a", a -> whole(a.any(0)));
        all.put("int64", "a", a -> new Int64(whole(a.any(0))));
        all.put("atoi", "s", a -> atoi(a.text(0)));
        all.put("float64", "a", a -> decimal(a.any(0)));
        all.put("toDecimal", "a", a -> new Int64(octal(a.print(a.any(0)))));
        all.put("add", "*a", a -> wholes(a, 0, 0L, (x, y) -> x + y));
        all.put("add1", "a", a -> new Int64(whole(a.any(0)) + 1));
        all.put("sub", "aa", a -> wholes(a, 1, whole(a.any(0)), (x, y) -> x - y));
        all.put("div", "aa", a -> wholes(a, 1, whole(a.any(0)), (x, y) -> x / y));
        all.put("mod", "aa", a -> wholes(a, 1, whole(a.any(0)), (x, y) -> x % y));
        all.put("mul", "a*a", a -> wholes(a, 1, whole(a.any(0)), (x, y) -> x * y));
        all.put("max biggest", "a*a", a -> wholes(a, 1, whole(a.any(0)), Math::max));
        all.put("min", "a*a", a -> wholes(a, 1, whole(a.any(0)), Math::min));
        all.put("maxf", "a*a", a -> decimals(a, Math::max));
        all.put("minf", "a*a", a -> decimals(a, Math::min));
        all.put("add1f", "a", a -> exact(decimal(a.any(0))).add(BigDecimal.ONE).doubleValue());
        all.put("addf", "*a", a -> exactly(a, 0, BigDecimal.ZERO, BigDecimal::add));
        all.put("subf", "a*a", a -> exactly(a, 1, exact(decimal(a.any(0))), BigDecimal::subtract));
        all.put("mulf", "a*a", a -> exactly(a, 1, exact(decimal(a.any(0))), BigDecimal::multiply));
        all.put("divf", "a*a", a -> exactly(a, 1, exact(decimal(a.any(0))), Numbers::divided));
        all.put("floor", "a", a -> Math.floor(decimal(a.any(0))));
        all.put("ceil", "a", a -> Math.ceil(decimal(a.any(0))));
        all.put("round", "ai*f", Numbers::rounded);
    }

    private static Int64 wholes(Arguments a, int from, long start, LongBinaryOperator operator) {
        long result = start;
        for (var value : a.from(from)) {
            result = operator.applyAsLong(result, whole(value));
        }
        return new Int64(result);
    }

    private static double decimals(Arguments a, DoubleBinaryOperator operator) {
        return a.from(1).stream().mapToDouble(Numbers::decimal).reduce(decimal(a.any(0)), operator);
    }

    private static double exactly(Arguments a, int from, BigDecimal start, BinaryOperator<BigDecimal> operator) {
        var result = start;
        for (var value : a.from(from)) {
            a.budget().make(result.precision());
            a.budget().spend(result.precision() / 16L);
            result = operator.apply(result, exact(decimal(value)));
        }
        return result.doubleValue();
    }

    private static BigDecimal exact(double number) {
        if (!Double.isFinite(number)) {
            throw new EvaluationFailed("Cannot create a Decimal from " + (Double.isNaN(number) ? "NaN" : "Inf"));
        }
        return new BigDecimal(Double.toString(number));
    }

    private static BigDecimal divided(BigDecimal a, BigDecimal b) {
        if (b.signum() == 0) {
            throw new EvaluationFailed("decimal division by 0");
        }
        return a.divide(b, DIGITS, RoundingMode.HALF_UP);
    }

    private static double rounded(Arguments a) {
        double power = Math.pow(10, (double) a.whole(1));
        double digits = power * decimal(a.any(0));
        double part = digits - (digits < 0 ? Math.ceil(digits) : Math.floor(digits));
        double border = a.size() > 2 && a.any(2) instanceof Double on ? on : 0.5;
        return (part >= border ? Math.ceil(digits) : Math.floor(digits)) / power;
    }

    private static long octal(String text) {
        return text.matches("[+-]?[0-7]{1,21}") ? Long.parseLong(text, 8) : 0;
    }

    private static long atoi(String text) {
        try {
            return text.matches("[+-]?[0-9]{1,40}") ? Long.parseLong(text) : 0;
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    /// A whole number of anything; 0 if it is none. A text may be hexadecimal, octal, binary.
    static long whole(@Nullable Object value) {
        return switch (value) {
            case Double number ->
                    // Go's conversion on amd64: what does not fit is the smallest number.
                    number >= -0x1p63 && number < 0x1p63 ? number.longValue() : Long.MIN_VALUE;
            case Number number -> number.longValue();
            case Boolean truth -> truth ? 1 : 0;
            case java.time.Month month -> month.getValue();
            case java.time.DayOfWeek day -> day.getValue() % 7;
            case String text -> parsed(text);
            case null, default -> 0;
        };
    }

    private static long parsed(String text) {
        var found = WHOLE.matcher(text);
        if (!found.matches()) {
            return 0;
        }
        var digits = found.group(2).replace("_", "").toLowerCase(java.util.Locale.ROOT);
        int base =
                digits.startsWith("0x")
                        ? 16
                        : digits.startsWith("0b") ? 2 : digits.startsWith("0") && digits.length() > 1 ? 8 : 10;
        var plain = base == 16 || base == 2 || digits.startsWith("0o") ? digits.substring(2) : digits;
        try {
            return Long.parseLong((found.group(1).equals("-") ? "-" : "") + plain, base);
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    /// A number of anything; 0 if it is none.
    static double decimal(@Nullable Object value) {
        return switch (value) {
            case Number number -> number.doubleValue();
            case Boolean truth -> truth ? 1 : 0;
            case String text when DECIMAL.matcher(text).matches() -> Double.parseDouble(text);
            case String text when Plain.size(text) == 1 -> special(text);
            case null, default -> 0;
        };
    }

    private static double special(String text) {
        return switch (text.toLowerCase(java.util.Locale.ROOT)) {
            case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
            case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
            case "nan" -> Double.NaN;
            default -> 0;
        };
    }
}
