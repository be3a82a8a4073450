package tiphys.events;

import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.gjson.Found;
import tiphys.language.gjson.GjsonPath;
import tiphys.language.gotext.GoJson;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// The JSON of an event as its sender wrote it, for that is what filters and parameters read: compact, with `<`, `>`, `&`
/// and U+2028/9 escaped, else letter for letter. A sender may write a key twice or nest 10,000 levels. Equality is that of
/// the text. Safe for every thread.
public final class EventData {
    /// How deeply the JSON may be nested to be recorded as JSON: records that hold it must stay readable.
    private static final int DEEPEST = Json.MAX_DEPTH - 20;

    /// Where a record has the JSON, if it can be read and written again without a change.
    private static final String JSON = "data";

    /// Where it has the JSON's text otherwise.
    private static final String TEXT = "text";

    private final String text;

    /// Kept as long as memory is not short: a value may take thirty times as much as its text.
    private volatile SoftReference<@Nullable Value> value;

    private EventData(String text) {
        this.text = text;
        this.value = new SoftReference<>(null);
    }

    /// @param json valid JSON, by Go's rules
    public static EventData of(String json) {
        return new EventData(GoJson.compact(json));
    }

    public static EventData of(Value value) {
        return of(Json.write(value));
    }

    /// The JSON text.
    public String text() {
        return text;
    }

    /// What the path finds in it.
    ///
    /// @throws EvaluationFailed if the path cannot be followed or the budget is spent
    public Found find(String path, Budget budget) {
        return GjsonPath.find(text, path, budget);
    }

    /// As a value, for those who show it: of a key that comes twice the first counts, and what is nested too deeply to be
    /// shown is its text.
    public Value value() {
        var known = value.get();
        if (known == null) {
            known = plain().orElseGet(() -> GjsonPath.first(text).shown());
            value = new SoftReference<>(known);
        }
        return known;
    }

    /// The value, if it is written again letter for letter, and can still be read inside of a record; a key that comes twice
    /// would be lost.
    private Optional<Value> plain() {
        if (depth() > DEEPEST) {
            return Optional.empty();
        }
        try {
            var read = Json.parseOwn(text.getBytes(StandardCharsets.UTF_8));
            return Json.write(read).equals(text) ? Optional.of(read) : Optional.empty();
        } catch (InvalidInput _) {
            return Optional.empty();
        }
    }

    /// How many lists and objects stand in each other.
    private int depth() {
        int depth = 0;
        int deepest = 0;
        boolean inText = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (inText) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    inText = false;
                }
            } else if (c == '"') {
                inText = true;
            } else if (c == '{' || c == '[') {
                deepest = Math.max(deepest, ++depth);
            } else if (c == '}' || c == ']') {
                depth--;
            }
        }
        return deepest;
    }

    /// An object with the data in it, as it is recorded.
    Value.Mapping recorded(Value.Mapping into) {
        var json = plain();
        return json.isPresent() ? into.with(JSON, json.get()) : into.with(TEXT, text);
    }

    /// What [#text] gave when it was recorded.
    static EventData recorded(String text) {
        return new EventData(text);
    }

    /// What [#recorded(Value.Mapping)] wrote, also before there was a text.
    static EventData of(Value.Mapping recorded) {
        return recorded.textAt(TEXT)
                .map(EventData::new)
                .orElseGet(() -> of(recorded.find(JSON).orElse(Value.nothing())));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EventData data && data.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
