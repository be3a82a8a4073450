package tiphys.events.sensor;

import java.util.List;
import java.util.Optional;
import tiphys.events.action.TriggerKinds;
import tiphys.manifest.Value;

/// What a trigger does once its template's own parameters are in place.
///
/// @param kind the key of the type's block: `k8s`, `http`
/// @param block the type's block as written
/// @param object the object of the block's `source`, if it is at hand
/// @param parameters go into the block, or into the object that it creates
/// @param payload makes what is sent
/// @param headers `dynamicHeaders`
public record TemplateSpec(
        String name,
        String kind,
        Value.Mapping block,
        Optional<Value.Mapping> object,
        List<ParameterSpec> parameters,
        List<ParameterSpec> payload,
        List<ParameterSpec> headers) {
    public TemplateSpec {
        parameters = List.copyOf(parameters);
        payload = List.copyOf(payload);
        headers = List.copyOf(headers);
    }

    /// Whether it creates an object that is at hand.
    public boolean creates() {
        var operation = block.textAt("operation").orElse("");
        return kind.equals(TriggerKinds.K8S)
                && object.isPresent()
                && (operation.isEmpty() || operation.equals("create"));
    }
}
