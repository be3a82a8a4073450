package tiphys.language.gotext;

import java.util.LinkedHashMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tiphys.language.EvaluationFailed;
import tiphys.manifest.Json;
import tiphys.manifest.Position;
import tiphys.manifest.Value;

/// JSON text as Go's `encoding/json` writes it: keys sorted, `<`, `>` and `&` escaped.
public final class GoJson {
    private static final int MAX_DEPTH = 250;

    private GoJson() {}

    /// Whether a text is JSON, by the rules of Go's reader: a key may come twice, and 10,000 levels are as deep as it goes.
    public static boolean isValid(String text) {
        return JsonComplaint.about(text).isEmpty();
    }

    /// A JSON text without the room between its parts, and with the characters escaped that HTML would read: what Go makes of
    /// a text that it passes on as it is. Escapes and numbers stay as they were written.
    ///
    /// @param json valid JSON
    public static String compact(String json) {
        @Nullable StringBuilder out = null;
        boolean inText = false;
        int copied = 0;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c > '>' && c < '\u2028') {
                i += c == '\\' && inText ? 1 : 0; // what is escaped says nothing
                continue;
            }
            var special = escape(c);
            if (special.isEmpty() && (inText || c > ' ')) {
                inText ^= c == '"';
                continue;
            }
            out = out == null ? new StringBuilder(json.length() + 16) : out;
            out.append(json, copied, i).append(special);
            copied = i + 1;
        }
        return out == null ? json : out.append(json, copied, json.length()).toString();
    }

    private static String escape(char c) {
        return switch (c) {
            case '<' -> "\\u003c";
            case '>' -> "\\u003e";
            case '&' -> "\\u0026";
            case '\u2028' -> "\\u2028";
            case '\u2029' -> "\\u2029";
            default -> "";
        };
    }

    /// A value as Go writes it.
    public static String write(Value value) {
        var json = Json.write(sorted(value, 0));
        var out = new StringBuilder(json.length());
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            var special = escape(c);
            if (special.isEmpty()) {
                out.append(c);
            } else {
                out.append(special);
            }
        }
        return out.toString();
    }

    private static Value sorted(Value value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new EvaluationFailed("the value is nested too deeply");
        }
        return switch (value) {
            case Value.Mapping map -> {
                var fields = new LinkedHashMap<String, Value>();
                new TreeMap<>(map.fields()).forEach((key, field) -> fields.put(key, sorted(field, depth + 1)));
                yield new Value.Mapping(fields, java.util.Map.of(), Position.NONE);
            }
            case Value.Sequence(var items, _) ->
                    Value.list(items.stream().map(item -> sorted(item, depth + 1)).toList());
            case Value.Null _, Value.Bool _, Value.Number _, Value.Text _ -> value;
        };
    }
}
