package tiphys.process.spawn;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;

/// Finds programs as [Host#findProgram] does and remembers for a second what it found: a search path of twenty directories
/// costs as much as the start of the program. Safe for every thread.
public final class Programs {
    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final int REMEMBERED = 256;

    private final ConcurrentHashMap<Asked, Known> known = new ConcurrentHashMap<>();

    private record Asked(String name, String searchPath) {}

    private record Known(Host.Program program, long nanoTime) {
        boolean isFresh() {
            return System.nanoTime() - nanoTime < FRESH.toNanos();
        }
    }

    /// The program that a name stands for in a directory.
    public Host.Found find(String name, String searchPath, Path directory) {
        if (name.indexOf('/') >= 0 || !isAbsolute(searchPath)) {
            return Host.findProgram(name, searchPath, directory);
        }
        var asked = new Asked(name, searchPath);
        var before = known.get(asked);
        if (before != null && before.isFresh()) {
            return before.program();
        }
        var found = Host.findProgram(name, searchPath, directory);
        if (found instanceof Host.Program program) {
            if (known.size() >= REMEMBERED) {
                known.clear();
            }
            known.put(asked, new Known(program, System.nanoTime()));
        }
        return found;
    }

    /// Whether what is found does not depend on the directory.
    private static boolean isAbsolute(String searchPath) {
        return searchPath.startsWith(File.separator)
                && !searchPath.endsWith(File.pathSeparator)
                && searchPath.split(File.pathSeparator + File.separator, -1).length
                        == searchPath.split(File.pathSeparator, -1).length;
    }
}
