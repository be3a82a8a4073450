package tiphys.language.gjson;

/// Finds where values end in JSON text, without making anything of them. It believes the text: what is no JSON leads to some place.
final class JsonScan {
    private static final String NUMBERS = "+-0123456789iIN";

    private JsonScan() {}

    /// Whether a value may begin with the character.
    static boolean begins(char c) {
        return switch (c) {
            case '"', '{', '[', 't', 'f', 'n' -> true;
            default -> c < 0x80 && NUMBERS.indexOf(c) >= 0;
        };
    }

    /// Where the next value begins, over everything that begins none; `to` if there is none.
    static int next(String json, int from, int to) {
        int i = from;
        while (i < to && !begins(json.charAt(i))) {
            i++;
        }
        return i;
    }

    /// The end of the value that begins at a place; -1 if it is a text without end.
    static int end(String json, int from, int to) {
        char c = json.charAt(from);
        return switch (c) {
            case '"' -> text(json, from, to);
            case '{', '[', '(' -> nested(json, from, to);
            case 't', 'f' -> word(json, from, to);
            case 'n' -> number(json, from, to) ? digits(json, from, to) : word(json, from, to);
            default -> digits(json, from, to);
        };
    }

    /// Whether an `n` begins a number (`nan`), not `null`.
    static boolean number(String json, int from, int to) {
        return from + 1 < to && json.charAt(from + 1) != 'u';
    }

    /// The place behind the closing quote of the text that begins at a place; -1 if it has none.
    static int text(String json, int from, int to) {
        for (int i = from + 1; i < to; i++) {
            char c = json.charAt(i);
            if (c == '"') {
                return i + 1;
            }
            if (c == '\\') {
                i++;
            }
        }
        return -1;
    }

    /// The place behind the bracket that closes the one at a place; `to` if none does.
    static int nested(String json, int from, int to) {
        int depth = 1;
        for (int i = from + 1; i < to; i++) {
            switch (json.charAt(i)) {
                case '"' -> {
                    int end = text(json, i, to);
                    if (end < 0) {
                        return to;
                    }
                    i = end - 1;
                }
                case '{', '[', '(' -> depth++;
                case '}', ']', ')' -> {
                    depth--;
                    if (depth == 0) {
                        return i + 1;
                    }
                }
                default -> {}
            }
        }
        return to;
    }

    private static int word(String json, int from, int to) {
        int i = from + 1;
        while (i < to && json.charAt(i) >= 'a' && json.charAt(i) <= 'z') {
            i++;
        }
        return i;
    }

    private static int digits(String json, int from, int to) {
        int i = from + 1;
        while (i < to) {
            char c = json.charAt(i);
            if (c <= ' ' || c == ',' || c == ']' || c == '}') {
                break;
            }
            i++;
        }
        return i;
    }

    /// The characters that a text's content stands for; it ends early at what is no escape.
    static String unescaped(String json, int from, int to) {
        int plain = json.indexOf('\\', from, to);
        if (plain < 0) {
            return json.substring(from, to);
        }
        var out = new StringBuilder(to - from).append(json, from, plain);
        int i = plain;
        while (i < to && json.charAt(i) >= ' ') {
            char c = json.charAt(i);
            if (c != '\\') {
                out.append(c);
                i++;
                continue;
            }
            char escape = i + 1 < to ? json.charAt(i + 1) : ' ';
            if (escape == 'u' && i + 6 <= to) {
                i = unicode(json, i + 1, to, out) + 1;
                continue;
            }
            int known = "\\/bfnrt\"".indexOf(escape);
            if (known < 0) {
                break;
            }
            out.append("\\/\b\f\n\r\t\"".charAt(known));
            i += 2;
        }
        return out.toString();
    }

    /// Appends the character of the escape whose `u` stands at a place; gives the place of its last character.
    private static int unicode(String json, int at, int to, StringBuilder out) {
        int first = hex(json, at + 1);
        int last = at + 4;
        if (first < Character.MIN_SURROGATE || first > Character.MAX_SURROGATE) {
            out.append((char) first);
            return last;
        }
        int made = 0xFFFD;
        if (last + 6 < to && json.charAt(last + 1) == '\\' && json.charAt(last + 2) == 'u') {
            int second = hex(json, last + 3);
            if (Character.isHighSurrogate((char) first) && Character.isLowSurrogate((char) second)) {
                made = Character.toCodePoint((char) first, (char) second);
            }
            last += 6;
        }
        out.appendCodePoint(made);
        return last;
    }

    private static int hex(String json, int from) {
        int number = 0;
        for (int i = from; i < from + 4; i++) {
            int digit = Character.digit(json.charAt(i), 16);
            if (digit < 0) {
                return 0;
            }
            number = number * 16 + digit;
        }
        return number;
    }

    /// A text as a JSON text, with what HTML would read escaped, as Go writes it.
    static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '<', '>', '&', '\u2028', '\u2029' -> escape(c, out);
                default -> {
                    if (c < ' ') {
                        escape(c, out);
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static void escape(char c, StringBuilder out) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(Character.forDigit(c >> shift & 15, 16));
        }
    }
}
