package tiphys.language.gotext;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Durations as Go writes them (`1m30s`, `500ms`), or as a plain number of seconds where Argo allows it.
public final class GoDuration {
    private static final Pattern PART = Pattern.compile("([0-9]*)(\\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)");
    private static final Set<String> UNITS = Set.of("ns", "us", "µs", "μs", "ms", "s", "m", "h");
    private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,18}");
    private static final BigDecimal LONGEST = BigDecimal.valueOf(Long.MAX_VALUE);

    private GoDuration() {}

    /// The duration; empty if the text is none.
    public static Optional<Duration> parse(String text) {
        var sign = text.startsWith("-") ? -1 : 1;
        var rest = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
        if (rest.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        if (rest.isEmpty() || rest.length() > 1000) {
            return Optional.empty();
        }
        var nanos = BigDecimal.ZERO;
        var part = PART.matcher(rest);
        int end = 0;
        while (end < rest.length()) {
            part.region(end, rest.length());
            if (!part.lookingAt() || (part.group(1).isEmpty() && (part.group(3) == null || part.group(3).isEmpty()))) {
                return Optional.empty();
            }
            var number = part.group(2) == null ? part.group(1) : "0" + part.group(1) + "." + part.group(3) + "0";
            nanos =
                    nanos.add(
                            new BigDecimal(number)
                                    .multiply(BigDecimal.valueOf(nanosOf(part.group(4))))
                                    .setScale(0, RoundingMode.DOWN));
            if (nanos.compareTo(LONGEST) > 0) {
                return Optional.empty();
            }
            end = part.end();
        }
        return Optional.of(Duration.ofNanos(sign * nanos.longValueExact()));
    }

    /// The duration, where a plain number means seconds; empty if the text is neither.
    public static Optional<Duration> parseOrSeconds(String text) {
        return WHOLE.matcher(text).matches() ? Optional.of(Duration.ofSeconds(Long.parseLong(text))) : parse(text);
    }

    /// Why a text is no duration, as Go says it.
    public static String complaint(String text) {
        var quoted = " \"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
        int at = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        while (at < text.length()) {
            int unit = at;
            while (unit < text.length() && partOfNumber(text.charAt(unit))) {
                unit++;
            }
            int end = unit;
            while (end < text.length() && !partOfNumber(text.charAt(end))) {
                end++;
            }
            if (text.substring(at, unit).replace(".", "").isEmpty()) {
                break;
            }
            if (unit == end) {
                return "time: missing unit in duration" + quoted;
            }
            var word = text.substring(unit, end);
            if (!UNITS.contains(word)) {
                return "time: unknown unit \"" + word + "\" in duration" + quoted;
            }
            at = end;
        }
        return "time: invalid duration" + quoted;
    }

    private static boolean partOfNumber(char c) {
        return c == '.' || (c >= '0' && c <= '9');
    }

    /// The duration as Go prints it: `1m30s`, `1.5ms`, `0s`.
    public static String write(Duration duration) {
        if (duration.isNegative()) {
            return "-" + write(duration.negated());
        }
        if (duration.isZero()) {
            return "0s";
        }
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            long nanos = duration.toNanos();
            return nanos < 1000 ? nanos + "ns" : nanos < 1_000_000 ? plain(nanos, 3) + "µs" : plain(nanos, 6) + "ms";
        }
        var out = new StringBuilder();
        if (duration.toHours() > 0) {
            out.append(duration.toHours()).append('h');
        }
        if (duration.toMinutes() > 0) {
            out.append(duration.toMinutesPart()).append('m');
        }
        long nanos = duration.toSecondsPart() * 1_000_000_000L + duration.toNanosPart();
        return out.append(plain(nanos, 9)).append('s').toString();
    }

    private static String plain(long unscaled, int scale) {
        var number = BigDecimal.valueOf(unscaled, scale);
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    private static long nanosOf(String unit) {
        return switch (unit) {
            case "ns" -> 1L;
            case "us", "µs", "μs" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            default -> 3_600_000_000_000L;
        };
    }
}
