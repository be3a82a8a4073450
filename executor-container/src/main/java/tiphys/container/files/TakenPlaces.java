package tiphys.container.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tiphys.attempts.AttemptFolder;
import tiphys.engine.AttemptId;
import tiphys.engine.StepFiles;
import tiphys.engine.StepOrder;
import tiphys.engine.StepOrder.Source;

/// Where the files of steps are that ran in containers.
///
/// @param data the data directory
public record TakenPlaces(Path data) implements StepFiles {
    @Override
    public Path staging(AttemptId attempt) throws IOException {
        return AttemptFolder.of(data, attempt).stage();
    }

    @Override
    public Path output(StepOrder attempt, String path) throws IOException {
        var order = main(attempt);
        try {
            var files = ContainerFiles.of(order, data, variables(order), Marker.of(data, order.attempt()).directory());
            var place = files.place(path);
            var real = place.toRealPath();
            if (!real.startsWith(files.within(place).toRealPath())) {
                throw new IOException(path + " is a link that leaves the step's directory");
            }
            return real;
        } catch (IllegalArgumentException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }

    /// Whether an attempt ran in containers, or is about to.
    public boolean has(AttemptId attempt) {
        return Files.exists(Marker.file(data, attempt));
    }

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
            if (variable.source() instanceof Source.Literal(var value)) {
                variables.put(variable.name(), value);
            }
        }
        return variables;
    }
}
