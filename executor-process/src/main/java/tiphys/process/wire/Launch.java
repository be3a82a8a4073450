package tiphys.process.wire;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.AttemptId;
import tiphys.engine.StepOrder.OutputFile;
import tiphys.process.paths.Layout;

/// What the runner needs to run one attempt: an order whose image, paths and references were resolved by the server. Never
/// written to disk, for its variables and files hold secrets.
///
/// @param host the boot id that the order was made for
/// @param program what the image was mapped to, for people
/// @param argv the program and its arguments; the first is looked up in the `PATH` of `env`
/// @param script the text of a file whose path becomes the last argument
/// @param files relative paths below the attempt's `volumes` and their contents
/// @param modes the rights of those files
/// @param layout the working directory, the volumes, and whether the step has a root of its own
/// @param inputs where the staged artifacts belong, in the order of their names
/// @param problem why it cannot run at all; then it is claimed and ended without a start
public record Launch(
        AttemptId attempt,
        String host,
        String program,
        List<String> argv,
        Map<String, String> env,
        Optional<String> script,
        Map<String, byte[]> files,
        Map<String, Integer> modes,
        Layout layout,
        boolean resultWanted,
        List<OutputFile> outputs,
        List<String> inputs,
        Optional<Instant> deadline,
        Duration grace,
        Optional<String> problem) {

    public Launch {
        argv = List.copyOf(argv);
        env = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(env));
        files = Map.copyOf(files);
        modes = Map.copyOf(modes);
        outputs = List.copyOf(outputs);
        inputs = List.copyOf(inputs);
    }
}
