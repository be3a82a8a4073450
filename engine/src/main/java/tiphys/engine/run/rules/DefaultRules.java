package tiphys.engine.run.rules;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.run.state.Need;
import tiphys.engine.run.state.RunFact;
import tiphys.engine.run.state.RunState;
import tiphys.engine.run.validate.WorkflowLint;
import tiphys.manifest.Value;
import tiphys.manifest.schema.Schemas;

/// `workflowDefaults` of the controller's ConfigMap: a whole Workflow whose metadata and spec lie under those of every Workflow,
/// and under those of the template that it refers to.
final class DefaultRules {
    /// What only a Workflow itself says: whether it waits or ends, and what it runs.
    private static final List<String> OWN = List.of("suspend", "shutdown", "workflowTemplateRef");

    private DefaultRules() {}

    /// Why the defaults cannot be used; empty if they can, or there are none.
    static Optional<String> flaw(RunState state) {
        return answer(state)
                .flatMap(found -> found instanceof Value.Text(var why, _) ? Optional.of(why) : Optional.empty());
    }

    /// How Workflows have to refer to their templates; empty for any way.
    static String templateReferencing(RunState state) {
        return defaults(state).textAt("templateReferencing").orElse("");
    }

    /// A spec over that of the defaults.
    static Value.Mapping under(RunState state, Value.Mapping spec) {
        var defaults = defaults(state).mapAt("spec");
        for (var field : OWN) {
            defaults = defaults.without(field);
        }
        if (defaults.fields().isEmpty()) {
            return spec;
        }
        var merged = Schemas.merged("workflow.WorkflowSpec", defaults, spec);
        // the whole entry of a parameter is replaced, or it would have both a value and where it comes from
        var arguments = WorkflowLint.arguments(defaults.mapAt("arguments"), spec.mapAt("arguments"));
        return arguments.fields().isEmpty() ? merged : merged.with("arguments", arguments);
    }

    /// The labels and annotations that the Workflow gets because it has none of these names.
    static Optional<RunFact.Labelled> metadata(RunState state) {
        var labels = missing(state, "labels");
        var annotations = missing(state, "annotations");
        return labels.isEmpty() && annotations.isEmpty()
                ? Optional.empty()
                : Optional.of(new RunFact.Labelled(labels, annotations));
    }

    private static Map<String, String> missing(RunState state, String field) {
        var own = state.workflow.mapAt("metadata", field);
        var missing = new LinkedHashMap<String, String>();
        RunState.texts(defaults(state).mapAt("metadata", field))
                .forEach((name, value) -> {
                    if (own.find(name).isEmpty()) {
                        missing.put(name, value);
                    }
                });
        return missing;
    }

    private static Value.Mapping defaults(RunState state) {
        return answer(state).orElse(Value.nothing()) instanceof Value.Mapping found ? found : Value.Mapping.EMPTY;
    }

    private static Optional<Value> answer(RunState state) {
        var answer = state.supplied.get(new Need.Defaults(state.namespace));
        return answer == null ? Optional.empty() : answer.content();
    }
}
