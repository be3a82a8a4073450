package tiphys.language.gjson;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.gotext.GoNumber;
import tiphys.language.gotext.GoText;
import tiphys.manifest.Position;
import tiphys.manifest.Value;

/// What a path finds in JSON text: a piece of that text, or of one that was made on the way.
public final class Found {
    /// What kind of value it is.
    enum Kind {
        NULL,
        FALSE,
        NUMBER,
        TEXT,
        TRUE,
        NESTED
    }

    /// A value that is looked at, one after another.
    interface Each {
        /// @param key the key's JSON text with its quotes; empty in a list
        void take(String key, Found value);
    }

    /// Nothing was found.
    static final Found NOTHING = new Found(Kind.NULL, "", 0, 0, List.of(), false);

    private static final int DEEPEST = 250;
    private static final int SHOWN_LEVELS = 100;

    private final Kind kind;
    private final String json;
    private final int from;
    private final int to;
    private final List<Integer> places;
    private final boolean placed;

    private Found(Kind kind, String json, int from, int to, List<Integer> places, boolean placed) {
        this.kind = kind;
        this.json = json;
        this.from = from;
        this.to = to;
        this.places = places;
        this.placed = placed;
    }

    /// The same, but standing nowhere in the text that was searched: what came out of a pipe.
    Found detached() {
        return new Found(kind, json, from, to, List.of(), false);
    }

    /// Where it stands in the text that was searched; 0 if nowhere there.
    int place(String searched) {
        return placed && json.equals(searched) ? from : 0;
    }

    /// The piece of a text that begins at a place with a value's first character.
    static Found at(String json, int from, int end, int to) {
        var kind =
                switch (json.charAt(from)) {
                    case '{', '[' -> Kind.NESTED;
                    case '"' -> Kind.TEXT;
                    case 't' -> Kind.TRUE;
                    case 'f' -> Kind.FALSE;
                    case 'n' -> JsonScan.number(json, from, to) ? Kind.NUMBER : Kind.NULL;
                    default -> Kind.NUMBER;
                };
        return new Found(kind, json, from, end, List.of(), true);
    }

    /// A list or an object that was made.
    ///
    /// @param places where its items stand in the text that was searched; empty if they do not
    static Found made(String json, List<Integer> places) {
        return new Found(Kind.NESTED, json, 0, json.length(), places, false);
    }

    /// A number that was counted.
    static Found count(int number) {
        var json = Integer.toString(number);
        return new Found(Kind.NUMBER, json, 0, json.length(), List.of(), false);
    }

    /// The first value of a text; a list or an object goes to the text's end.
    static Found first(String json) {
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c == '{' || c == '[') {
                return new Found(Kind.NESTED, json, i, json.length(), List.of(), false);
            }
            if (c > ' ') {
                if (!JsonScan.begins(c)) {
                    return NOTHING;
                }
                int end = JsonScan.end(json, i, json.length());
                return at(json, i, end < 0 ? json.length() : end, json.length());
            }
        }
        return NOTHING;
    }

    /// Whether there is something; a null is.
    public boolean exists() {
        return kind != Kind.NULL || to > from;
    }

    Kind kind() {
        return kind;
    }

    String json() {
        return json;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    List<Integer> places() {
        return places;
    }

    public boolean isNull() {
        return kind == Kind.NULL;
    }

    public boolean isText() {
        return kind == Kind.TEXT;
    }

    /// Whether it is a list or an object.
    public boolean isNested() {
        return kind == Kind.NESTED;
    }

    boolean isList() {
        return kind == Kind.NESTED && to > from && json.charAt(from) == '[';
    }

    boolean isObject() {
        return kind == Kind.NESTED && to > from && json.charAt(from) == '{';
    }

    /// Its JSON text, as it was written.
    public String raw() {
        return json.substring(from, to);
    }

    /// As text: a text without quotes and escapes, a whole number as written, another shortest without an exponent, a null as
    /// nothing, a list or an object as written.
    public String text() {
        return switch (kind) {
            case NULL -> "";
            case FALSE -> "false";
            case TRUE -> "true";
            case NUMBER -> whole() ? raw() : GoText.plain(number());
            case TEXT -> JsonScan.unescaped(json, from + 1, Math.max(from + 1, to - 1));
            case NESTED -> raw();
        };
    }

    private boolean whole() {
        for (int i = json.charAt(from) == '-' ? from + 1 : from; i < to; i++) {
            if (json.charAt(i) < '0' || json.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    /// As a number: that of a numeric text, 1 for true, 0 for everything else.
    public double number() {
        return switch (kind) {
            case NULL, FALSE, NESTED -> 0;
            case TRUE -> 1;
            case NUMBER -> GoNumber.read(raw()).orElse(0);
            case TEXT -> GoNumber.read(text()).orElse(0);
        };
    }

    /// As a truth value: a number other than 0 is true, and a text that says so in whatever case.
    public boolean truth() {
        return switch (kind) {
            case NULL, FALSE, NESTED -> false;
            case TRUE -> true;
            case NUMBER -> number() != 0;
            case TEXT -> says("1", "t", "true");
        };
    }

    boolean says(String... words) {
        return to - from <= 7 && List.of(words).contains(text().toLowerCase(Locale.ROOT));
    }

    /// As a value. Of a key that comes twice the first counts; numbers are doubles.
    ///
    /// @throws EvaluationFailed if it is nested too deeply or the budget is spent
    public Value value(Budget budget) {
        return value(budget, 0);
    }

    private Value value(Budget budget, int depth) {
        budget.spend(1 + (to - from) / 64);
        if (depth > DEEPEST) {
            throw new EvaluationFailed("the value is nested too deeply");
        }
        return switch (kind) {
            case NULL -> Value.nothing();
            case FALSE -> Value.bool(false);
            case TRUE -> Value.bool(true);
            case NUMBER -> {
                double number = number();
                yield Double.isFinite(number)
                        ? new Value.Number(GoText.json(number), Position.NONE)
                        : Value.text(GoText.number(number));
            }
            case TEXT -> {
                budget.make(to - from);
                yield Value.text(text());
            }
            case NESTED -> {
                var items = new ArrayList<Value>();
                var fields = new LinkedHashMap<String, Value>();
                each((key, value) -> {
                    budget.make(16);
                    if (key.isEmpty()) {
                        items.add(value.value(budget, depth + 1));
                    } else {
                        fields.putIfAbsent(
                                JsonScan.unescaped(key, 1, key.length() - 1), value.value(budget, depth + 1));
                    }
                });
                yield isObject() ? new Value.Mapping(fields, Map.of(), Position.NONE) : Value.list(items);
            }
        };
    }

    /// As a value for people: numbers as written, of a key that comes twice the first, and what is nested more than 100
    /// levels deep as its text.
    public Value shown() {
        return shown(0);
    }

    private Value shown(int depth) {
        if (kind == Kind.NUMBER) {
            return raw().matches("-?[0-9.eE+-]{1,1000}") ? new Value.Number(raw(), Position.NONE) : Value.text(raw());
        }
        if (kind != Kind.NESTED) {
            return kind == Kind.TEXT ? Value.text(text()) : isNull() ? Value.nothing() : Value.bool(kind == Kind.TRUE);
        }
        if (depth > SHOWN_LEVELS) {
            return Value.text(raw());
        }
        var items = new ArrayList<Value>();
        var fields = new LinkedHashMap<String, Value>();
        each((key, value) -> {
            if (key.isEmpty()) {
                items.add(value.shown(depth + 1));
            } else {
                fields.putIfAbsent(JsonScan.unescaped(key, 1, key.length() - 1), value.shown(depth + 1));
            }
        });
        return isObject() ? new Value.Mapping(fields, Map.of(), Position.NONE) : Value.list(items);
    }

    /// Looks at each item of a list, each field of an object; what is neither is one item.
    void each(Each each) {
        if (kind != Kind.NESTED) {
            if (exists()) {
                each.take("", this);
            }
            return;
        }
        boolean object = isObject();
        for (int i = from + 1; i < to; i++) {
            var key = "";
            if (object) {
                int quote = json.indexOf('"', i, to);
                int end = quote < 0 ? -1 : JsonScan.text(json, quote, to);
                if (end < 0) {
                    return;
                }
                key = json.substring(quote, end);
                i = end;
            }
            int start = JsonScan.next(json, i, to);
            int end = start == to ? -1 : JsonScan.end(json, start, to);
            if (end < 0) {
                return;
            }
            each.take(key, at(json, start, end, to));
            i = end;
        }
    }
}
