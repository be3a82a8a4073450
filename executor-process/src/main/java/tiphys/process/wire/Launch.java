package tiphys.process.wire;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import tiphys.engine.AttemptId;
import tiphys.engine.Readiness;
import tiphys.engine.ResolvedTemplate.Kind;
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
/// @param inputs where the staged artifacts belong, in the order of their names; of several processes their names alone
/// @param problem why it cannot run at all; then it is claimed and ended without a start
/// @param daemon of a step that goes on until it is ended: where it can be reached, and how it is asked whether it answers
/// @param group of an attempt with several processes: these, and then nothing of this launch is run itself
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
        Optional<String> problem,
        Optional<Daemon> daemon,
        Group group) {

    public Launch {
        argv = List.copyOf(argv);
        env = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(env));
        files = Map.copyOf(files);
        modes = Map.copyOf(modes);
        outputs = List.copyOf(outputs);
        inputs = List.copyOf(inputs);
    }

    /// The same as one of several processes: the files of the volumes and the inputs, which they
    /// share, are made for all of them.
    public Launch sharing() {
        return with(layout.sharing(inputs), Map.of(), Map.of(), List.of(), daemon, group);
    }

    /// The same with several processes.
    ///
    /// @param files of the volumes that they share
    /// @param inputs how many artifacts are staged
    public Launch with(Group processes, Map<String, byte[]> files, Map<String, Integer> modes, int inputs) {
        var names = IntStream.range(0, inputs).mapToObj(Integer::toString).toList();
        return with(layout, files, modes, names, daemon, processes);
    }

    /// The same as a daemon.
    public Launch as(Daemon goesOn) {
        return with(layout, files, modes, inputs, Optional.of(goesOn), group);
    }

    private Launch with(
            Layout where,
            Map<String, byte[]> itsFiles,
            Map<String, Integer> itsModes,
            List<String> itsInputs,
            Optional<Daemon> goesOn,
            Group processes) {
        return new Launch(
                attempt,
                host,
                program,
                argv,
                env,
                script,
                itsFiles,
                itsModes,
                where,
                resultWanted,
                outputs,
                itsInputs,
                deadline,
                grace,
                problem,
                goesOn,
                processes);
    }

    /// A step that goes on until it is ended.
    ///
    /// @param address its own address on this machine
    /// @param ports that must be free there before it starts
    public record Daemon(String address, List<Integer> ports, Optional<Readiness> readiness) {
        public Daemon {
            ports = List.copyOf(ports);
        }
    }

    /// Several processes of one attempt.
    ///
    /// @param tries how often a process of a main is started at most until it succeeds
    /// @param pause between two tries
    public record Group(List<Part> parts, int tries, Duration pause) {
        /// Of an attempt that is one process.
        public static final Group NONE = new Group(List.of(), 1, Duration.ZERO);

        public Group {
            parts = List.copyOf(parts);
        }
    }

    /// One of several processes.
    ///
    /// @param name its container
    /// @param dependencies the containers that must have succeeded before it begins
    public record Part(String name, Kind kind, List<String> dependencies, Launch launch) {
        public Part {
            dependencies = List.copyOf(dependencies);
        }
    }
}
