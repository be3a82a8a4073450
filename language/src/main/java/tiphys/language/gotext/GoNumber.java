package tiphys.language.gotext;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;

/// Numbers as Go's `strconv.ParseFloat` reads them: decimal and hexadecimal, with underscores between digits, `inf`, `nan`.
public final class GoNumber {
    private static final Set<String> INFINITE = Set.of("inf", "infinity");
    private static final int LONGEST_WORD = 9;

    private final String text;
    private final StringBuilder plain = new StringBuilder();
    private int at;

    private GoNumber(String text) {
        this.text = text;
    }

    /// The number; infinite if it is too large; empty if the text is none.
    public static OptionalDouble read(String text) {
        var plain = new GoNumber(text);
        if (text.length() <= LONGEST_WORD) {
            var word = text.toLowerCase(Locale.ROOT);
            boolean signed = word.startsWith("-") || word.startsWith("+");
            if (INFINITE.contains(signed ? word.substring(1) : word)) {
                return OptionalDouble.of(word.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
            }
            if (word.equals("nan")) {
                return OptionalDouble.of(Double.NaN);
            }
        }
        return plain.number() ? OptionalDouble.of(Double.parseDouble(plain.plain.toString())) : OptionalDouble.empty();
    }

    /// Whether a number that was read is too large for one, not infinite as written.
    public static boolean isTooLarge(String text, double read) {
        return Double.isInfinite(read) && text.chars().noneMatch(c -> c == 'i' || c == 'I');
    }

    private boolean number() {
        take("+-");
        boolean hex = text.startsWith("0x", at) || text.startsWith("0X", at);
        if (hex) {
            plain.append("0x");
            at += 2;
            if (at < text.length() && text.charAt(at) == '_') {
                at++;
                if (at == text.length() || Character.digit(text.charAt(at), 16) < 0) {
                    return false;
                }
            }
        }
        boolean digits = digits(hex ? 16 : 10);
        if (take(".")) {
            digits |= digits(hex ? 16 : 10);
        }
        if (!digits) {
            return false;
        }
        if (take(hex ? "pP" : "eE")) {
            take("+-");
            if (!digits(10)) {
                return false;
            }
        } else if (hex) {
            return false;
        }
        return at == text.length();
    }

    private boolean take(String one) {
        if (at < text.length() && one.indexOf(text.charAt(at)) >= 0) {
            plain.append(text.charAt(at));
            at++;
            return true;
        }
        return false;
    }

    /// Takes digits, with single underscores between them.
    private boolean digits(int radix) {
        int from = at;
        while (at < text.length()) {
            char c = text.charAt(at);
            boolean between = c == '_' && at > from && digit(at - 1, radix) && digit(at + 1, radix);
            if (!between && !digit(at, radix)) {
                break;
            }
            if (!between) {
                plain.append(c);
            }
            at++;
        }
        return at > from;
    }

    private boolean digit(int index, int radix) {
        return index < text.length() && text.charAt(index) < 0x80 && Character.digit(text.charAt(index), radix) >= 0;
    }
}
