package tiphys.engine.run.rules;

import java.util.Optional;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodeNames;
import tiphys.engine.run.state.RunState;
import tiphys.manifest.workflow.Task;
import tiphys.manifest.workflow.TemplateRef;

/// Argo's node field selector: `displayName=approve,phase!=Failed`.
final class NodeSelector {
    private NodeSelector() {}

    static boolean matches(String selector, RunState state, Node node) {
        for (var clause : selector.split(",", -1)) {
            var unequal = clause.contains("!=");
            var parts = clause.split(unequal ? "!=" : "==?", 2);
            if (parts.length != 2) {
                return false;
            }
            if (value(parts[0].strip(), state, node).equals(parts[1].strip()) == unequal) {
                return false;
            }
        }
        return true;
    }

    private static Optional<TemplateRef> reference(RunState state, Node node) {
        return state.taskOf(node).flatMap(Task::templateRef);
    }

    private static String value(String field, RunState state, Node node) {
        return switch (field) {
            case "displayName" -> DisplayNames.of(state, node);
            case "templateName" -> node.template.substring(node.template.lastIndexOf('/') + 1);
            case "phase" -> node.phase.text();
            case "name" -> node.name;
            case "id" -> NodeNames.id(state.name, node.name);
            case "templateRef.name" -> reference(state, node).map(TemplateRef::name).orElse("");
            case "templateRef.template" -> reference(state, node).map(TemplateRef::template).orElse("");
            default ->
                    field.startsWith("inputs.parameters.") && field.endsWith(".value")
                            ? node.inputs.getOrDefault(
                                    field.substring("inputs.parameters.".length(), field.length() - ".value".length()),
                                    "")
                            : "";
        };
    }
}
