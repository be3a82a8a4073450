package tiphys.engine.run.view;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.RunState;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Parameter;

/// The output parameters of a node as Argo shows them: those of what runs as a pod as its template declares them (`valueFrom`,
/// `globalName`), each with its value, also those of a step that ran and left none; those of steps and dags by name and value.
final class OutputFields {
    private OutputFields() {}

    static Value.Sequence of(RunState state, Node node) {
        var list = new ArrayList<Value>();
        var values = node.outputs.parameters();
        if (ran(node) && !refused(state, node)) {
            for (var output : state.plan(node).template().outputs()) {
                list.add(declared(output, values.get(output.name())));
            }
        }
        if (list.isEmpty() && !values.isEmpty()) {
            var names = globalNames(state, node);
            values.forEach((name, value) ->
                    list.add(Value.object("name", name, "value", value, "globalName", names.get(name))));
        }
        return Value.list(list);
    }

    private static Map<String, String> globalNames(RunState state, Node node) {
        var names = new HashMap<String, String>();
        if (node.type == NodeType.STEPS || node.type == NodeType.DAG) {
            for (var output : state.plan(node).template().outputs()) {
                output.json().textAt("globalName").ifPresent(name -> names.put(output.name(), name));
            }
        }
        return names;
    }

    /// Whether the server itself should have given the outputs and could not: then Argo has none.
    private static boolean refused(RunState state, Node node) {
        return node.phase != NodePhase.SUCCEEDED && state.plan(node).template().served();
    }

    private static boolean ran(Node node) {
        return (node.type == NodeType.POD || node.type == NodeType.RETRY) && node.outputs.exitCode().isPresent();
    }

    private static Value declared(Parameter output, @org.jspecify.annotations.Nullable String value) {
        return Value.object(
                "name",
                output.name(),
                "value",
                value,
                "valueFrom",
                output.valueFrom().fields().isEmpty() ? null : output.valueFrom(),
                "globalName",
                output.json().textAt("globalName").orElse(null));
    }
}
