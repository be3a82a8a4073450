package tiphys.process.spawn;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.UnaryOperator;

/// This machine: its boot, its programs, its private files.
public final class Host {
    private Host() {}

    /// Changes with every boot; where the system has no such thing, `unknown-boot`.
    public static String bootId() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException _) {
            return "unknown-boot";
        }
    }

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

    /// Makes a directory that only its owner may enter.
    public static void privateDirectory(Path directory) throws IOException {
        Files.createDirectories(directory);
        if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
    }

    /// Makes a new file that only its owner may read.
    ///
    /// @throws FileAlreadyExistsException if it is there
    public static void writePrivate(Path file, byte[] bytes) throws IOException {
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (var out = FileChannel.open(file, options, mode)) {
            var buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
        }
    }
}
