package tiphys.process.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import tiphys.engine.AttemptId;

/// Processes of attempts whose runner was killed. They are found by `TIPHYS_ATTEMPT` in their environment, so those that left
/// their process group are found too; a process that changed its environment or user is not. Only where there is `/proc`.
final class Leftovers {
    private Leftovers() {}

    /// Kills every process of these attempts.
    static void kill(Collection<AttemptId> attempts) {
        if (attempts.isEmpty()) {
            return;
        }
        var marks = new HashSet<String>();
        attempts.forEach(attempt -> marks.add("TIPHYS_ATTEMPT=" + attempt.text()));
        long self = ProcessHandle.current().pid();
        ProcessHandle.allProcesses()
                .filter(process -> process.pid() != self && carries(process, marks))
                .forEach(ProcessHandle::destroyForcibly);
    }

    private static boolean carries(ProcessHandle process, Set<String> marks) {
        try {
            var environment = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/environ"));
            for (var variable : new String(environment, UTF_8).split("\0", -1)) {
                if (marks.contains(variable)) {
                    return true;
                }
            }
            return false;
        } catch (IOException _) {
            return false;
        }
    }
}
