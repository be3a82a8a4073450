package tiphys.engine.run.state;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import tiphys.language.EvaluationFailed;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;

/// What a node gave, as it is kept under a key of a ConfigMap: in Argo's form.
///
/// @param nodeId the node that gave it
public record CacheEntry(String nodeId, Outputs outputs, Instant created, Instant lastHit) {
    /// The ConfigMap's value.
    public String text() {
        var json = Value.Mapping.EMPTY;
        if (!outputs.parameters().isEmpty()) {
            var parameters = new ArrayList<Value>();
            outputs.parameters().forEach((name, value) -> parameters.add(Value.object("name", name, "value", value)));
            json = json.with("parameters", Value.list(parameters));
        }
        if (!outputs.artifacts().isEmpty()) {
            json = json.with("artifacts", Value.list(outputs.artifacts().stream().map(Artifact::json).toList()));
        }
        if (outputs.result().isPresent()) {
            json = json.with("result", outputs.result().get());
        }
        if (outputs.exitCode().isPresent()) {
            json = json.with("exitCode", outputs.exitCode().get());
        }
        return Json.write(
                Value.object(
                        "nodeID",
                        nodeId,
                        "outputs",
                        json,
                        "creationTimestamp",
                        created.truncatedTo(ChronoUnit.SECONDS).toString(),
                        "lastHitTimestamp",
                        lastHit.truncatedTo(ChronoUnit.SECONDS).toString()));
    }

    /// The entry that a value holds.
    ///
    /// @throws EvaluationFailed in Argo's words if it is none
    public static CacheEntry parse(String text) {
        try {
            var json = Json.parse(text);
            var outputs = json.mapAt("outputs");
            var parameters = new LinkedHashMap<String, String>();
            outputs.listAt("parameters")
                    .forEach(one -> parameters.put(one.textAt("name").orElse(""), one.textAt("value").orElse("")));
            var created = Instant.parse(json.textAt("creationTimestamp").orElse(""));
            return new CacheEntry(
                    json.textAt("nodeID").orElse(""),
                    new Outputs(
                            outputs.textAt("result"),
                            outputs.textAt("exitCode"),
                            parameters,
                            outputs.listAt("artifacts").stream()
                                    .filter(Value.Mapping.class::isInstance)
                                    .map(one -> new Artifact((Value.Mapping) one))
                                    .toList()),
                    created,
                    json.textAt("lastHitTimestamp").map(Instant::parse).orElse(created));
        } catch (InvalidInput | DateTimeParseException e) {
            throw new EvaluationFailed(
                    "malformed cache entry: could not unmarshal JSON; unable to parse: " + e.getMessage());
        }
    }

    /// The same, used once more.
    public CacheEntry hit(Instant at) {
        return new CacheEntry(nodeId, outputs, created, at);
    }
}
