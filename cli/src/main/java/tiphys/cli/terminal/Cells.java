package tiphys.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/// Texts as a terminal's cells: their width, cutting and filling. Escapes of colour have no width; wide characters of East
/// Asia and emoji have two cells; combining marks have none.
public final class Cells {
    private static final char ESCAPE = '\u001b';

    /// Beginnings and ends of the ranges whose characters take two cells.
    private static final int[] WIDE = {
        0x1100, 0x115f, 0x2e80, 0x303e, 0x3040, 0xa4cf, 0xac00, 0xd7a3, 0xf900, 0xfaff, 0xfe30, 0xfe6f, 0xff00, 0xff60,
        0xffe0, 0xffe6, 0x1f300, 0x1f64f, 0x1f680, 0x1f6ff, 0x1f900, 0x1f9ff, 0x20000, 0x3fffd
    };

    private Cells() {}

    /// How many cells the text takes.
    public static int width(String text) {
        int cells = 0;
        for (int i = 0; i < text.length(); ) {
            if (text.charAt(i) == ESCAPE) {
                i = afterEscape(text, i);
            } else {
                int point = text.codePointAt(i);
                cells += width(point);
                i += Character.charCount(point);
            }
        }
        return cells;
    }

    /// The text in at most so many cells; what was cut is marked by an ellipsis. Colours end where they ended.
    public static String cut(String text, int cells, String ellipsis) {
        if (width(text) <= cells) {
            return text;
        }
        int room = Math.max(0, cells - width(ellipsis));
        var out = new StringBuilder();
        boolean coloured = false;
        for (int i = 0, used = 0; i < text.length(); ) {
            if (text.charAt(i) == ESCAPE) {
                int end = afterEscape(text, i);
                out.append(text, i, end);
                coloured = !text.startsWith("[0m", i + 1);
                i = end;
                continue;
            }
            int point = text.codePointAt(i);
            if (used + width(point) > room) {
                break;
            }
            out.appendCodePoint(point);
            used += width(point);
            i += Character.charCount(point);
        }
        if (cells >= width(ellipsis)) {
            out.append(ellipsis);
        }
        return coloured ? out.append("\u001b[0m").toString() : out.toString();
    }

    /// The text with spaces after it up to so many cells.
    public static String fill(String text, int cells) {
        return text + " ".repeat(Math.max(0, cells - width(text)));
    }

    /// The text on as many lines as it needs; a word that is longer than a line is left whole.
    public static List<String> wrap(String text, int cells) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder();
        for (var word : text.split(" ", -1)) {
            if (!line.isEmpty() && width(line.toString()) + 1 + width(word) > cells) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    /// The text in one line, with nothing in it that could move the cursor or change the terminal.
    public static String oneLine(String text) {
        var out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                out.append(out.isEmpty() || out.charAt(out.length() - 1) == ' ' ? "" : " ");
            } else {
                out.append(c == '\t' ? ' ' : c);
            }
        }
        return Visible.of(out.toString()).strip();
    }

    private static int afterEscape(String text, int from) {
        int end = text.indexOf('m', from);
        return end < 0 ? text.length() : end + 1;
    }

    private static int width(int point) {
        int type = Character.getType(point);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || point == 0x200d) {
            return 0;
        }
        for (int i = 0; i < WIDE.length; i += 2) {
            if (point >= WIDE[i] && point <= WIDE[i + 1]) {
                return 2;
            }
        }
        return 1;
    }
}
