package tiphys.language.gotemplate;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/// Numbers and texts as Go's source has them.
final class GoConstants {
    private GoConstants() {}

    /// A Long; a Double for what is written with a point or an exponent.
    static Optional<Object> number(String written) {
        var text = written.replace("_", "").toLowerCase(Locale.ROOT);
        try {
            boolean hex = text.matches("[-+]?0x.*");
            if (hex ? text.matches(".*[.p].*") : text.matches(".*[.e].*")) {
                return Optional.of(Double.parseDouble(text));
            }
            if (text.matches("[-+]?0b.*")) {
                return Optional.of(Long.parseLong(text.replaceFirst("0b", ""), 2));
            }
            if (text.matches("[-+]?0o.*")) {
                return Optional.of(Long.parseLong(text.replaceFirst("0o", ""), 8));
            }
            if (text.matches("[-+]?0[0-7]+")) {
                return Optional.of(Long.parseLong(text, 8));
            }
            return Optional.of(hex ? Long.decode(text) : Long.valueOf(text));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    /// What stands between double quotes.
    static Optional<String> unquote(String inside) {
        if (inside.indexOf('\\') < 0) {
            return inside.indexOf('\n') < 0 ? Optional.of(inside) : Optional.empty();
        }
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < inside.length(); ) {
            int point = inside.codePointAt(i);
            if (point != '\\') {
                out.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
                i += Character.charCount(point);
                continue;
            }
            if (i + 1 >= inside.length()) {
                return Optional.empty();
            }
            char c = inside.charAt(i + 1);
            int simple = "abfnrtv\\'\"".indexOf(c);
            if (simple >= 0) {
                out.write("\u0007\b\f\n\r\t\u000b\\'\"".charAt(simple));
                i += 2;
                continue;
            }
            int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : c >= '0' && c <= '7' ? 3 : 0;
            int from = digits == 3 ? i + 1 : i + 2;
            if (digits == 0 || from + digits > inside.length()) {
                return Optional.empty();
            }
            try {
                long number = Long.parseLong(inside.substring(from, from + digits), digits == 3 ? 8 : 16);
                if (digits <= 3 ? number > 255 : !Character.isValidCodePoint((int) number)) {
                    return Optional.empty();
                }
                if (digits <= 3) {
                    out.write((int) number);
                } else {
                    out.writeBytes(Character.toString((int) number).getBytes(StandardCharsets.UTF_8));
                }
            } catch (NumberFormatException _) {
                return Optional.empty();
            }
            i = from + digits;
        }
        return Optional.of(out.toString(StandardCharsets.UTF_8));
    }
}
