package tiphys.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import tiphys.attempts.AttemptFolder;
import tiphys.engine.AttemptId;
import tiphys.engine.StepFiles;
import tiphys.engine.StepOrder;
import tiphys.process.paths.AttemptFiles;
import tiphys.process.paths.Layout;

/// Where the files of attempts are below the data directory.
record AttemptPlaces(Path data) implements StepFiles {
    @Override
    public Path staging(AttemptId attempt) throws IOException {
        return AttemptFolder.of(data, attempt).stage();
    }

    @Override
    public Path output(StepOrder attempt, String path) throws IOException {
        var order = main(attempt);
        var folder = AttemptFolder.of(data, order.attempt()).root();
        try {
            var files = new AttemptFiles(folder, Layout.of(order, data, variables(order)).in(folder));
            var found = files.found(path);
            var real = found.toRealPath();
            if (!real.startsWith(files.within(found).toRealPath())) {
                throw new IOException(path + " is a link that leaves the step's directory");
            }
            return real;
        } catch (IllegalArgumentException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }

    /// Of several containers the one whose files are taken.
    private static StepOrder main(StepOrder order) {
        return order.template().containers().stream()
                .filter(container -> container.name().equals("main"))
                .findFirst()
                .map(order::of)
                .orElse(order);
    }

    /// Those variables of a step that a volume's path can be made of without looking anything up.
    private static java.util.Map<String, String> variables(StepOrder order) {
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
}
