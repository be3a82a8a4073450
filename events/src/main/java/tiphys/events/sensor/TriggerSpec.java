package tiphys.events.sensor;

import java.util.List;
import java.util.Optional;
import tiphys.manifest.Value;

/// One trigger of a sensor.
///
/// @param conditions as written; empty for "every dependency"
/// @param resets when what it holds is forgotten
/// @param template the trigger's template as written, into which `templateParameters` are put before it is used
/// @param deadLetter `dlqTrigger`: what is done when this one failed
public record TriggerSpec(
        String name,
        String conditions,
        Condition condition,
        List<Reset> resets,
        Value.Mapping template,
        List<ParameterSpec> templateParameters,
        Execution execution,
        Optional<TriggerSpec> deadLetter) {
    public TriggerSpec {
        resets = List.copyOf(resets);
        templateParameters = List.copyOf(templateParameters);
    }

    /// The same without a `rateLimit`.
    TriggerSpec withoutRate() {
        return new TriggerSpec(
                name, conditions, condition, resets, template, templateParameters, execution.withoutRate(), deadLetter);
    }
}
