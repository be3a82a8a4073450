package tiphys.runtime.actions;

import java.io.IOException;
import tiphys.events.action.Request;
import tiphys.events.action.Texts;
import tiphys.events.action.TriggerFailed;
import tiphys.events.sensor.TemplateReader;
import tiphys.language.EvaluationFailed;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// The object that a trigger works with: recorded with the firing, or fetched.
final class SourceObject {
    private SourceObject() {}

    static Value.Mapping of(Request request, Texts texts) throws IOException, InterruptedException, TriggerFailed {
        try {
            if (!request.payload().isEmpty()) {
                return (Value.Mapping) Json.parse(request.payload());
            }
            return TemplateReader.object(texts.fetch(request.block().mapAt("source"), request.values()));
        } catch (InvalidInput | EvaluationFailed | ClassCastException e) {
            // what a file of the server has is nobody's business who may not read it
            boolean ofFile = request.block().find("source", "file").isPresent();
            var why = ofFile ? "" : ": " + e.getMessage();
            throw new TriggerFailed("what source gives is not one object as YAML or JSON" + why);
        }
    }
}
