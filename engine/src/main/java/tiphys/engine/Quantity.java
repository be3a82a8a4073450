package tiphys.engine;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;

/// An amount in Kubernetes' notation: `500m`, `64Mi`, `1.5G`, `2e3`.
///
/// @param value how much
public record Quantity(BigDecimal value) {
    private static final Map<String, BigDecimal> SUFFIXES =
            Map.ofEntries(
                    Map.entry("n", new BigDecimal("1e-9")),
                    Map.entry("u", new BigDecimal("1e-6")),
                    Map.entry("m", new BigDecimal("1e-3")),
                    Map.entry("", BigDecimal.ONE),
                    Map.entry("k", new BigDecimal("1e3")),
                    Map.entry("M", new BigDecimal("1e6")),
                    Map.entry("G", new BigDecimal("1e9")),
                    Map.entry("T", new BigDecimal("1e12")),
                    Map.entry("P", new BigDecimal("1e15")),
                    Map.entry("E", new BigDecimal("1e18")),
                    Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
                    Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
                    Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
                    Map.entry("Ti", BigDecimal.valueOf(1L << 40)),
                    Map.entry("Pi", BigDecimal.valueOf(1L << 50)),
                    Map.entry("Ei", BigDecimal.valueOf(1L << 60)));

    /// Longer texts are no amounts of anything.
    private static final int LONGEST = 40;

    private static final int MOST_DIGITS_AFTER_E = 3;

    /// An amount from its text; empty if it is none.
    public static Optional<Quantity> parse(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            return Optional.empty();
        }
        int end = 0;
        while (end < text.length() && "+-.0123456789".indexOf(text.charAt(end)) >= 0) {
            end++;
        }
        var suffix = text.substring(end);
        try {
            if (suffix.matches("[eE][-+]?[0-9]{1," + MOST_DIGITS_AFTER_E + "}")) {
                return Optional.of(new Quantity(new BigDecimal(text)));
            }
            var unit = SUFFIXES.get(suffix);
            return unit == null
                    ? Optional.empty()
                    : Optional.of(new Quantity(new BigDecimal(text.substring(0, end)).multiply(unit)));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    /// The amount as a whole number, rounded up; of more than a long holds, the most that it holds.
    public long whole() {
        var rounded = value.setScale(0, RoundingMode.CEILING);
        return rounded.min(BigDecimal.valueOf(Long.MAX_VALUE)).max(BigDecimal.valueOf(Long.MIN_VALUE)).longValue();
    }

    /// How many times another amount goes into this one, rounded up, as Kubernetes gives limits and requests to a container.
    ///
    /// @throws ArithmeticException if the other is zero
    public long in(Quantity divisor) {
        return value.divide(divisor.value(), 0, RoundingMode.CEILING).longValue();
    }
}
