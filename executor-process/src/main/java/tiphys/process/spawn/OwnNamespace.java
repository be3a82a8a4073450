package tiphys.process.spawn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// How a program of an ordinary user gets the right to make mount namespaces: it is started by `unshare` in a user namespace of its
/// own, where it has the same user. A JVM cannot enter one once it runs. Root needs none of it.
public final class OwnNamespace {
    private static final List<String> PLACES = List.of("/usr/bin/unshare", "/bin/unshare");
    private static final int LIMIT_SECONDS = 5;

    private OwnNamespace() {}

    /// What to put before a program's arguments; empty if it needs nothing, or this system lets no user make namespaces. Tries it,
    /// which takes some milliseconds.
    public static List<String> command() {
        if (isRoot()) {
            return List.of();
        }
        for (var place : PLACES) {
            if (Files.isExecutable(Path.of(place))) {
                var command =
                        List.of(place, "-Um", "--map-current-user", "--keep-caps", "--propagation", "private", "--");
                return works(command) ? command : List.of();
            }
        }
        return List.of();
    }

    /// What the program is told about that, for a JVM: how its own steps get a root of their own. Nothing where it finds that out itself.
    ///
    /// @param command what is put before it
    public static List<String> told(List<String> command) {
        return command.isEmpty() ? List.of() : List.of("-D" + Bubblewrap.WAY + "=namespace");
    }

    /// `bwrap`, for where no namespace can be made; empty if it is not there, or may not make one either.
    public static Optional<Path> bubblewrap() {
        return Bubblewrap.find();
    }

    /// Whether this process may do everything on this machine.
    public static boolean isRoot() {
        return System.getProperty("user.name", "").equals("root");
    }

    /// A namespace that can be made, but in which nothing can be mounted, is of no use; some systems give such.
    private static boolean works(List<String> command) {
        var argv = new ArrayList<>(command);
        argv.addAll(List.of("/bin/mount", "-t", "tmpfs", "none", "/mnt"));
        try {
            var process =
                    new ProcessBuilder(argv)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
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
}
