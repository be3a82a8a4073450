package tiphys.manifest;

import java.util.regex.Pattern;

/// Writes values as block YAML in the way of kubectl: two spaces a level, lists at the level of their key, quotes only where a
/// plain text would be read as something else, `|` for texts of several lines. Every reader of YAML 1.1 or 1.2 reads it back alike.
final class YamlWriter {
    private static final int LONGEST_SIMPLE_KEY = 128;
    private static final String FIRST_INDICATORS = "#,[]{}&*!|>'\"%@`";

    /// What other readers take for a number in base 60, a date, an infinity or a merge.
    private static final Pattern ELSEWHERE_NO_STRING =
            Pattern.compile(
                    "[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\\.[0-9_]*)?|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?"
                            + "|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)|<<|=|[-+]?(\\.[0-9_]+|[0-9][0-9_]*(\\.[0-9_]*)?)([eE][-+]?[0-9]+)?"
                            + "|[-+]?0[xob][0-9a-fA-F_]+");

    private final StringBuilder out = new StringBuilder();

    static String write(Value value) {
        var writer = new YamlWriter();
        switch (value) {
            case Value.Mapping map when !map.fields().isEmpty() -> writer.fields(map, 0, false);
            case Value.Sequence list when !list.items().isEmpty() -> writer.items(list, 0, false);
            case Value.Mapping _, Value.Sequence _, Value.Null _, Value.Bool _, Value.Number _, Value.Text _ ->
                    writer.scalar(value, 0);
        }
        return writer.out.toString();
    }

    private void fields(Value.Mapping map, int indent, boolean begun) {
        boolean first = begun;
        for (var field : map.fields().entrySet()) {
            if (!first) {
                indent(indent);
            }
            first = false;
            key(field.getKey(), indent);
            switch (field.getValue()) {
                case Value.Mapping inner when !inner.fields().isEmpty() -> {
                    out.append('\n');
                    fields(inner, indent + 2, false);
                }
                case Value.Sequence inner when !inner.items().isEmpty() -> {
                    out.append('\n');
                    items(inner, indent, false);
                }
                case Value.Mapping _, Value.Sequence _, Value.Null _, Value.Bool _, Value.Number _, Value.Text _ -> {
                    out.append(' ');
                    scalar(field.getValue(), indent + 2);
                }
            }
        }
    }

    private void items(Value.Sequence list, int indent, boolean begun) {
        boolean first = begun;
        for (var item : list.items()) {
            if (!first) {
                indent(indent);
            }
            first = false;
            out.append("- ");
            switch (item) {
                case Value.Mapping inner when !inner.fields().isEmpty() -> fields(inner, indent + 2, true);
                case Value.Sequence inner when !inner.items().isEmpty() -> items(inner, indent + 2, true);
                case Value.Mapping _, Value.Sequence _, Value.Null _, Value.Bool _, Value.Number _, Value.Text _ ->
                        scalar(item, indent + 2);
            }
        }
    }

    private void key(String key, int indent) {
        var text = key.indexOf('\n') < 0 && plain(key) ? key : quoted(key);
        if (text.length() > LONGEST_SIMPLE_KEY) {
            out.append("? ").append(text).append('\n');
            indent(indent);
        } else {
            out.append(text);
        }
        out.append(':');
    }

    /// Writes a value that needs no further lines, or a block of lines at the given level, and ends the line.
    private void scalar(Value value, int indent) {
        switch (value) {
            case Value.Null _ -> out.append("null");
            case Value.Bool(var truth, _) -> out.append(truth);
            case Value.Number(var literal, _) -> out.append(literal);
            case Value.Mapping _ -> out.append("{}");
            case Value.Sequence _ -> out.append("[]");
            case Value.Text(var text, _) -> {
                if (text.indexOf('\n') >= 0 && block(text)) {
                    lines(text, Math.max(indent, 2));
                    return;
                }
                out.append(plain(text) ? text : quoted(text));
            }
        }
        out.append('\n');
    }

    private void lines(String text, int indent) {
        out.append('|');
        if (text.startsWith(" ") || text.startsWith("\n") || text.startsWith("\t")) {
            out.append('2'); // else the first line's own spaces would count as the level
        }
        boolean ended = text.endsWith("\n");
        if (!ended) {
            out.append('-');
        } else if (text.length() == 1 || text.endsWith("\n\n")) {
            out.append('+');
        }
        out.append('\n');
        int at = 0;
        while (at < text.length()) {
            int end = text.indexOf('\n', at);
            int stop = end < 0 ? text.length() : end;
            if (stop > at) {
                indent(indent);
                out.append(text, at, stop);
            }
            out.append('\n');
            at = stop + 1;
        }
    }

    private void indent(int spaces) {
        out.repeat(' ', spaces);
    }

    /// Whether a text of several lines may be written as it is: no characters that cannot be seen, no spaces at a line's end.
    private static boolean block(String text) {
        return text.codePoints().allMatch(c -> c == '\n' || c == '\t' || printable(c))
                && !text.contains(" \n")
                && !text.contains("\t\n")
                && !text.endsWith(" ")
                && !text.endsWith("\t");
    }

    private static boolean plain(String text) {
        if (text.isEmpty()
                || !(Scalars.resolve(text, Position.NONE) instanceof Value.Text)
                || ELSEWHERE_NO_STRING.matcher(text).matches()
                || text.startsWith("---")
                || text.startsWith("...")
                || text.startsWith(" ")
                || text.endsWith(" ")
                || text.endsWith(":")
                || text.contains(": ")
                || text.contains(" #")) {
            return false;
        }
        char first = text.charAt(0);
        boolean indicates =
                FIRST_INDICATORS.indexOf(first) >= 0
                        || ((first == '-' || first == '?' || first == ':')
                                && (text.length() == 1 || text.charAt(1) == ' '));
        return !indicates && text.codePoints().allMatch(YamlWriter::printable);
    }

    private static boolean printable(int c) {
        return (c >= ' ' && c <= '~')
                || (c >= 0xA0 && c <= 0xD7FF && c != 0x2028 && c != 0x2029)
                || (c >= 0xE000 && c <= 0xFFFD && c != 0xFEFF)
                || c >= 0x10000;
    }

    /// In single quotes if it is only the text's look that needs them, as kubectl does, else in double quotes.
    private static String quoted(String text) {
        boolean looksLikeAnother =
                text.isEmpty()
                        || !(Scalars.resolve(text, Position.NONE) instanceof Value.Text)
                        || ELSEWHERE_NO_STRING.matcher(text).matches();
        if (!looksLikeAnother && text.codePoints().allMatch(YamlWriter::printable)) {
            return "'" + text.replace("'", "''") + "'";
        }
        var quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> escaped(c, quoted));
        return quoted.append('"').toString();
    }

    private static void escaped(int c, StringBuilder into) {
        switch (c) {
            case '"' -> into.append("\\\"");
            case '\\' -> into.append("\\\\");
            case '\n' -> into.append("\\n");
            case '\t' -> into.append("\\t");
            case '\r' -> into.append("\\r");
            default -> {
                if (printable(c)) {
                    into.appendCodePoint(c);
                } else {
                    into.append(c < 0x100 ? "\\x" : "\\u");
                    var hex = Integer.toHexString(c);
                    into.repeat('0', (c < 0x100 ? 2 : 4) - hex.length()).append(hex);
                }
            }
        }
    }
}
