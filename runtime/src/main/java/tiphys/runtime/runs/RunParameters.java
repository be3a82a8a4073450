package tiphys.runtime.runs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tiphys.engine.run.view.RunView;
import tiphys.events.firing.Wanted;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// A run's parameters in the JSON of docs/api.md, each with why it has its default.
public final class RunParameters {
    private static final int MOST_LISTED = 20;
    private static final int LONGEST_LISTED = 100;

    private RunParameters() {}

    public static List<Value> of(RunView view) {
        return json(view.parameters(), fallbacks(view.workflow()));
    }

    /// As lists show them: the first ones, and of long values the beginning.
    static List<Value> shortened(RunView view) {
        var values = new LinkedHashMap<String, String>();
        for (var parameter : view.parameters().entrySet()) {
            if (values.size() == MOST_LISTED) {
                break;
            }
            var value = parameter.getValue();
            int points = value.codePointCount(0, value.length());
            values.put(
                    parameter.getKey(),
                    points <= LONGEST_LISTED
                            ? value
                            : value.substring(0, value.offsetByCodePoints(0, LONGEST_LISTED)) + "…");
        }
        return json(values, fallbacks(view.workflow()));
    }

    private static List<Value> json(Map<String, String> values, Map<String, String> fallbacks) {
        var all = new ArrayList<Value>();
        values.forEach((name, value) ->
                all.add(Value.object("name", name, "value", value, "fallback", fallbacks.getOrDefault(name, ""))));
        return all;
    }

    /// Why parameters have their defaults, by name.
    private static Map<String, String> fallbacks(Value.Mapping workflow) {
        var byName = new LinkedHashMap<String, String>();
        var text = workflow.textAt("metadata", "annotations", Wanted.FALLBACKS);
        if (text.isEmpty()) {
            return byName;
        }
        Value written;
        try {
            written = Json.parse(text.get());
        } catch (InvalidInput e) {
            return byName; // somebody else wrote it
        }
        if (written instanceof Value.Mapping(var fields, _, _)) {
            fields.forEach((name, why) -> {
                if (why instanceof Value.Text(var sentence, _)) {
                    byName.put(name, sentence);
                }
            });
        }
        return byName;
    }
}
