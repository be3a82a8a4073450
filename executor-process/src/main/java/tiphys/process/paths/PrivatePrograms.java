package tiphys.process.paths;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tiphys.process.spawn.Host;

/// Finds the programs of a step that sees a root of its own: those that lie in its own directories and volumes, and the host's.
public record PrivatePrograms(AttemptFiles files) {

    /// What of the host must be seen so that the programs of a search path can run, also where it is hidden otherwise.
    public static List<Path> needed(String searchPath) throws IOException {
        var needed = new ArrayList<Path>();
        for (var entry : searchPath.split(File.pathSeparator, -1)) {
            if (entry.startsWith("/") && Files.isDirectory(Path.of(entry))) {
                needed.add(Path.of(entry).toRealPath());
            }
        }
        return needed;
    }

    /// The program that a name stands for, by the path at which the step sees it.
    public Host.Found find(String name, String searchPath) {
        return Host.findProgram(name, searchPath, Path.of(files.seen(".")), this::onHost);
    }

    /// Where a program is looked at: in the step's own files, if it has something there that is no mere mount point.
    private Path onHost(Path seen) {
        try {
            var own = files.found(seen.toString());
            return Files.isExecutable(own) || (Files.exists(own) && !Files.exists(seen)) ? own : seen;
        } catch (IllegalArgumentException _) {
            return seen;
        }
    }
}
