package tiphys.engine.run.rules;

import java.util.ArrayList;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.RunState;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// The variable `workflow.failures`.
final class Failures {
    private Failures() {}

    /// `workflow.failures`: the failed nodes as JSON, quoted once more, as Argo gives it.
    static String of(RunState state) {
        var failed = new ArrayList<Value>();
        for (var node : state.nodes) {
            if (node.phase.failedOrError()) {
                failed.add(
                        Value.object(
                                "displayName", state.displayName(node),
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
