package tiphys.process.images;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// The host's interpreters, asked in the background from the start and remembered. Safe for every thread.
public final class Interpreters {
    /// Programs that come with us.
    private static final List<String> OWN = List.of("argosay", "cowsay");

    private final Map<Interpreter.Language, FutureTask<Optional<Interpreter>>> answers =
            new EnumMap<>(Interpreter.Language.class);
    private final FutureTask<Optional<Busybox>> busybox;
    private final Path programs;
    private boolean linked;

    /// @param programs a directory for links, so that `python` is found where a host only has `python3`
    public Interpreters(Path programs) {
        this.programs = programs;
        for (var language : Interpreter.Language.values()) {
            var answer = new FutureTask<>(() -> Interpreter.ask(language));
            answers.put(language, answer);
            Thread.ofVirtual().name("interpreter").start(answer);
        }
        busybox = new FutureTask<>(() -> Busybox.ask(System.getenv().getOrDefault("PATH", "/usr/bin:/bin"), programs));
        Thread.ofVirtual().name("busybox").start(busybox);
    }

    /// The interpreter; waits for the answer if it is still being asked.
    public Optional<Interpreter> find(Interpreter.Language language) {
        return told(java.util.Objects.requireNonNull(answers.get(language)));
    }

    /// The host's busybox, with the links to its programs, which are made at the first need; as [#find].
    public synchronized Optional<Busybox> busybox() throws IOException {
        var found = told(busybox);
        if (found.isPresent() && !linked) {
            found.get().make();
            linked = true;
        }
        return found;
    }

    private static <T> Optional<T> told(FutureTask<Optional<T>> asked) {
        try {
            return asked.get();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /// Where steps find the programs that come with us; made at the first need.
    public synchronized String ownPrograms() throws IOException {
        for (var name : OWN) {
            var program = programs.resolve(name);
            if (!Files.isExecutable(program)) {
                Files.createDirectories(programs);
                var draft = programs.resolve(name + ".new");
                try (var in = java.util.Objects.requireNonNull(getClass().getResourceAsStream(name + ".sh"))) {
                    Files.write(draft, in.readAllBytes());
                }
                Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rwx------"));
                Files.move(draft, program, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        return programs.toString();
    }

    /// Where steps find the interpreter by all its names: to be put before the host's `PATH`.
    public String searchPath(Interpreter interpreter, ImageRules.Rule rule) throws IOException {
        var home = java.util.Objects.requireNonNull(interpreter.path().getParent());
        var missing = rule.aliases().stream().filter(alias -> !Files.isExecutable(home.resolve(alias))).toList();
        if (missing.isEmpty()) {
            return home.toString();
        }
        Files.createDirectories(programs);
        for (var alias : missing) {
            try {
                Files.createSymbolicLink(programs.resolve(alias), interpreter.path());
            } catch (FileAlreadyExistsException _) {
                // made before, by this server or the last
            }
        }
        return home + ":" + programs;
    }
}
