package tiphys.engine.run.state;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;

/// What a node gave.
///
/// @param result stdout of a process, or the JSON of a loop's results
/// @param exitCode of a process
/// @param artifacts as a node's status shows them; those that were not saved are not among them
public record Outputs(
        Optional<String> result, Optional<String> exitCode, Map<String, String> parameters, List<Artifact> artifacts) {
    /// Nothing.
    public static final Outputs NONE = new Outputs(Optional.empty(), Optional.empty(), Map.of());

    public Outputs {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        artifacts = List.copyOf(artifacts);
    }

    /// Without artifacts.
    public Outputs(Optional<String> result, Optional<String> exitCode, Map<String, String> parameters) {
        this(result, exitCode, parameters, List.of());
    }

    /// Only parameters.
    public static Outputs of(Map<String, String> parameters) {
        return parameters.isEmpty() ? NONE : new Outputs(Optional.empty(), Optional.empty(), parameters);
    }

    /// The same with these artifacts.
    public Outputs with(List<Artifact> artifacts) {
        return new Outputs(result, exitCode, parameters, artifacts);
    }

    /// As JSON.
    public Value.Mapping json() {
        return Value.object(
                "result",
                result.orElse(null),
                "exitCode",
                exitCode.orElse(null),
                "parameters",
                parameters.isEmpty() ? null : parameters,
                "artifacts",
                artifacts.isEmpty() ? null : Value.list(artifacts.stream().map(Artifact::json).toList()));
    }

    /// What [#json] says.
    public static Outputs of(Value.Mapping json) {
        return new Outputs(
                json.textAt("result"),
                json.textAt("exitCode"),
                RunState.texts(json.mapAt("parameters")),
                json.listAt("artifacts").stream().map(one -> new Artifact((Value.Mapping) one)).toList());
    }

    /// The artifact of that name.
    public Optional<Artifact> artifact(String name) {
        return artifacts.stream().filter(one -> one.name().equals(name)).findFirst();
    }
}
