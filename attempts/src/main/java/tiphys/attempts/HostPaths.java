package tiphys.attempts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import tiphys.engine.StepOrder.Volume;

/// Files and directories of the machine that a volume names: looks whether there is what it says, or makes it, as a kubelet does.
public final class HostPaths {
    private static final Map<String, String> WORDS =
            Map.of(
                    "Directory", "directory",
                    "File", "file",
                    "Socket", "socket file",
                    "CharDevice", "character device",
                    "BlockDevice", "block device");

    private HostPaths() {}

    /// Sees to it that it is there.
    ///
    /// @return why it is not what the manifest says; empty if it is
    public static Optional<String> prepare(Volume.HostPath volume) {
        var path = Path.of(volume.path());
        try {
            return switch (volume.type()) {
                case "" -> {
                    if (!Files.exists(path)) {
                        Files.createDirectories(path);
                    }
                    yield Optional.empty();
                }
                case "DirectoryOrCreate" -> {
                    Files.createDirectories(path);
                    yield Optional.empty();
                }
                case "FileOrCreate" -> {
                    if (!Files.exists(path)) {
                        Files.createFile(
                                path,
                                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
                    }
                    yield is(path, "File", Files::isRegularFile);
                }
                case "Directory" -> is(path, volume.type(), Files::isDirectory);
                case "File" -> is(path, volume.type(), Files::isRegularFile);
                case "Socket", "CharDevice", "BlockDevice" -> is(path, volume.type(), HostPaths::isSpecial);
                default -> Optional.of("hostPath type \"" + volume.type() + "\" is not known");
            };
        } catch (IOException e) {
            return Optional.of("the hostPath %s cannot be made: %s".formatted(path, e));
        }
    }

    private static boolean isSpecial(Path path) {
        return Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
    }

    private static Optional<String> is(Path path, String type, Predicate<Path> holds) {
        return holds.test(path)
                ? Optional.empty()
                : Optional.of("hostPath type check failed: %s is not a %s".formatted(path, WORDS.get(type)));
    }
}
