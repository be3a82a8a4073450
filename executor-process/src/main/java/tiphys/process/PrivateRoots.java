package tiphys.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.process.paths.AttemptFiles;
import tiphys.process.paths.Layout;
import tiphys.process.paths.PrivateRoot;
import tiphys.process.spawn.OwnNamespace;
import tiphys.process.spawn.Spawner;
import tiphys.process.spawn.View;

/// Whether steps can have a root of their own on this machine: found out by giving one to a program.
public final class PrivateRoots {
    private static final String PROGRAM = "/bin/true";

    private PrivateRoots() {}

    /// How they would get it, or why not.
    ///
    /// @param works whether steps that name absolute paths can run
    public record Way(boolean works, String text) {}

    /// Tries it, in a directory of its own that is removed afterwards. Takes some milliseconds.
    public static Way probe() {
        if (OwnNamespace.isRoot()) {
            return tried().map(why -> new Way(false, why))
                    .orElse(new Way(true, "a mount namespace of each step's own, made by the runner"));
        }
        if (!OwnNamespace.command().isEmpty()) {
            return new Way(true, "a mount namespace of each step's own, in the runner's user namespace");
        }
        var program = OwnNamespace.bubblewrap();
        return program.isEmpty()
                ? new Way(false, "this system lets no ordinary user make namespaces, and there is no bwrap that may")
                : tried().map(why -> new Way(false, program.get() + ": " + why))
                        .orElse(new Way(true, "a mount namespace of each step's own, made by " + program.get()));
    }

    private static Optional<String> tried() {
        try {
            var folder = Files.createTempDirectory("tiphys-probe");
            try {
                Files.createDirectory(folder.resolve("mnt"));
                var files = new AttemptFiles(folder, new Layout(true, "", List.of(), List.of("/tmp/probe")));
                return ran(PrivateRoot.furnish(files, folder.toRealPath(), List.of(), ""), folder);
            } finally {
                remove(folder);
            }
        } catch (IOException e) {
            return Optional.of("no directory to try it in: " + e.getMessage());
        }
    }

    private static Optional<String> ran(View view, Path folder) {
        try {
            var child =
                    Spawner.ofThisSystem()
                            .spawn(
                                    new Spawner.Command(
                                            Path.of(PROGRAM),
                                            List.of(PROGRAM),
                                            Map.of(),
                                            Path.of("/tmp"),
                                            folder.resolve("out"),
                                            Optional.empty(),
                                            Spawner.Belonging.OWN_GROUP,
                                            Optional.of(view)));
            child.await();
            return child.reap() instanceof Spawner.Exit.Code(var code) && code == 0
                    ? Optional.empty()
                    : Optional.of(PROGRAM + " does not run in it");
        } catch (Spawner.CannotSpawn e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    private static void remove(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            for (var path : new ArrayList<>(all.toList()).reversed()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
