package tiphys.events.sensor;

import java.util.List;
import tiphys.manifest.Value;

/// What a trigger does once its template's own parameters are in place.
///
/// @param kind the key of the type's block: `k8s`, `http`
/// @param block the type's block as written
/// @param parameters go into the block, or into the object that it creates
/// @param payload makes what is sent
/// @param headers `dynamicHeaders`
public record TemplateSpec(
        String name,
        String kind,
        Value.Mapping block,
        List<ParameterSpec> parameters,
        List<ParameterSpec> payload,
        List<ParameterSpec> headers) {
    /// The type that creates objects.
    public static final String K8S = "k8s";

    public TemplateSpec {
        parameters = List.copyOf(parameters);
        payload = List.copyOf(payload);
        headers = List.copyOf(headers);
    }

    /// The object that is created, as written.
    public Value.Mapping resource() {
        return block.mapAt("source", "resource");
    }
}
