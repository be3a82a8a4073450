package tiphys.events.sensor;

import java.util.List;
import tiphys.manifest.Value;

/// One trigger of a sensor.
///
/// @param conditions as written; empty for "every dependency"
/// @param template the trigger's template as written, into which `templateParameters` are put before it is used
public record TriggerSpec(
        String name,
        String conditions,
        Condition condition,
        Value.Mapping template,
        List<ParameterSpec> templateParameters,
        Execution execution) {
    public TriggerSpec {
        templateParameters = List.copyOf(templateParameters);
    }
}
