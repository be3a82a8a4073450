package tiphys.engine.run.rules;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.run.state.Need;
import tiphys.engine.run.state.RunState;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Scope;
import tiphys.language.tags.Tags;
import tiphys.language.tags.Tags.Unresolved;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Parameter;

/// Parameters whose values are keys of ConfigMaps. The name and the key may hold tags of the run's parameters.
final class ConfigMapKeys {
    private ConfigMapKeys() {}

    /// What a parameter needs; empty if it needs no key, or if its name or key cannot be worked out: the step says so at its
    /// time.
    ///
    /// @param parameters the values of `workflow.parameters`
    static Optional<Need> need(RunState state, Parameter parameter, Map<String, String> parameters) {
        if (parameter.configMapKey().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(resolved(state, parameter, parameters));
        } catch (EvaluationFailed e) {
            return Optional.empty();
        }
    }

    /// The value of a parameter that names a key; its `valueFrom.default` where there is none.
    ///
    /// @throws EvaluationFailed in Argo's words if there is neither
    static String value(RunState state, Parameter parameter, Map<String, String> parameters) {
        var need = resolved(state, parameter, parameters);
        var answer = state.supplied.get(need);
        if (answer != null && answer.content().isPresent()) {
            return Json.text(answer.content().get());
        }
        var mapThere = answer != null && !answer.revision().isEmpty();
        return parameter
                .valueFromDefault()
                .orElseThrow(() ->
                        new EvaluationFailed(
                                mapThere
                                        ? "ConfigMap '%s' does not have the key '%s'".formatted(need.name(), need.key())
                                        : ("ConfigMap '%s' does not exist. Please make sure it has the label"
                                                        + " workflows.argoproj.io/configmap-type: Parameter to be"
                                                        + " detectable by the controller")
                                                .formatted(need.name())));
    }

    private static Need.ConfigMapKey resolved(RunState state, Parameter parameter, Map<String, String> parameters) {
        var key = parameter.configMapKey().orElseThrow();
        Map<String, Value> known = new LinkedHashMap<>();
        parameters.forEach((name, value) -> known.put("workflow.parameters." + name, Value.text(value)));
        known.put("workflow.name", Value.text(state.name));
        known.put("workflow.namespace", Value.text(state.namespace));
        var scope = Scope.of(known);
        try {
            return new Need.ConfigMapKey(
                    state.namespace,
                    Tags.replace(key.name(), scope, Unresolved.REFUSE, Budget.standard()),
                    Tags.replace(key.key(), scope, Unresolved.REFUSE, Budget.standard()));
        } catch (EvaluationFailed e) {
            throw new EvaluationFailed("failed to substitute configMapKeyRef: " + e.getMessage());
        }
    }
}
