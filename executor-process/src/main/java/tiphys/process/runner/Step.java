package tiphys.process.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tiphys.attempts.AttemptFolder;
import tiphys.attempts.Beneath;
import tiphys.attempts.Inputs;
import tiphys.attempts.Machine;
import tiphys.attempts.Modes;
import tiphys.attempts.Outcome;
import tiphys.attempts.Output;
import tiphys.engine.StepOrder.OutputFile;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.Ending;
import tiphys.process.paths.AttemptFiles;
import tiphys.process.paths.Layout;
import tiphys.process.paths.PrivatePrograms;
import tiphys.process.paths.PrivateRoot;
import tiphys.process.spawn.Host;
import tiphys.process.spawn.Programs;
import tiphys.process.spawn.Spawner;
import tiphys.process.spawn.Spawner.CannotSpawn;
import tiphys.process.spawn.View;
import tiphys.process.wire.Launch;

/// One claimed attempt from its files to its exit, on the slot's thread.
final class Step {
    private static final int BUSY_TRIES = 20;
    private static final Duration BUSY_PAUSE = Duration.ofMillis(5);

    /// Where Argo has the script of a step.
    private static final String SCRIPT = "/argo/staging/script";

    private static final Path NOWHERE = Path.of("/dev/null");

    private static final Set<PosixFilePermission> RUN_BY_US = PosixFilePermissions.fromString("rwx------");

    private final Attempt attempt;
    private final Launch launch;
    private final AttemptFolder folder;
    private final Output output;
    private final Spawner spawner;
    private final InstantSource clock;
    private final Runner.Listener listener;
    private final Runnable whenRunning;
    private final Programs programs;
    private final Path data;

    private final AttemptFiles files;
    private @Nullable Place place;

    /// Where the process runs.
    private record Place(Path directory, Optional<View> view) {}

    /// What the steps of a runner share.
    ///
    /// @param whenRunning is called as soon as a step runs
    record House(
            Spawner spawner,
            InstantSource clock,
            Runner.Listener listener,
            Runnable whenRunning,
            Programs programs,
            Path data) {}

    /// An attempt that is one process.
    Step(Attempt attempt, House house) {
        this(attempt, attempt.launch(), attempt.folder(), attempt.output(), house);
    }

    /// One process of an attempt.
    ///
    /// @param folder where its own files are
    Step(Attempt attempt, Launch launch, AttemptFolder folder, Output output, House house) {
        this.attempt = attempt;
        this.launch = launch;
        this.folder = folder;
        this.output = output;
        this.spawner = house.spawner();
        this.clock = house.clock();
        this.listener = house.listener();
        this.whenRunning = house.whenRunning();
        this.programs = house.programs();
        this.data = house.data();
        this.files = new AttemptFiles(folder.root(), folder.volumes(), launch.layout());
    }

    /// What came of a start.
    sealed interface Begun {
        record Runs(Spawner.Child child) implements Begun {}

        record Refused(String message) implements Begun {}
    }

    Ending run() throws IOException, InterruptedException {
        return switch (begin()) {
            case Begun.Refused(var message) -> new Ending.NotStarted(message);
            case Begun.Runs(var child) -> {
                var report = new StepReport.Started(launch.attempt(), clock.instant(), launch.program());
                attempt.started(report);
                listener.report(List.of(report));
                whenRunning.run();
                launch.daemon().ifPresent(daemon -> Questions.ask(attempt, this, daemon, clock, listener));
                var exit = end(child);
                var wish = attempt.wish();
                if (wish.isPresent()) {
                    yield Outcome.of(wish.get(), OptionalInt.of(code(exit)));
                }
                yield switch (exit) {
                    case Spawner.Exit.Code(var code) -> exited(code);
                    case Spawner.Exit.Signal(var signal) -> new Ending.Signalled(signal);
                };
            }
        };
    }

    /// Starts the process. Its files are made by the first start; another one finds what the one before left.
    Begun begin() throws IOException, InterruptedException {
        if (launch.problem().isPresent()) {
            return new Begun.Refused(launch.problem().get());
        }
        var here = place();
        var argv = new ArrayList<>(launch.argv());
        if (launch.script().isPresent()) {
            argv.add(script());
        }
        var env = environment();
        var path = env.getOrDefault("PATH", "");
        var program = find(argv.getFirst(), path);
        if (program instanceof Host.NoProgram(var message)) {
            return new Begun.Refused(message);
        }
        try {
            var child =
                    spawn(
                            new Spawner.Command(
                                    ((Host.Program) program).path(),
                                    argv,
                                    env,
                                    here.directory(),
                                    output.first(),
                                    output.second(),
                                    Spawner.Belonging.OWN_GROUP,
                                    here.view()));
            attempt.add(child);
            return new Begun.Runs(child);
        } catch (CannotSpawn e) {
            return new Begun.Refused("failed to start command: " + e.getMessage());
        }
    }

    /// Runs another program where the process runs, with its variables; what it prints is dropped.
    ///
    /// @param patience after which it is killed
    /// @return its exit code; empty if it could not be started
    OptionalInt beside(List<String> command, Duration patience) throws InterruptedException {
        var here = place;
        if (here == null || command.isEmpty()) {
            return OptionalInt.empty();
        }
        var env = environment();
        if (!(find(command.getFirst(), env.getOrDefault("PATH", "")) instanceof Host.Program found)) {
            return OptionalInt.empty();
        }
        Spawner.Child child;
        try {
            child =
                    spawn(
                            new Spawner.Command(
                                    found.path(),
                                    command,
                                    env,
                                    here.directory(),
                                    NOWHERE,
                                    Optional.empty(),
                                    Spawner.Belonging.OWN_GROUP,
                                    here.view()));
        } catch (CannotSpawn _) {
            return OptionalInt.empty();
        }
        attempt.add(child);
        var killer =
                Thread.startVirtualThread(() -> {
                    try {
                        Thread.sleep(patience);
                        attempt.signal(child, Spawner.SIGKILL);
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt(); // it ended before
                    }
                });
        child.await();
        var exit = attempt.reap(child);
        killer.interrupt();
        return OptionalInt.of(code(exit));
    }

    /// Waits for the process's end.
    Spawner.Exit end(Spawner.Child child) throws InterruptedException {
        child.await();
        var exit = attempt.reap(child);
        output.finish();
        return exit;
    }

    /// The exit code of a process, 128 and the signal if one ended it.
    static int code(Spawner.Exit exit) {
        return switch (exit) {
            case Spawner.Exit.Code(var number) -> number;
            case Spawner.Exit.Signal(var signal) -> 128 + signal;
        };
    }

    /// Starts a process. A script that was just written may still be open for writing in a child of another step that is about to
    /// become its program: then it is tried again.
    private Spawner.Child spawn(Spawner.Command command) throws CannotSpawn, InterruptedException {
        for (int tries = 1; true; tries++) {
            try {
                return spawner.spawn(command);
            } catch (CannotSpawn e) {
                if (tries == BUSY_TRIES || !String.valueOf(e.getMessage()).endsWith("text file busy")) {
                    throw e;
                }
                Thread.sleep(BUSY_PAUSE);
            }
        }
    }

    private Ending exited(int code) throws IOException {
        try {
            return new Ending.Exited(code, result(), parameters());
        } catch (Beneath.Refused e) {
            return new Ending.OutputsRefused(code, String.valueOf(e.getMessage()));
        }
    }

    private boolean isPrivate() {
        return launch.layout().isPrivate();
    }

    private Host.Found find(String name, String searchPath) {
        return isPrivate()
                ? new PrivatePrograms(files).find(name, searchPath)
                : programs.find(name, searchPath, files.place("."));
    }

    private Place place() throws IOException {
        if (place == null) {
            furnish();
            place =
                    isPrivate()
                            ? new Place(Path.of(files.seen(".")), Optional.of(view()))
                            : new Place(files.place("."), Optional.empty());
        }
        return place;
    }

    private View view() throws IOException {
        return PrivateRoot.furnish(
                files,
                data,
                PrivatePrograms.needed(environment().getOrDefault("PATH", "")),
                launch.env().getOrDefault("HOSTNAME", ""));
    }

    /// Writes the files of the volumes that are made of keys and fields.
    static void fill(AttemptFolder folder, Launch launch) throws IOException {
        for (var file : launch.files().entrySet()) {
            var path = AttemptFolder.below(folder.volumes(), file.getKey());
            Files.createDirectories(parent(path));
            Machine.writePrivate(path, file.getValue());
            Files.setPosixFilePermissions(path, Modes.of(launch.modes(), file.getKey()));
        }
    }

    private void furnish() throws IOException {
        fill(folder, launch);
        if (!isPrivate()) {
            for (var mount : launch.layout().mounts()) {
                link(mount);
            }
        }
        Inputs.place(folder, launch.inputs(), files::place);
        if (launch.script().isPresent()) {
            var script = isPrivate() ? files.place(SCRIPT) : folder.script();
            Files.createDirectories(parent(script));
            Machine.writePrivate(script, launch.script().get().getBytes(UTF_8));
            Files.setPosixFilePermissions(script, RUN_BY_US); // `command: [sh, -c]` runs it itself
        }
        for (var output : isPrivate() ? List.<OutputFile>of() : launch.outputs()) {
            Files.createDirectories(parent(files.place(output.path())));
        }
        Files.createDirectories(files.place("."));
    }

    /// Shows a volume in the step's own directory.
    private void link(Layout.Mount mount) throws IOException {
        var source = files.source(mount);
        if (!Files.exists(source)) {
            Files.createDirectories(source);
        }
        var path = AttemptFolder.below(files.folder().resolve("work"), files.target(mount));
        Files.createDirectories(parent(path));
        try {
            Files.createSymbolicLink(path, source);
        } catch (FileAlreadyExistsException _) {
            throw new IOException("two volumes are mounted at " + mount.path());
        }
    }

    private String script() {
        return isPrivate() ? SCRIPT : folder.script().toString();
    }

    private static Path parent(Path path) {
        return java.util.Objects.requireNonNull(path.getParent());
    }

    private Map<String, String> environment() {
        var env = new LinkedHashMap<String, String>();
        if (isPrivate()) {
            env.put("HOME", "/root");
            env.put("TMPDIR", "/tmp");
            env.put("ARGO_PROGRESS_FILE", "/var/run/argo/progress");
        } else {
            env.put("HOME", folder.work().toString());
            env.put("TMPDIR", folder.tmp().toString());
            env.put("ARGO_PROGRESS_FILE", folder.root().resolve("progress").toString());
        }
        env.putAll(launch.env());
        return env;
    }

    Optional<String> result() throws IOException {
        if (!launch.resultWanted()) {
            return Optional.empty();
        }
        return Optional.of(output.result());
    }

    Map<String, String> parameters() throws IOException {
        var parameters = new LinkedHashMap<String, String>();
        for (var output : launch.outputs()) {
            var named = "output parameter " + output.parameter() + ": " + output.path();
            var file = found(output.path(), named);
            try (var channel = Beneath.open(files.within(file), file, named)) {
                parameters.put(output.parameter(), this.output.text(channel, "output parameter " + output.parameter()));
            } catch (NoSuchFileException _) {
                // the engine knows whether it may be missing
            }
        }
        return parameters;
    }

    private Path found(String path, String named) throws Beneath.Refused {
        try {
            return files.found(path);
        } catch (IllegalArgumentException e) {
            throw new Beneath.Refused(named.substring(0, named.lastIndexOf(": ")) + ": " + e.getMessage());
        }
    }
}
