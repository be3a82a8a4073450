package tiphys.events.firing;

import java.util.List;
import tiphys.events.sensor.ParameterSpec;
import tiphys.language.Budget;
import tiphys.language.gjson.GjsonPath;
import tiphys.language.gjson.SjsonPath;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// A value that was found, and where it goes.
///
/// @param text as text, for what is appended
/// @param json as it is put in
public record Put(String dest, ParameterSpec.Operation operation, String text, String json) {
    /// The document with the value in it.
    ///
    /// @throws tiphys.language.EvaluationFailed in Argo's words
    String into(String document, Budget budget) {
        if (operation != ParameterSpec.Operation.OVERWRITE) {
            var before = GjsonPath.find(document, dest, budget);
            if (before.exists()) {
                var old = before.text();
                budget.make((long) old.length() + text.length());
                var both = operation == ParameterSpec.Operation.APPEND ? old + text : text + old;
                return SjsonPath.set(document, dest, Json.write(Value.text(both)), budget);
            }
        }
        return SjsonPath.set(document, dest, json, budget);
    }

    /// The object with all values in it.
    ///
    /// @throws tiphys.language.EvaluationFailed in Argo's words
    public static Value.Mapping into(Value.Mapping object, List<Put> puts) {
        if (puts.isEmpty()) {
            return object;
        }
        var budget = Budget.standard();
        var json = Json.write(object);
        for (var put : puts) {
            json = put.into(json, budget);
        }
        return Parameters.object(json);
    }

    Value.Mapping recorded() {
        return Value.object("dest", dest, "operation", operation.name(), "text", text, "json", json);
    }

    static Put of(Value json) {
        return new Put(
                json.textAt("dest").orElse(""),
                ParameterSpec.Operation.valueOf(json.textAt("operation").orElse("OVERWRITE")),
                json.textAt("text").orElse(""),
                json.textAt("json").orElse(""));
    }
}
