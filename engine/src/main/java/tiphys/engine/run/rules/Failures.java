package tiphys.engine.run.rules;

import java.util.ArrayList;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.RunState;
import tiphys.language.Budget;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// The variable `workflow.failures`.
final class Failures {
    private Failures() {}

    /// `workflow.failures`: the failed nodes as JSON, quoted once more, as Argo gives it.
    ///
    /// @throws tiphys.language.EvaluationFailed if they are too many
    static String of(RunState state) {
        var budget = Budget.standard();
        var failed = new ArrayList<Value>();
        for (var node : state.nodes) {
            if (node.phase.failedOrError()) {
                budget.makeItems(1);
                budget.make(node.message.length() + 2L * node.name.length());
                failed.add(
                        Value.object(
                                "displayName", DisplayNames.of(state, node),
                                "message", node.message,
                                "templateName", node.template.substring(node.template.lastIndexOf('/') + 1),
                                "phase", node.phase.text(),
                                "podName", node.type == NodeType.POD ? Orders.podName(state, node) : "",
                                "finishedAt", RunState.time(node.finishedMicros)));
            }
        }
        var json = failed.isEmpty() ? "null" : Json.write(Value.list(failed));
        return Json.write(Value.text(json));
    }
}
