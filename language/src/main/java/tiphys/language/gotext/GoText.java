package tiphys.language.gotext;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tiphys.language.EvaluationFailed;

/// Values as Go's `%v` prints them. The values are the evaluators' own: null, Boolean, Long, Double, String, List, Map.
public final class GoText {
    private GoText() {}

    public static String print(@Nullable Object value) {
        return print(value, 0);
    }

    private static String print(@Nullable Object value, int depth) {
        if (depth > 100) {
            throw new EvaluationFailed("the value is nested too deeply");
        }
        return switch (value) {
            case null -> "<nil>";
            case Double number -> number(number);
            case java.time.Duration duration -> GoDuration.write(duration);
            case List<?> list ->
                    list.stream().map(item -> print(item, depth + 1)).collect(Collectors.joining(" ", "[", "]"));
            case Map<?, ?> map ->
                    new TreeMap<>(map)
                            .entrySet().stream()
                                    .map(entry -> entry.getKey() + ":" + print(entry.getValue(), depth + 1))
                                    .collect(Collectors.joining(" ", "map[", "]"));
            default -> value.toString();
        };
    }

    /// As `%v`: an exponent of two digits at least from 1e+06 on and below 1e-04.
    public static String number(double number) {
        return special(number, 1e6, 1e-4, "0");
    }

    /// As Go's JSON: an exponent from 1e+21 on and below 1e-6.
    public static String json(double number) {
        return special(number, 1e21, 1e-6, "");
    }

    private static String special(double number, double big, double small, String padding) {
        if (Double.isNaN(number)) {
            return "NaN";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "+Inf" : "-Inf";
        }
        if (number == 0) {
            return 1 / number < 0 ? "-0" : "0";
        }
        var exact = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        double size = Math.abs(number);
        if (size < big && size >= small) {
            return exact.toPlainString();
        }
        var digits = exact.unscaledValue().abs().toString();
        int exponent = digits.length() - 1 - exact.scale();
        return (number < 0 ? "-" : "")
                + digits.charAt(0)
                + (digits.length() > 1 ? "." + digits.substring(1) : "")
                + (exponent < 0 ? "e-" : "e+")
                + (Math.abs(exponent) < 10 ? padding : "")
                + Math.abs(exponent);
    }
}
