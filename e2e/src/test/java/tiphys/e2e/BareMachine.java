package tiphys.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What a user's machine has who never heard of Java: a shell, a few tools and python3 on the PATH, and no JDK or Maven where
/// one could be found. Needs root, for a view of the file system of its own; a test without is counted as not run.
final class BareMachine {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final List<String> TOOLS = List.of("sh", "dirname", "readlink", "mkdir", "mv", "sleep");
    private static final String HIDE =
            """
            for place in /usr/lib/jvm /usr/share/maven "$HOME"/.sdkman; do
                [ ! -d "$place" ] || mount -t tmpfs none "$place"
            done
            """;
    private static final String READ_ONLY = "mount --bind \"$1\" \"$1\" && mount -o remount,ro,bind \"$1\"; ";

    private final Path path;

    /// @param directory where its PATH is made
    BareMachine(Path directory) throws IOException {
        assumeTrue(NetworkNamespace.possible(), "a view of the file system without JDKs needs root");
        path = Files.createDirectory(directory.resolve("path"));
        for (var tool : TOOLS) {
            Files.copy(where("command -v " + tool), path.resolve(tool), StandardCopyOption.COPY_ATTRIBUTES);
        }
        var python = where("python3 -c 'import sys; print(sys.executable)'");
        var script = Files.writeString(path.resolve("python3"), "#!/bin/sh\nexec '" + python + "' \"$@\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path where(String command) {
        return Path.of(Program.run(LIMIT, List.of("sh", "-c", command), Map.of()).output().strip());
    }

    /// The command that runs another one there, with nothing in its environment but the PATH and what is given.
    List<String> command(Map<String, String> environment, List<String> inner) {
        return command(HIDE, Path.of("/"), environment, inner);
    }

    /// The same, where a directory cannot be written.
    List<String> readOnly(Path directory, Map<String, String> environment, List<String> inner) {
        return command(HIDE + READ_ONLY, directory, environment, inner);
    }

    private List<String> command(String script, Path directory, Map<String, String> environment, List<String> inner) {
        var command =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "-m",
                                "sh",
                                "-c",
                                script + "shift; exec \"$@\"",
                                "sh",
                                directory.toString()));
        command.addAll(List.of("env", "-i", "PATH=" + path));
        environment.forEach((name, value) -> command.add(name + "=" + value));
        command.addAll(inner);
        return command;
    }
}
