package tiphys.language.gotext;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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

    /// As `FormatFloat(…, 'f', -1, 64)`: never with an exponent.
    public static String plain(double number) {
        return special(number, Double.POSITIVE_INFINITY, 0, "");
    }

    /// Bytes as text, each that is not UTF-8 as one U+FFFD.
    public static String utf8(byte[] bytes) {
        var quick = new String(bytes, StandardCharsets.UTF_8);
        if (quick.indexOf('\uFFFD') < 0) {
            return quick;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException _) {
            var out = new StringBuilder(bytes.length);
            for (int i = 0; i < bytes.length; ) {
                int length = Math.clamp(Integer.numberOfLeadingZeros(~(bytes[i] << 24)), 1, 4);
                var one = new String(bytes, i, Math.min(length, bytes.length - i), StandardCharsets.UTF_8);
                boolean whole = one.codePointCount(0, one.length()) == 1 && (length > 1 || bytes[i] >= 0);
                boolean replaced = !whole || (one.charAt(0) == 0xFFFD && (bytes[i] & 0xFF) != 0xEF);
                out.append(replaced ? "\uFFFD" : one);
                i += replaced ? 1 : length;
            }
            return out.toString();
        }
    }

    /// The order of two texts by their bytes in UTF-8, as Go compares strings.
    public static int compare(String left, String right) {
        int length = Math.min(left.length(), right.length());
        for (int i = 0; i < length; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                boolean pairs = Character.isSurrogate(a) != Character.isSurrogate(b);
                return pairs ? Boolean.compare(Character.isSurrogate(a), Character.isSurrogate(b)) : a - b;
            }
        }
        return left.length() - right.length();
    }

    /// The number with as few digits as tell it apart; the JDK writes two where one would do (`4.9E-324`).
    private static BigDecimal shortest(double number) {
        var exact = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        if (exact.precision() == 2) {
            var one = exact.round(new MathContext(1));
            return one.doubleValue() == number ? one.stripTrailingZeros() : exact;
        }
        return exact;
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
        var exact = shortest(number);
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
