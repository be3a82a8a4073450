package tiphys.engine.run.view;

import java.util.ArrayList;
import java.util.Optional;
import tiphys.engine.run.rules.Substitution;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.RunState;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Parameter;

/// A node's inputs as Argo shows them: each parameter as its template declares it (`default`, `enum`, `description`,
/// `valueFrom`), with its value.
final class InputFields {
    private InputFields() {}

    static Value.Sequence of(RunState state, Node node) {
        var list = new ArrayList<Value>();
        var declared = state.library().plan(node.template).map(plan -> plan.template().inputs());
        node.inputs.forEach((name, value) -> {
            var parameter =
                    declared.flatMap(all -> all.stream().filter(one -> one.name().equals(name)).findFirst())
                            .map(Parameter::json)
                            .orElse(Value.object("name", name));
            var shown = Substitution.known(state, parameter.without("value")).with("value", Value.text(value));
            if (node.index == state.root && shown.find("valueFrom").isEmpty()) {
                shown = with(shown, argument(state, name));
            }
            if (node.type == NodeType.SUSPEND) {
                shown = with(shown, choice(value));
            }
            list.add(shown);
        });
        return Value.list(list);
    }

    /// Where the workflow's argument of that name comes from.
    private static Optional<Value.Mapping> argument(RunState state, String name) {
        return state.library().spec().arguments().stream()
                .filter(one -> one.name().equals(name) && one.configMapKey().isPresent())
                .map(one -> Value.object("valueFrom", one.valueFrom()))
                .findFirst();
    }

    private static Value.Mapping with(Value.Mapping shown, Optional<Value.Mapping> choice) {
        var all = shown;
        for (var field : choice.orElse(Value.Mapping.EMPTY).fields().entrySet()) {
            all = all.with(field.getKey(), field.getValue());
        }
        return all;
    }

    /// The value of a suspended node's input may be a choice, `{"enum": ["one", "two"]}`, whose first is the default.
    private static Optional<Value.Mapping> choice(String value) {
        if (!value.contains("\"enum\"")) {
            return Optional.empty();
        }
        try {
            var items = Json.parse(value).listAt("enum");
            return items.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Value.object("enum", Value.list(items), "default", items.getFirst()));
        } catch (InvalidInput e) {
            return Optional.empty();
        }
    }
}
