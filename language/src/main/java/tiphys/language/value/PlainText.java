package tiphys.language.value;

import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.gotext.GoDuration;
import tiphys.language.gotext.GoText;

/// Values as Go prints them, and as Go's `encoding/json` writes them.
public final class PlainText {
    /// How JSON is laid out.
    public enum Layout {
        /// In one line.
        COMPACT,
        /// In one line, with `<`, `>` and `&` as they are.
        RAW,
        /// For people: two spaces a level.
        INDENTED
    }

    private static final int NUMBER = 8;

    private final StringBuilder out = new StringBuilder();
    private final Budget budget;
    private final Layout layout;

    private PlainText(Budget budget, Layout layout) {
        this.budget = budget;
        this.layout = layout;
    }

    /// As `%v` prints it.
    ///
    /// @throws EvaluationFailed if it would be larger than the budget allows
    public static String print(@Nullable Object value, Budget budget) {
        if (value instanceof String text) {
            return text;
        }
        var text = new PlainText(budget, Layout.COMPACT);
        text.print(value, 0);
        return text.out.toString();
    }

    /// As JSON: keys sorted; `<`, `>` and `&` escaped but for [Layout#RAW].
    ///
    /// @throws EvaluationFailed if it would be larger than the budget allows, or is nothing that JSON has
    public static String json(@Nullable Object value, Layout layout, Budget budget) {
        var text = new PlainText(budget, layout);
        text.json(value, 0);
        return text.out.toString();
    }

    private void print(@Nullable Object value, int depth) {
        budget.spend(1);
        Plain.deep(depth);
        switch (value) {
            case null -> add("<nil>");
            case String text -> add(text);
            case Double number -> add(GoText.number(number));
            case Duration duration -> add(GoDuration.write(duration));
            case ZonedDateTime time -> add(Times.print(time));
            case Month month -> add(month.getDisplayName(TextStyle.FULL, Locale.ROOT));
            case DayOfWeek day -> add(day.getDisplayName(TextStyle.FULL, Locale.ROOT));
            case WithMethods object -> add(object.text());
            case byte[] bytes -> {
                budget.make(4L * bytes.length + 2);
                var numbers = new StringJoiner(" ", "[", "]");
                for (byte one : bytes) {
                    numbers.add(Integer.toString(one & 0xff));
                }
                out.append(numbers);
            }
            case List<?> list -> {
                add("[");
                for (int i = 0; i < list.size(); i++) {
                    add(i > 0 ? " " : "");
                    print(list.get(i), depth + 1);
                }
                add("]");
            }
            case Map<?, ?> map -> {
                add("map[");
                var separator = "";
                for (var field : sorted(map).entrySet()) {
                    add(separator);
                    separator = " ";
                    add(field.getKey());
                    add(":");
                    print(field.getValue(), depth + 1);
                }
                add("]");
            }
            default -> add(value.toString());
        }
    }

    private void json(@Nullable Object value, int depth) {
        budget.spend(1);
        Plain.deep(depth);
        switch (value) {
            case null -> add("null");
            case NoList _ -> add("null");
            case Boolean truth -> add(truth ? "true" : "false");
            case String text -> quoted(text);
            case Double number -> add(Plain.json(number));
            case Number number -> add(number.toString());
            case Duration duration -> add(Long.toString(duration.toNanos()));
            case Month month -> add(Integer.toString(month.getValue()));
            case DayOfWeek day -> add(Integer.toString(day.getValue() % 7));
            case ZonedDateTime time -> quoted(Times.json(time));
            case WithMethods object -> quoted(object.text());
            case ZoneId _ -> add("{}");
            case byte[] bytes -> {
                budget.make(2L * bytes.length);
                out.append('"').append(Base64.getEncoder().encodeToString(bytes)).append('"');
            }
            case List<?> list -> {
                add("[");
                for (int i = 0; i < list.size(); i++) {
                    line(i > 0, depth + 1);
                    json(list.get(i), depth + 1);
                }
                if (!list.isEmpty()) {
                    line(false, depth);
                }
                add("]");
            }
            case AnyKeys _ -> throw Plain.unsupported(value);
            case Map<?, ?> map -> {
                add("{");
                boolean more = false;
                for (var field : sorted(map).entrySet()) {
                    line(more, depth + 1);
                    more = true;
                    quoted(field.getKey());
                    add(layout == Layout.INDENTED ? ": " : ":");
                    json(field.getValue(), depth + 1);
                }
                if (more) {
                    line(false, depth);
                }
                add("}");
            }
            default -> throw Plain.unsupported(value);
        }
    }

    private Map<String, @Nullable Object> sorted(Map<?, ?> map) {
        budget.make((long) Budget.ITEM * map.size());
        var sorted = new TreeMap<String, @Nullable Object>(Plain::compare);
        map.forEach((key, value) -> sorted.put(String.valueOf(key), value));
        return sorted;
    }

    private void line(boolean comma, int depth) {
        add(comma ? "," : "");
        if (layout == Layout.INDENTED) {
            add("\n");
            add("  ".repeat(depth));
        }
    }

    private void quoted(String text) {
        budget.make(text.length());
        quote(text, layout != Layout.RAW, out);
    }

    /// A text as a JSON string.
    static void quote(String text, boolean html, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\u2028' -> out.append("\\u2028");
                case '\u2029' -> out.append("\\u2029");
                case '<', '>', '&' -> {
                    if (html) {
                        escaped(c, out);
                    } else {
                        out.append(c);
                    }
                }
                default -> {
                    if (c < ' ') {
                        escaped(c, out);
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static void escaped(char c, StringBuilder out) {
        out.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
    }

    private void add(String part) {
        budget.make(part.length());
        out.append(part);
    }

    /// A part of a text by its bytes, as Go cuts texts; half a character becomes U+FFFD.
    public static String cut(String text, int from, int to) {
        if (isAscii(text)) {
            return text.substring(from, to);
        }
        return new String(text.getBytes(StandardCharsets.UTF_8), from, to - from, StandardCharsets.UTF_8);
    }

    /// How many bytes a text has.
    public static int length(String text) {
        return isAscii(text) ? text.length() : text.getBytes(StandardCharsets.UTF_8).length;
    }

    /// The byte at a place.
    public static long at(String text, int index) {
        return isAscii(text) ? text.charAt(index) : text.getBytes(StandardCharsets.UTF_8)[index] & 0xff;
    }

    /// Where a character's byte stands, for a place counted in characters; -1 stays.
    public static long bytesBefore(String text, int index) {
        return index < 0 ? -1 : length(text.substring(0, index));
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /// A text cut at each separator, as Go's `strings.SplitN` does it: into characters for an empty one.
    ///
    /// @param limit of parts; all if negative, nothing if 0
    /// @param keep whether each part keeps its separator
    public static List<@Nullable Object> split(String text, String separator, long limit, boolean keep, Budget budget) {
        if (limit == 0) {
            return NoList.NONE;
        }
        budget.spend(Plain.size(text));
        budget.make(text.length());
        var parts = new ArrayList<@Nullable Object>();
        if (separator.isEmpty()) {
            int from = 0;
            while (from < text.length() && (limit < 0 || parts.size() < limit - 1)) {
                int to = from + Character.charCount(text.codePointAt(from));
                budget.makeItems(1);
                parts.add(text.substring(from, to));
                from = to;
            }
            if (from < text.length()) {
                parts.add(text.substring(from));
            }
            return parts;
        }
        int from = 0;
        while (limit < 0 || parts.size() < limit - 1) {
            int at = text.indexOf(separator, from);
            if (at < 0) {
                break;
            }
            budget.makeItems(1);
            parts.add(text.substring(from, keep ? at + separator.length() : at));
            from = at + separator.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    /// A text with what is old in it replaced, as Go's `strings.Replace` does it; an empty old one stands before each
    /// character and at the end.
    ///
    /// @param limit of replacements; all if negative
    public static String replace(String text, String old, String fresh, long limit, Budget budget) {
        budget.spend(Plain.size(text));
        budget.make(text.length());
        var out = new StringBuilder();
        int from = 0;
        int at = old.isEmpty() ? 0 : text.indexOf(old);
        for (long count = 0; at >= 0 && (limit < 0 || count < limit); count++) {
            budget.make(fresh.length() + 1L);
            out.append(text, from, at).append(fresh);
            from = at + old.length();
            if (!old.isEmpty()) {
                at = text.indexOf(old, from);
            } else {
                at = at < text.length() ? at + Character.charCount(text.codePointAt(at)) : -1;
            }
        }
        return out.append(text, from, text.length()).toString();
    }

    /// A text again and again.
    ///
    /// @throws EvaluationFailed if it would be larger than the budget allows
    public static String repeat(String text, long count, Budget budget) {
        budget.make(count > Integer.MAX_VALUE ? Long.MAX_VALUE : NUMBER + text.length() * count);
        return text.repeat((int) count);
    }

    /// Texts with another between them.
    public static String join(List<String> parts, String separator, Budget budget) {
        long length = 0;
        for (var part : parts) {
            length += part.length() + separator.length();
        }
        budget.spend(parts.size());
        budget.make(length);
        return String.join(separator, parts);
    }

    /// A text without these characters at its ends.
    public static String trim(String text, String characters) {
        int from = 0;
        int to = text.length();
        while (from < to && characters.indexOf(text.codePointAt(from)) >= 0) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (to > from && characters.indexOf(text.codePointBefore(to)) >= 0) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return text.substring(from, to);
    }

    /// A text without white space at its ends.
    public static String trim(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isSpace(text.charAt(from))) {
            from++;
        }
        while (to > from && isSpace(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    /// Whether Go's `unicode.IsSpace` takes it for white space.
    public static boolean isSpace(int c) {
        return (c >= 9 && c <= 13) || c == 0x85 || c == 0xa0 || Character.isSpaceChar(c);
    }
}
