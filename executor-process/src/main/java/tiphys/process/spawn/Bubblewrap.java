package tiphys.process.spawn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Gives processes a root of their own by `bwrap`, where this process may not make namespaces itself: some systems let that one program
/// do it. What needs no root of its own is started as ever.
///
/// A signal to the process group would end `bwrap` before the step could do anything about it, so `bwrap` does not heed SIGTERM, and
/// the step does again. The exit code of a step that a signal ended is 128 and the signal.
final class Bubblewrap implements Spawner {
    /// How steps get a root of their own: `namespace` if this process may make one itself, else `bwrap`.
    static final String WAY = "tiphys.paths";

    private static final List<Path> PLACES = List.of(Path.of("/usr/bin/bwrap"), Path.of("/usr/local/bin/bwrap"));
    private static final Path SHELL = Path.of("/bin/sh");
    private static final String ENV = "/usr/bin/env";
    private static final String HEED = "--default-signal=TERM";
    private static final int LIMIT_SECONDS = 5;

    private final Spawner spawner;
    private final Path program;
    private final boolean heeds;

    private Bubblewrap(Spawner spawner, Path program) {
        this.spawner = spawner;
        this.program = program;
        heeds = runs(List.of(ENV, HEED, "/bin/true"));
    }

    /// The spawner with `bwrap` beside it, if that is needed and works.
    static Spawner beside(Spawner spawner) {
        var way = System.getProperty(WAY, "");
        if (way.equals("namespace") || (way.isEmpty() && OwnNamespace.isRoot())) {
            return spawner;
        }
        return find().<Spawner>map(found -> new Bubblewrap(spawner, found)).orElse(spawner);
    }

    /// The program, if it is there and may do what it is for. Tries it, which takes some milliseconds.
    static Optional<Path> find() {
        return PLACES.stream()
                .filter(Files::isExecutable)
                .filter(place -> runs(List.of(place.toString(), "--ro-bind", "/", "/", "--tmpfs", "/tmp", "/bin/true")))
                .findFirst();
    }

    private static boolean runs(List<String> command) {
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start(); // which says little
            if (process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue() == 0;
            }
            process.destroyForcibly();
            return false;
        } catch (IOException _) {
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public Child spawn(Command command) throws CannotSpawn {
        return spawner.spawn(command.view().map(view -> within(view, command)).orElse(command));
    }

    private Command within(View view, Command command) {
        var step = command.program().toString();
        boolean spared = heeds && !step.contains("=");
        var argv = new ArrayList<String>();
        if (spared) {
            argv.addAll(List.of(SHELL.toString(), "-c", "trap '' TERM; exec \"$@\"", "sh"));
        }
        argv.addAll(List.of(program.toString(), "--bind", view.root().toString(), "/"));
        view.steps().forEach(one -> argv.addAll(mounted(one)));
        if (!view.hostname().isEmpty()) {
            argv.addAll(List.of("--unshare-uts", "--hostname", view.hostname()));
        }
        argv.addAll(List.of("--chdir", command.directory().toString(), "--"));
        if (spared) {
            argv.addAll(List.of(ENV, HEED));
        }
        argv.add(step);
        argv.addAll(command.argv().subList(1, command.argv().size()));
        return new Command(
                spared ? SHELL : program,
                argv,
                command.env(),
                view.root(),
                command.stdout(),
                command.stderr(),
                command.belonging(),
                Optional.empty());
    }

    private static List<String> mounted(View.Step step) {
        return switch (step) {
            case View.Step.Bind(var source, var target, var access) ->
                    List.of(
                            switch (access) {
                                case READ_ONLY -> "--ro-bind-try";
                                case READ_WRITE -> target.equals("/dev") ? "--dev-bind" : "--bind";
                            },
                            source.toString(),
                            target);
            case View.Step.Memory(var target, var bytes) ->
                    bytes == 0
                            ? List.of("--tmpfs", target)
                            : List.of("--size", Long.toString(bytes), "--tmpfs", target);
            case View.Step.Directory(var target) -> List.of("--dir", target);
        };
    }
}
