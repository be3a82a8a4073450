package tiphys.process.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;

/// How much memory a process and its descendants have now, as Linux tells it; nothing elsewhere. The system's own high-water mark of an
/// ended process is no use: it begins with the memory of the program that spawned it.
final class Memory {
    private static final Path PROC = Path.of("/proc");
    private static final int MOST_PROCESSES = 64;
    private static final String RESIDENT = "VmRSS:";

    private Memory() {}

    static long bytes(long pid) {
        var open = new ArrayDeque<String>();
        open.add(Long.toString(pid));
        long bytes = 0;
        for (int i = 0; i < MOST_PROCESSES && !open.isEmpty(); i++) {
            var one = open.remove();
            try {
                for (var line : Files.readString(PROC.resolve(one).resolve("status"), UTF_8).split("\n", -1)) {
                    if (line.startsWith(RESIDENT)) {
                        bytes += Long.parseLong(line.substring(RESIDENT.length(), line.length() - 2).strip()) << 10;
                    }
                }
                var children =
                        Files.readString(PROC.resolve(one).resolve("task").resolve(one).resolve("children"), UTF_8);
                for (var child : children.strip().split(" ", -1)) {
                    if (!child.isEmpty()) {
                        open.add(child);
                    }
                }
            } catch (IOException _) {
                // it is over, or this system is another
            }
        }
        return bytes;
    }
}
