package tiphys.process.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.function.Predicate;
import tiphys.engine.AttemptId;
import tiphys.process.spawn.Orphans;

/// Processes that outlived their attempt: those of a killed runner, and those that left the process group of a step that has
/// ended. They are found by `TIPHYS_ATTEMPT` in their environment; a process that changed its environment or user is not.
/// Only where there is `/proc`.
final class Leftovers {
    private static final String MARK = "TIPHYS_ATTEMPT=";

    /// How often in a row the children of what was just killed are looked for.
    private static final int ROUNDS = 3;

    private Leftovers() {}

    /// Kills every process of these attempts.
    static void kill(Collection<AttemptId> attempts) {
        if (attempts.isEmpty()) {
            return;
        }
        var wanted = new HashSet<String>();
        attempts.forEach(attempt -> wanted.add(attempt.text()));
        long self = ProcessHandle.current().pid();
        ProcessHandle.allProcesses()
                .filter(process -> process.pid() != self && attempt(process.pid()).filter(wanted::contains).isPresent())
                .forEach(ProcessHandle::destroyForcibly);
    }

    /// Kills what left its step's group, if the step is over, and lets go of what has ended.
    ///
    /// @param over whether an attempt, by its text, does not go on
    static void sweep(Orphans orphans, Predicate<String> over) {
        for (int round = 0; round < ROUNDS; round++) {
            boolean killed = false;
            for (var orphan : orphans.list()) {
                if (orphan.ended()) {
                    orphans.reap(orphan);
                } else if (attempt(orphan.pid()).filter(over).isPresent()) {
                    killed |= ProcessHandle.of(orphan.pid()).map(ProcessHandle::destroyForcibly).orElse(false);
                }
            }
            if (!killed) {
                return;
            }
        }
    }

    /// The attempt that a process says it belongs to.
    private static Optional<String> attempt(long pid) {
        try {
            var environment = Files.readAllBytes(Path.of("/proc/" + pid + "/environ"));
            for (var variable : new String(environment, UTF_8).split("\0", -1)) {
                if (variable.startsWith(MARK)) {
                    return Optional.of(variable.substring(MARK.length()));
                }
            }
            return Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
