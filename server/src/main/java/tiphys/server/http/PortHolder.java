package tiphys.server.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Finds out which process listens on a port, from Linux's `/proc`; elsewhere, and where it may not look, nobody.
final class PortHolder {
    private static final Path PROC = Path.of("/proc");
    private static final String LISTENING = "0A";

    private PortHolder() {}

    /// `process 123 (nginx)`.
    static Optional<String> of(int port) {
        try {
            var sockets = sockets(port);
            if (sockets.isEmpty()) {
                return Optional.empty();
            }
            try (var processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
                for (var process : processes) {
                    if (holds(process, sockets)) {
                        return Optional.of("process " + process.getFileName() + " (" + command(process) + ")");
                    }
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // the port's state is what matters; who has it only helps
        }
    }

    private static Set<String> sockets(int port) throws IOException {
        var found = new HashSet<String>();
        var wanted = String.format(Locale.ROOT, ":%04X", port);
        for (var table : List.of(PROC.resolve("net/tcp"), PROC.resolve("net/tcp6"))) {
            if (!Files.isReadable(table)) {
                continue;
            }
            for (var line : Files.readAllLines(table)) {
                var columns = line.strip().split("\\s+", -1);
                if (columns.length > 9 && columns[1].endsWith(wanted) && columns[3].equals(LISTENING)) {
                    found.add("socket:[" + columns[9] + "]");
                }
            }
        }
        return found;
    }

    private static boolean holds(Path process, Set<String> sockets) {
        try (var files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (var file : files) {
                if (sockets.contains(Files.readSymbolicLink(file).toString())) {
                    return true;
                }
            }
            return false;
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            return false; // another user's process, or one that has just ended
        }
    }

    private static String command(Path process) throws IOException {
        return Files.readString(process.resolve("comm")).strip();
    }
}
