package tiphys.language.gotext;

import java.util.LinkedHashMap;
import java.util.TreeMap;
import tiphys.language.EvaluationFailed;
import tiphys.manifest.Json;
import tiphys.manifest.Position;
import tiphys.manifest.Value;

/// JSON text as Go's `encoding/json` writes it: keys sorted, `<`, `>` and `&` escaped.
public final class GoJson {
    private static final int MAX_DEPTH = 250;

    private GoJson() {}

    public static String write(Value value) {
        var json = Json.write(sorted(value, 0));
        var out = new StringBuilder(json.length());
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            switch (c) {
                case '<' -> out.append("\\u003c");
                case '>' -> out.append("\\u003e");
                case '&' -> out.append("\\u0026");
                case '\u2028' -> out.append("\\u2028");
                case '\u2029' -> out.append("\\u2029");
                default -> out.append(c);
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
