package tiphys.language.gotext;

import java.util.Locale;
import java.util.regex.Pattern;

/// Go's `fmt` for whole numbers, as `withSequence.format` uses it.
public final class GoFormat {
    private static final Pattern VERB = Pattern.compile("%([-+# 0]*)([0-9]*)(?:\\.([0-9]*))?(.)?", Pattern.DOTALL);

    /// Go reads no further digit of a width or a precision that is above this.
    private static final long LARGEST = 1_000_000;

    private GoFormat() {}

    /// The format with the number in it; a verb that does not fit is written as Go writes it: `%!s(int=5)`.
    public static String sprintf(String format, long number) {
        var out = new StringBuilder();
        var verb = VERB.matcher(format);
        boolean used = false;
        int from = 0;
        while (verb.find()) {
            out.append(format, from, verb.start());
            from = verb.end();
            var letter = verb.group(4);
            if (isTooLarge(verb.group(2)) || isTooLarge(verb.group(3))) {
                out.append("%!(NOVERB)"); // and all that follows is lost, as in Go
                from = format.length();
                break;
            } else if (letter == null) {
                out.append("%!(NOVERB)");
            } else if (letter.equals("%")) {
                out.append('%');
            } else if (used) {
                out.append("%!").append(letter).append("(MISSING)");
            } else {
                used = true;
                out.append(one(verb.group(1), verb.group(2), verb.group(3), letter.charAt(0), number));
            }
        }
        out.append(format, from, format.length());
        if (!used) {
            out.append("%!(EXTRA int=").append(number).append(')');
        }
        return out.toString();
    }

    private static boolean isTooLarge(@org.jspecify.annotations.Nullable String digits) {
        if (digits == null || digits.length() < 2) {
            return false;
        }
        var before = digits.substring(0, digits.length() - 1).replaceFirst("^0+(?=.)", "");
        return before.length() > 7 || Long.parseLong(before) > LARGEST;
    }

    private static String one(
            String flags, String width, @org.jspecify.annotations.Nullable String precision, char verb, long number) {
        boolean sharp = flags.contains("#");
        var digits = Long.toUnsignedString(Math.abs(number));
        String prefix = "";
        switch (verb) {
            case 'd', 'v' -> {}
            case 'x', 'X' -> {
                digits = Long.toHexString(Math.abs(number));
                digits = verb == 'X' ? digits.toUpperCase(Locale.ROOT) : digits;
                prefix = sharp ? "0" + verb : "";
            }
            case 'o', 'O' -> {
                digits = Long.toOctalString(Math.abs(number));
                prefix = verb == 'O' ? "0o" : sharp ? "0" : "";
            }
            case 'b' -> {
                digits = Long.toBinaryString(Math.abs(number));
                prefix = sharp ? "0b" : "";
            }
            case 'c' -> {
                return pad(character(number), flags, width, false);
            }
            case 'q' -> {
                return pad("'" + character(number) + "'", flags, width, false);
            }
            case 'U' -> {
                return pad("U+" + String.format(Locale.ROOT, "%04X", number), flags, width, false);
            }
            case 'T' -> {
                return pad("int", flags, width, false);
            }
            default -> {
                return "%!" + verb + "(int=" + number + ")";
            }
        }
        String sign = number < 0 ? "-" : flags.contains("+") ? "+" : flags.contains(" ") ? " " : "";
        if (precision != null && !precision.isEmpty()) {
            digits = zeros(Integer.parseInt(precision) - digits.length()) + digits;
        } else if (flags.contains("0") && !flags.contains("-") && !width.isEmpty()) {
            digits = zeros(Integer.parseInt(width) - digits.length() - sign.length()) + digits;
        }
        return pad(sign + prefix + digits, flags, width, true);
    }

    private static String character(long number) {
        return Character.isValidCodePoint((int) number) && number == (int) number
                ? Character.toString((int) number)
                : "\uFFFD";
    }

    private static String zeros(int count) {
        return "0".repeat(Math.max(count, 0));
    }

    private static String pad(String text, String flags, String width, boolean number) {
        int missing = width.isEmpty() ? 0 : Math.max(Integer.parseInt(width) - text.length(), 0);
        var fill = (flags.contains("0") && !flags.contains("-") && !number ? "0" : " ").repeat(missing);
        return flags.contains("-") ? text + fill : fill + text;
    }
}
