package tiphys.events.sensor;

import java.util.Optional;
import tiphys.language.gotemplate.GoTemplate;

/// A value that is taken from an event and put into a trigger.
///
/// @param contextKey empty if it is not wanted, as is `dataKey`
/// @param fallback the `value`: what is taken when the event does not have the key
/// @param raw keep the type, `useRawData`
/// @param dest where to, a sjson path
public record ParameterSpec(
        String dependency,
        String contextKey,
        Optional<Script<GoTemplate>> contextTemplate,
        String dataKey,
        Optional<Script<GoTemplate>> dataTemplate,
        Optional<String> fallback,
        boolean raw,
        String dest,
        Operation operation) {
    /// What happens to a value that stands at the destination.
    public enum Operation {
        OVERWRITE,
        APPEND,
        PREPEND
    }
}
