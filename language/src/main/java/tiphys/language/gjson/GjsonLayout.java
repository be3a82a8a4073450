package tiphys.language.gjson;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.gotext.GoText;

/// Lays JSON text out: for people (`@pretty`), where a list without objects stands in one line if it is short, or without any room (`@ugly`).
final class GjsonLayout {
    private static final int DEEPEST = 500;

    private final String json;
    private final Budget budget;
    private final StringBuilder out = new StringBuilder();
    private boolean sorted;
    private String indent = "  ";
    private String prefix = "";
    private int width = 80;
    private int line;
    private int at;

    private GjsonLayout(String json, Budget budget) {
        this.json = json;
        this.budget = budget;
    }

    /// @param options JSON with `sortKeys`, `indent`, `prefix`, `width`; may be empty
    static String pretty(String json, String options, Budget budget) {
        var layout = new GjsonLayout(json, budget);
        Found.first(options).each(layout::option);
        layout.out.append(layout.prefix);
        layout.value(0);
        return layout.out.isEmpty() ? "" : layout.out.append('\n').toString();
    }

    private void option(String key, Found value) {
        switch (key) {
            case "\"sortKeys\"" -> sorted = value.truth();
            case "\"indent\"" -> indent = room(value.text());
            case "\"prefix\"" -> prefix = room(value.text());
            case "\"width\"" -> width = (int) value.number();
            default -> {}
        }
    }

    private static String room(String text) {
        return text.replaceAll("[^ \\t\\n\\r]", "");
    }

    static String ugly(String json) {
        var out = new StringBuilder(json.length());
        for (int i = 0; i < json.length(); i++) {
            if (json.charAt(i) == '"') {
                int end = JsonScan.text(json, i, json.length());
                end = end < 0 ? json.length() : end;
                out.append(json, i, end);
                i = end - 1;
            } else if (json.charAt(i) > ' ') {
                out.append(json.charAt(i));
            }
        }
        return out.toString();
    }

    private void value(int depth) {
        at = JsonScan.next(json, at, json.length());
        if (at == json.length()) {
            return;
        }
        char c = json.charAt(at);
        if (c == '{' || c == '[') {
            nested(c, depth);
        } else {
            scalar();
        }
    }

    private void scalar() {
        int end = JsonScan.end(json, at, json.length());
        end = end < 0 ? json.length() : end;
        put(json, at, end);
        at = end;
    }

    private void put(String text, int from, int to) {
        budget.make(to - from);
        out.append(text, from, to);
    }

    private void nested(char open, int depth) {
        if (depth > DEEPEST) {
            throw new EvaluationFailed("the value is nested too deeply");
        }
        int room = width - (out.length() - line);
        if (open == '[' && width > 0 && room > 3) {
            int from = at;
            int begun = out.length();
            if (inOneLine(begun + room)) {
                return;
            }
            out.setLength(begun);
            at = from;
        }
        char close = open == '[' ? ']' : '}';
        put(String.valueOf(open), 0, 1);
        at++;
        var fields = new ArrayList<Field>();
        boolean any = false;
        while (at < json.length() && json.charAt(at) != close) {
            char c = json.charAt(at);
            if (c <= ' ' || c == ',' || (open == '{' && c != '"')) {
                at++;
                continue;
            }
            put(",", any ? 0 : 1, 1);
            any = true;
            newLine();
            int begun = out.length();
            tabs(depth + 1);
            int key = at;
            if (open == '{') {
                scalar();
                put(": ", 0, 2);
            }
            int keyEnd = at;
            value(depth + 1);
            if (open == '{' && sorted) {
                fields.add(
                        new Field(
                                JsonScan.unescaped(json, key + 1, Math.max(key + 1, keyEnd - 1)), begun, out.length()));
            }
        }
        at++;
        sort(fields);
        if (any) {
            newLine();
            tabs(depth);
        }
        put(String.valueOf(close), 0, 1);
    }

    private record Field(String key, int from, int to) {}

    private void sort(List<Field> fields) {
        if (fields.size() < 2) {
            return;
        }
        var lines =
                fields.stream()
                        .sorted(Comparator.comparing(Field::key, GoText::compare))
                        .map(field -> out.substring(field.from(), field.to()))
                        .toList();
        budget.make(out.length() - fields.getFirst().from());
        out.setLength(fields.getFirst().from());
        out.append(String.join(",\n", lines));
    }

    private void newLine() {
        line = out.length();
        if (out.length() > 0 && out.charAt(out.length() - 1) == ' ') {
            out.setCharAt(out.length() - 1, '\n');
        } else {
            put("\n", 0, 1);
        }
    }

    private void tabs(int count) {
        budget.make(prefix.length() + (long) indent.length() * count);
        out.append(prefix).repeat(indent, count);
    }

    /// Writes the list at this place in one line; false if it has objects or gets longer than `end`.
    private boolean inOneLine(int end) {
        int open = 0;
        boolean any = false;
        for (; at < json.length() && out.length() <= end; budget.spend(1)) {
            char c = json.charAt(at);
            if (c == '{') {
                return false;
            }
            if (c == ']') {
                out.append(c);
                at++;
                any = true;
                open--;
                if (open == 0) {
                    return out.length() <= end;
                }
            } else if (c <= ' ' || c == ',' || !JsonScan.begins(c)) {
                at++;
            } else {
                if (any) {
                    out.append(width == -1 ? "," : ", ");
                }
                any = c != '[';
                if (c == '[') {
                    out.append(c);
                    at++;
                    open++;
                } else {
                    scalar();
                }
            }
        }
        return false;
    }
}
