package tiphys.engine.run.state;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What a node gave.
///
/// @param result stdout of a process, or the JSON of a loop's results
/// @param exitCode of a process
public record Outputs(Optional<String> result, Optional<String> exitCode, Map<String, String> parameters) {
    /// Nothing.
    public static final Outputs NONE = new Outputs(Optional.empty(), Optional.empty(), Map.of());

    public Outputs {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /// Only parameters.
    public static Outputs of(Map<String, String> parameters) {
        return parameters.isEmpty() ? NONE : new Outputs(Optional.empty(), Optional.empty(), parameters);
    }
}
