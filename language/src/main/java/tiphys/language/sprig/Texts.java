package tiphys.language.sprig;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tiphys.language.EvaluationFailed;
import tiphys.language.value.Plain;
import tiphys.language.value.PlainText;

/// Functions of texts. In Sprig what is worked on comes last; lengths and places are counted in bytes.
final class Texts {
    private static final int SHORTEST = 4;
    private static final int SHORTEST_INSIDE = 7;
    private static final String DOTS = "...";

    private Texts() {}

    static void add(Sprig.Registry all) {
        all.put("hello", "", _ -> "Hello!");
        all.put("trim", "s", a -> a.made(PlainText.trim(a.text(0))));
        all.put("trimAll trimall", "ss", a -> a.made(PlainText.trim(a.text(1), a.text(0))));
        all.put(
                "trimPrefix",
                "ss",
                a -> a.text(1).startsWith(a.text(0)) ? a.made(a.text(1).substring(a.text(0).length())) : a.text(1));
        all.put(
                "trimSuffix",
                "ss",
                a ->
                        a.text(1).endsWith(a.text(0))
                                ? a.made(a.text(1).substring(0, a.text(1).length() - a.text(0).length()))
                                : a.text(1));
        all.put("upper", "s", a -> a.made(a.text(0).toUpperCase(Locale.ROOT)));
        all.put("lower", "s", a -> a.made(a.text(0).toLowerCase(Locale.ROOT)));
        all.put("replace", "sss", a -> PlainText.replace(a.text(2), a.text(0), a.text(1), -1, a.budget()));
        all.put("repeat", "is", a -> repeated(a.text(1), a.whole(0), a));
        all.put("contains", "ss", a -> a.text(1).contains(a.text(0)));
        all.put("hasPrefix", "ss", a -> a.text(1).startsWith(a.text(0)));
        all.put("hasSuffix", "ss", a -> a.text(1).endsWith(a.text(0)));
        all.put("nospace", "s", a -> nospace(a));
        all.put("quote", "*a", a -> joined(a, value -> quoted(a.print(value), a)));
        all.put("squote", "*a", a -> joined(a, value -> "'" + a.print(value) + "'"));
        all.put("cat", "*a", a -> joined(a, a::print));
        all.put("indent", "is", Texts::indented);
        all.put("nindent", "is", a -> "\n" + indented(a));
        all.put("plural", "ssi", a -> a.whole(2) == 1 ? a.text(0) : a.text(1));
        all.put("toString", "a", a -> a.print(a.any(0)));
        all.put("trunc", "is", Texts::truncated);
        all.put("substr", "iis", Texts::part);
        all.put("abbrev", "is", a -> a.whole(0) < SHORTEST ? a.text(1) : a.ofBytes(shortened(a.bytes(1), a.whole(0))));
        all.put(
                "abbrevboth",
                "iis",
                a ->
                        a.whole(1) < SHORTEST || (a.whole(0) > 0 && a.whole(1) < SHORTEST_INSIDE)
                                ? a.text(2)
                                : a.ofBytes(shortened(a.bytes(2), a.whole(0), a.whole(1))));
        all.put("wrap", "is", a -> wrapped(a.bytes(1), a.whole(0), "\n", false, a));
        all.put("wrapWith", "iss", a -> wrapped(a.bytes(2), a.whole(0), a.text(1), true, a));
        all.put("join", "sa", a -> PlainText.join(texts(a.any(1), a), a.text(0), a.budget()));
        all.put("toStrings", "a", a -> new ArrayList<@Nullable Object>(texts(a.any(0), a)));
        all.put("splitList", "ss", a -> PlainText.split(a.text(1), a.text(0), -1, false, a.budget()));
        all.put("split", "ss", a -> numbered(PlainText.split(a.text(1), a.text(0), -1, false, a.budget())));
        all.put("splitn", "sis", a -> numbered(PlainText.split(a.text(2), a.text(0), a.whole(1), false, a.budget())));
        all.put("sortAlpha", "a", Texts::sorted);
    }

    static String repeated(String text, long count, Arguments a) {
        if (count < 0) {
            throw new EvaluationFailed("strings: negative Repeat count");
        }
        return PlainText.repeat(text, count, a.budget());
    }

    private static String nospace(Arguments a) {
        var out = new StringBuilder();
        a.text(0).codePoints().filter(c -> !PlainText.isSpace(c)).forEach(out::appendCodePoint);
        return a.made(out.toString());
    }

    private interface Written {
        String of(Object value);
    }

    private static String joined(Arguments a, Written written) {
        var parts = new ArrayList<String>();
        for (var value : a.values()) {
            if (value != null) {
                a.budget().makeItems(1);
                parts.add(written.of(value));
            }
        }
        return PlainText.join(parts, " ", a.budget());
    }

    /// A text as a Go string literal.
    private static String quoted(String text, Arguments a) {
        a.budget().make(2L * text.length());
        var out = new StringBuilder("\"");
        text.codePoints()
                .forEach(c -> {
                    switch (c) {
                        case '"' -> out.append("\\\"");
                        case '\\' -> out.append("\\\\");
                        case 7 -> out.append("\\a");
                        case '\b' -> out.append("\\b");
                        case '\f' -> out.append("\\f");
                        case '\n' -> out.append("\\n");
                        case '\r' -> out.append("\\r");
                        case '\t' -> out.append("\\t");
                        case 11 -> out.append("\\v");
                        default -> {
                            if (isPrinted(c)) {
                                out.appendCodePoint(c);
                            } else if (c < 0x80) {
                                out.append(String.format(Locale.ROOT, "\\x%02x", c));
                            } else {
                                out.append(String.format(Locale.ROOT, c > 0xffff ? "\\U%08x" : "\\u%04x", c));
                            }
                        }
                    }
                });
        return out.append('"').toString();
    }

    private static boolean isPrinted(int c) {
        return c == ' '
                || switch (Character.getType(c)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.PRIVATE_USE,
                            Character.UNASSIGNED,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR,
                            Character.SPACE_SEPARATOR ->
                            false;
                    default -> true;
                };
    }

    private static String indented(Arguments a) {
        var pad = repeated(" ", a.whole(0), a);
        return pad + PlainText.replace(a.text(1), "\n", "\n" + pad, -1, a.budget());
    }

    private static String truncated(Arguments a) {
        var bytes = a.bytes(1);
        long count = a.whole(0);
        if (count < 0 && bytes.length() + count > 0) {
            return a.ofBytes(bytes.substring((int) (bytes.length() + count)));
        }
        return count >= 0 && bytes.length() > count ? a.ofBytes(bytes.substring(0, (int) count)) : a.text(1);
    }

    private static String part(Arguments a) {
        var bytes = a.bytes(2);
        long start = a.whole(0);
        long end = a.whole(1);
        long from = Math.max(0, start);
        long to = start >= 0 && (end < 0 || end > bytes.length()) ? bytes.length() : end;
        if (to < 0 || to > bytes.length() || from > to) {
            throw new EvaluationFailed("runtime error: slice bounds out of range [" + from + ":" + to + "]");
        }
        return a.ofBytes(bytes.substring((int) from, (int) to));
    }

    private static String shortened(String bytes, long width) {
        return shortened(bytes, 0, width);
    }

    private static String shortened(String bytes, long offset, long width) {
        if (bytes.length() <= width) {
            return bytes;
        }
        long at = Math.min(offset, bytes.length());
        if (bytes.length() - at < width - DOTS.length()) {
            at = bytes.length() - (width - DOTS.length());
        }
        if (at <= SHORTEST) {
            return bytes.substring(0, (int) width - DOTS.length()) + DOTS;
        }
        if (width < SHORTEST_INSIDE) {
            return "";
        }
        if (at + width - DOTS.length() < bytes.length()) {
            return DOTS + shortened(bytes.substring((int) at), width - DOTS.length());
        }
        return DOTS + bytes.substring((int) (bytes.length() - (width - DOTS.length())));
    }

    /// Lines of at most that many bytes, broken at blanks; a longer word stands alone, or is cut.
    private static String wrapped(String bytes, long width, String given, boolean cut, Arguments a) {
        var end =
                new String(
                        (given.isEmpty() ? "\n" : given).getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        java.nio.charset.StandardCharsets.ISO_8859_1);
        long line = Math.max(1, width);
        var out = new StringBuilder();
        int at = 0;
        while (bytes.length() - at > line) {
            if (bytes.charAt(at) == ' ') {
                at++;
                continue;
            }
            a.budget().make(end.length() + line);
            int border = (int) (at + line);
            int blank = bytes.lastIndexOf(' ', border);
            if (blank >= at) {
                out.append(bytes, at, blank).append(end);
                at = blank + 1;
            } else if (cut) {
                out.append(bytes, at, border).append(end);
                at = border;
            } else {
                int next = bytes.indexOf(' ', border);
                int to = next < 0 ? bytes.length() : next;
                out.append(bytes, at, to).append(next < 0 ? "" : end);
                at = next < 0 ? to : to + 1;
            }
        }
        return a.ofBytes(out.append(bytes, at, bytes.length()).toString());
    }

    /// The texts of a list's items that are not nil; of anything else its own.
    static List<String> texts(@Nullable Object value, Arguments a) {
        var texts = new ArrayList<String>();
        if (value instanceof List<?> list) {
            for (var item : list) {
                if (item != null) {
                    a.budget().makeItems(1);
                    texts.add(a.print(item));
                }
            }
        } else if (value != null) {
            texts.add(a.print(value));
        }
        return texts;
    }

    private static List<@Nullable Object> sorted(Arguments a) {
        var texts = a.any(0) == null ? new ArrayList<>(List.of("<nil>")) : texts(a.any(0), a);
        texts.sort((x, y) -> {
            a.budget().spend(1);
            return Plain.compare(x, y);
        });
        return new ArrayList<>(texts);
    }

    private static Map<String, @Nullable Object> numbered(List<@Nullable Object> parts) {
        var map = new LinkedHashMap<String, @Nullable Object>();
        for (int i = 0; i < parts.size(); i++) {
            map.put("_" + i, parts.get(i));
        }
        return map;
    }
}
