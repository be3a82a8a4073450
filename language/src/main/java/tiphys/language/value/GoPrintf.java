package tiphys.language.value;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.gotext.GoFormat;
import tiphys.language.gotext.GoText;

/// Go's `Sprintf`, for plain values. Argument indexes (`%[1]d`) are not among it.
public final class GoPrintf {
    private static final int WIDEST = 1_000_000;

    private final String format;
    private final List<@Nullable Object> arguments;
    private final Budget budget;
    private int next;
    private int at;

    private GoPrintf(String format, List<@Nullable Object> arguments, Budget budget) {
        this.format = format;
        this.arguments = arguments;
        this.budget = budget;
    }

    /// A verb with its flags.
    ///
    /// @param width -1 if there is none, as with the precision
    private record Verb(String flags, int width, int precision, int letter) {
        boolean has(char flag) {
            return flags.indexOf(flag) >= 0;
        }
    }

    /// The format with the values in it; what does not fit is written as Go writes it: `%!d(float64=41)`.
    ///
    /// @throws EvaluationFailed if it would be larger than the budget allows
    public static String sprintf(String format, List<@Nullable Object> arguments, Budget budget) {
        return new GoPrintf(format, arguments, budget).text();
    }

    private String text() {
        var out = new StringBuilder();
        while (at < format.length()) {
            int verb = format.indexOf('%', at);
            int end = verb < 0 ? format.length() : verb;
            add(out, format.substring(at, end));
            at = end;
            if (verb >= 0) {
                add(out, one());
            }
        }
        if (next < arguments.size()) {
            add(
                    out,
                    arguments.subList(next, arguments.size()).stream()
                            .map(one -> one == null ? "<nil>" : Plain.type(one) + "=" + PlainText.print(one, budget))
                            .collect(Collectors.joining(", ", "%!(EXTRA ", ")")));
        }
        return out.toString();
    }

    private void add(StringBuilder out, String text) {
        budget.spend(1);
        budget.make(text.length());
        out.append(text);
    }

    private String one() {
        var flags = new StringBuilder();
        at++;
        while (at < format.length() && "+-# 0".indexOf(format.charAt(at)) >= 0) {
            flags.append(format.charAt(at++));
        }
        int width = size();
        int precision = -1;
        if (at < format.length() && format.charAt(at) == '.') {
            at++;
            precision = Math.max(0, size());
        }
        if (at >= format.length()) {
            return "%!(NOVERB)";
        }
        int letter = format.codePointAt(at);
        at += Character.charCount(letter);
        if (letter == '%') {
            return "%";
        }
        if (width > WIDEST || precision > WIDEST) {
            throw new EvaluationFailed("error calling printf: a width of more than " + WIDEST);
        }
        if (next >= arguments.size()) {
            return "%!" + Character.toString(letter) + "(MISSING)";
        }
        return value(new Verb(flags.toString(), width, precision, letter), arguments.get(next++), 0);
    }

    private int size() {
        if (at < format.length() && format.charAt(at) == '*') {
            at++;
            return next < arguments.size() && arguments.get(next++) instanceof Number number ? number.intValue() : -1;
        }
        int from = at;
        while (at < format.length() && Character.isDigit(format.charAt(at))) {
            at++;
        }
        return from == at ? -1 : at - from > 7 ? WIDEST + 1 : Integer.parseInt(format.substring(from, at));
    }

    private String value(Verb verb, @Nullable Object value, int depth) {
        if (depth > Plain.MAX_DEPTH) {
            throw new EvaluationFailed("the value is nested too deeply");
        }
        return switch (verb.letter()) {
            case 'T' -> pad(verb, Plain.type(value));
            case 'v' -> value instanceof Number && !verb.has('#') ? number(verb, value) : pad(verb, shown(verb, value));
            default ->
                    switch (value) {
                        case null -> "%!" + Character.toString(verb.letter()) + "(<nil>)";
                        case Boolean truth when verb.letter() == 't' -> pad(verb, truth.toString());
                        case Number _ -> number(verb, value);
                        case String text -> string(verb, text);
                        case List<?> list ->
                                list.stream()
                                        .map(one -> value(verb, one, depth + 1))
                                        .collect(Collectors.joining(" ", "[", "]"));
                        default ->
                                verb.letter() == 's' ? pad(verb, PlainText.print(value, budget)) : wrong(verb, value);
                    };
        };
    }

    private String shown(Verb verb, @Nullable Object value) {
        return verb.has('#') && value instanceof String text ? quoted(text) : PlainText.print(value, budget);
    }

    private String wrong(Verb verb, Object value) {
        return "%!"
                + Character.toString(verb.letter())
                + "("
                + Plain.type(value)
                + "="
                + PlainText.print(value, budget)
                + ")";
    }

    private String number(Verb verb, Object value) {
        if (value instanceof Double real) {
            return real(verb, real);
        }
        if ("dvxXobOcqU".indexOf(verb.letter()) < 0) {
            return wrong(verb, value);
        }
        var written =
                "%"
                        + verb.flags()
                        + (verb.width() < 0 ? "" : verb.width())
                        + (verb.precision() < 0 ? "" : "." + verb.precision())
                        + Character.toString(verb.letter());
        return GoFormat.sprintf(written, ((Number) value).longValue());
    }

    private String real(Verb verb, double value) {
        int precision = verb.precision();
        String digits;
        if (!Double.isFinite(value)) {
            digits = Double.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
            return pad(verb, digits);
        }
        switch (verb.letter()) {
            case 'f', 'F' ->
                    digits =
                            new BigDecimal(value)
                                    .setScale(precision < 0 ? 6 : precision, RoundingMode.HALF_EVEN)
                                    .toPlainString();
            case 'e', 'E' -> digits = exponent(value, precision < 0 ? 6 : precision, (char) verb.letter());
            case 'g', 'G', 'v' -> {
                digits = precision < 0 ? GoText.number(value) : general(value, precision);
                digits = verb.letter() == 'G' ? digits.toUpperCase(Locale.ROOT) : digits;
            }
            default -> {
                return wrong(verb, value);
            }
        }
        if (1 / value < 0 && !digits.startsWith("-")) {
            digits = "-" + digits;
        }
        if (verb.has('+') && !digits.startsWith("-")) {
            digits = "+" + digits;
        } else if (verb.has(' ') && !digits.startsWith("-")) {
            digits = " " + digits;
        }
        if (verb.has('0') && !verb.has('-') && digits.length() < verb.width()) {
            int sign = "+- ".indexOf(digits.charAt(0)) >= 0 ? 1 : 0;
            return digits.substring(0, sign) + "0".repeat(verb.width() - digits.length()) + digits.substring(sign);
        }
        return pad(verb, digits);
    }

    private static String general(double value, int precision) {
        if (value == 0) {
            return "0";
        }
        var rounded =
                new BigDecimal(value).round(new java.math.MathContext(Math.max(1, precision), RoundingMode.HALF_EVEN));
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (exponent < -4 || exponent >= Math.max(1, precision)) {
            var stripped = rounded.stripTrailingZeros();
            return exponent(value, stripped.precision() - 1, 'e');
        }
        return rounded.stripTrailingZeros().toPlainString();
    }

    private static String exponent(double value, int precision, char letter) {
        if (value == 0) {
            return "0" + (precision > 0 ? "." + "0".repeat(precision) : "") + letter + "+00";
        }
        var rounded = new BigDecimal(value).round(new java.math.MathContext(precision + 1, RoundingMode.HALF_EVEN));
        int exponent = rounded.precision() - rounded.scale() - 1;
        var digits = new StringBuilder(rounded.unscaledValue().abs().toString());
        while (digits.length() < precision + 1) {
            digits.append('0');
        }
        digits.setLength(precision + 1);
        if (precision > 0) {
            digits.insert(1, '.');
        }
        return (value < 0 ? "-" : "")
                + digits
                + letter
                + (exponent < 0 ? "-" : "+")
                + (Math.abs(exponent) < 10 ? "0" : "")
                + Math.abs(exponent);
    }

    private String string(Verb verb, String text) {
        var shown = verb.precision() < 0 ? text : cut(text, verb.precision());
        return switch (verb.letter()) {
            case 's' -> pad(verb, shown);
            case 'q' -> pad(verb, quoted(shown));
            case 'x' -> pad(verb, HexFormat.of().formatHex(shown.getBytes(StandardCharsets.UTF_8)));
            case 'X' -> pad(verb, HexFormat.of().withUpperCase().formatHex(shown.getBytes(StandardCharsets.UTF_8)));
            default -> wrong(verb, text);
        };
    }

    private static String cut(String text, int characters) {
        return text.codePointCount(0, text.length()) <= characters
                ? text
                : text.substring(0, text.offsetByCodePoints(0, characters));
    }

    /// As Go quotes a text.
    private static String quoted(String text) {
        var out = new StringBuilder("\"");
        text.codePoints()
                .forEach(c -> {
                    int simple = "\u0007\b\f\n\r\t\u000b\\\"".indexOf(c);
                    if (simple >= 0) {
                        out.append('\\').append("abfnrtv\\\"".charAt(simple));
                    } else if (c < ' ' || c == 0x7f) {
                        out.append(String.format("\\x%02x", c));
                    } else if (!Character.isDefined(c) || Character.isISOControl(c)) {
                        out.append(c > 0xffff ? String.format("\\U%08x", c) : String.format("\\u%04x", c));
                    } else {
                        out.appendCodePoint(c);
                    }
                });
        return out.append('"').toString();
    }

    private String pad(Verb verb, String text) {
        int missing = verb.width() - text.codePointCount(0, text.length());
        if (missing <= 0) {
            return text;
        }
        budget.make(missing);
        return verb.has('-') ? text + " ".repeat(missing) : (verb.has('0') ? "0" : " ").repeat(missing) + text;
    }
}
