package tiphys.attempts;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tiphys.engine.StepOrder;

/// What executors that keep a step's files on this machine ask before they give out what it left.
public final class LeftFiles {
    private LeftFiles() {}

    /// Of several containers the one whose files are taken.
    public static StepOrder main(StepOrder order) {
        return order.template().containers().stream()
                .filter(container -> container.name().equals("main"))
                .findFirst()
                .map(order::of)
                .orElse(order);
    }

    /// Those variables of a step that a volume's path can be made of without looking anything up.
    public static Map<String, String> variables(StepOrder order) {
        var variables = new LinkedHashMap<String, String>();
        variables.put("ARGO_CONTAINER_NAME", "main");
        variables.put("ARGO_NODE_ID", order.nodeId());
        variables.put("ARGO_WORKFLOW_NAME", order.runName());
        for (var variable : order.template().env()) {
            if (variable.source() instanceof StepOrder.Source.Literal(var value)) {
                variables.put(variable.name(), value);
            }
        }
        return variables;
    }

    /// A file without links on the way to it.
    ///
    /// @param path as the template names it, for messages
    /// @param within where it must be
    /// @throws IOException if it is not there, or a link leads elsewhere
    public static Path real(Path file, Path within, String path) throws IOException {
        var real = file.toRealPath();
        if (!real.startsWith(within.toRealPath())) {
            throw new IOException(path + " is a link that leaves the step's directory");
        }
        return real;
    }
}
