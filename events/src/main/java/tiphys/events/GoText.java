package tiphys.events;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// JSON as Go's encoder puts a text that it was given into a larger one: without space between its parts, and with `<`, `>`,
/// `&`, U+2028 and U+2029 escaped. Whatever else stands in it stays as it is, bytes that are not UTF-8 among it.
public final class GoText {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private GoText() {}

    /// @param json a JSON text; what is none comes out as something that is none
    public static byte[] compact(byte[] json) {
        var out = new ByteArrayOutputStream(json.length + 16);
        boolean inString = false;
        for (int i = 0; i < json.length; i++) {
            byte c = json[i];
            if (!inString && (c == ' ' || c == '\t' || c == '\r' || c == '\n')) {
                continue;
            }
            if (c == '"') {
                inString = !inString;
            }
            if (c == '<' || c == '>' || c == '&') {
                escape(out, c);
            } else if (isLineSeparator(json, i)) {
                escape(out, 0x2000 | (json[i + 2] & 0x3f));
                i += 2;
            } else {
                out.write(c);
                if (inString && c == '\\' && i + 1 < json.length) {
                    i++;
                    out.write(json[i]);
                }
            }
        }
        return out.toByteArray();
    }

    /// U+2028 or U+2029: E2 80 A8 or A9.
    private static boolean isLineSeparator(byte[] json, int at) {
        return json[at] == (byte) 0xe2
                && at + 2 < json.length
                && json[at + 1] == (byte) 0x80
                && (json[at + 2] & ~1) == (byte) 0xa8;
    }

    private static void escape(ByteArrayOutputStream out, int c) {
        out.write('\\');
        out.write('u');
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.write(HEX[(c >> shift) & 15]);
        }
    }
}
