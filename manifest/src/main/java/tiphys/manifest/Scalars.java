package tiphys.manifest;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What an untyped YAML scalar means by the rules of Go's YAML, which Kubernetes uses: `0755` is 493, `yes` is true,
/// `12:30:45` and dates are strings. A number's literal is the one Go would print, so it is also its text in a string field.
final class Scalars {
    private static final Set<String> TRUE = Set.of("y Y yes Yes YES on On ON true True TRUE".split(" "));
    private static final Set<String> FALSE = Set.of("n N no No NO off Off OFF false False FALSE".split(" "));
    private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");
    private static final Pattern INTEGER = Pattern.compile("([-+]?)(0[xX]|0[bB]|0[oO]|0(?=[0-7_]+$))?([0-9a-fA-F_]+)");
    private static final Pattern FLOAT = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
    private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger LIMIT = BigInteger.ONE.shiftLeft(64);
    private static final int LONGEST_NUMBER = 400;

    private Scalars() {}

    static Value resolve(String text, Position at) {
        if (NULL.contains(text)) {
            return new Value.Null(at);
        }
        if (TRUE.contains(text) || FALSE.contains(text)) {
            return new Value.Bool(TRUE.contains(text), at);
        }
        if (text.length() <= LONGEST_NUMBER && "+-.0123456789".indexOf(text.charAt(0)) >= 0) {
            var integer = INTEGER.matcher(text);
            if (integer.matches()) {
                int radix = radix(integer.group(2));
                var digits = integer.group(3).replace("_", "");
                if (!digits.isEmpty() && digits.chars().allMatch(c -> Character.digit(c, radix) >= 0)) {
                    var number = new BigInteger(integer.group(1) + digits, radix);
                    if (number.compareTo(LEAST) >= 0 && number.compareTo(LIMIT) < 0) {
                        return new Value.Number(number.toString(), at);
                    }
                }
            }
            var plain = text.replace("_", "");
            if (FLOAT.matcher(plain).matches()) {
                double number = Double.parseDouble(plain);
                if (Double.isFinite(number)) {
                    return new Value.Number(print(number), at);
                }
            }
        }
        return new Value.Text(text, at);
    }

    private static int radix(@Nullable String prefix) {
        if (prefix == null) {
            return 10;
        }
        return switch (prefix) {
            case "0x", "0X" -> 16;
            case "0b", "0B" -> 2;
            default -> 8;
        };
    }

    private static String print(double number) {
        if (number == 0) {
            return "0";
        }
        var shortest = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        double size = Math.abs(number);
        return size >= 1e21 || size < 1e-6 ? shortest.toString().replace('E', 'e') : shortest.toPlainString();
    }
}
