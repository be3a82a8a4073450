package tiphys.process.spawn;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/// The programs of this machine.
public final class Host {
    private Host() {}

    /// Where a name leads.
    public sealed interface Found {}

    public record Program(Path path) implements Found {}

    public record NoProgram(String message) implements Found {}

    /// Finds a program as a shell does: a name with a slash is a path, any other is looked for in `PATH`.
    static Found findProgram(String name, String searchPath, Path directory) {
        return findProgram(name, searchPath, directory, path -> path);
    }

    /// The same for a process that sees other files than this one.
    ///
    /// @param onHost where a path that the process sees is to be looked at
    public static Found findProgram(String name, String searchPath, Path directory, UnaryOperator<Path> onHost) {
        if (name.indexOf('/') >= 0) {
            var path = directory.resolve(name);
            var file = onHost.apply(path);
            if (!Files.exists(file)) {
                return new NoProgram("exec: \"%s\": stat %s: no such file or directory".formatted(name, name));
            }
            if (Files.isDirectory(file)) {
                return new NoProgram("exec: \"%s\": is a directory".formatted(name));
            }
            return !Files.isExecutable(file)
                    ? new NoProgram("exec: \"%s\": permission denied".formatted(name))
                    : new Program(path);
        }
        if (!name.isEmpty()) {
            for (var entry : searchPath.split(File.pathSeparator, -1)) {
                var path = directory.resolve(entry).resolve(name);
                var file = onHost.apply(path);
                if (Files.isExecutable(file) && !Files.isDirectory(file)) {
                    return new Program(path);
                }
            }
        }
        return new NoProgram("exec: \"%s\": executable file not found in $PATH".formatted(name));
    }
}
