package tiphys.language.lua;

import java.nio.charset.StandardCharsets;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import tiphys.language.gotext.GoText;

/// Texts and numbers as Argo's Lua has them. A text has a character for each byte.
final class LuaText {
    private LuaText() {}

    /// The bytes of a text of ours.
    static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /// A text of ours from bytes.
    static String text(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /// A number as it is printed: whole ones without a point, others as Go's `%v`.
    static String of(double number) {
        return number == (long) number && Math.abs(number) < 0x1p63
                ? Long.toString((long) number)
                : GoText.number(number);
    }

    /// The number that a text is.
    static OptionalDouble number(String written) {
        var text = written.strip();
        try {
            if (text.matches("-?0[xX][0-9a-fA-F]+")) {
                boolean minus = text.startsWith("-");
                double value = Long.parseUnsignedLong(text.substring(minus ? 3 : 2), 16);
                return OptionalDouble.of(minus ? -value : value);
            }
            return text.matches("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?")
                    ? OptionalDouble.of(Double.parseDouble(text))
                    : OptionalDouble.empty();
        } catch (NumberFormatException _) {
            return OptionalDouble.empty();
        }
    }

    static String type(@Nullable Object value) {
        return switch (value) {
            case null -> "nil";
            case Boolean _ -> "boolean";
            case Double _ -> "number";
            case String _ -> "string";
            case LuaTable _ -> "table";
            default -> "function";
        };
    }
}
