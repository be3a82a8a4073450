package tiphys.process.spawn;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/// Processes that left the process group of the step that began them (`setsid`, daemons) and whose parent has ended. Linux
/// gives them to this process once it has asked for them, so they can be found without looking through all processes.
/// Elsewhere there are none. Safe for every thread.
public final class Orphans {
    private static final int PR_SET_CHILD_SUBREAPER = 36;
    private static final int WNOHANG = 1;

    private final Path children;
    private final MethodHandle waitPid;
    private final long ownGroup;

    private Orphans(Path children, MethodHandle waitPid, long ownGroup) {
        this.children = children;
        this.waitPid = waitPid;
        this.ownGroup = ownGroup;
    }

    /// One of them, as it is now.
    ///
    /// @param group its process group
    /// @param ended whether it has ended and waits to be reaped
    public record Orphan(long pid, long group, boolean ended) {}

    /// Asks the system for the orphans of this process's descendants; empty where it does not give them.
    @SuppressWarnings("restricted") // to call C is what it is for
    public static Optional<Orphans> adopt() {
        long self = ProcessHandle.current().pid();
        var children = Path.of("/proc/self/task/" + self + "/children");
        if (!Files.isReadable(children)) {
            return Optional.empty();
        }
        try {
            var linker = Linker.nativeLinker();
            var prctl =
                    linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("prctl"),
                            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                            Linker.Option.firstVariadicArg(1));
            var waitPid =
                    linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("waitpid"),
                            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ValueLayout.ADDRESS, JAVA_INT));
            if ((int) prctl.invokeExact(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L) != 0) {
                return Optional.empty();
            }
            return look(self).map(own -> new Orphans(children, waitPid, own.group()));
        } catch (NoSuchElementException | IllegalCallerException _) {
            return Optional.empty(); // a function is missing, or this program may not call C
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// All of them. What belongs to this process's own group was begun by this program itself and is none, nor is what its
    /// spawner started and awaits.
    public List<Orphan> list() {
        String pids;
        try {
            pids = Files.readString(children);
        } catch (IOException _) {
            return List.of();
        }
        if (pids.isBlank()) {
            return List.of();
        }
        var orphans = new ArrayList<Orphan>();
        for (var pid : pids.strip().split(" ", -1)) {
            look(Long.parseLong(pid))
                    .filter(one -> one.group() != ownGroup && !PosixSpawner.awaits(one.pid()))
                    .ifPresent(orphans::add);
        }
        return orphans;
    }

    /// Lets go of one that has ended.
    public void reap(Orphan ended) {
        try {
            int _ = (int) waitPid.invokeExact((int) ended.pid(), MemorySegment.NULL, WNOHANG);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// `/proc/PID/stat`: the name in brackets may hold anything, so what follows is counted from the last bracket.
    private static Optional<Orphan> look(long pid) {
        try {
            var stat =
                    Files.readString(Path.of("/proc/" + pid + "/stat"), java.nio.charset.StandardCharsets.ISO_8859_1);
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 4);
            return Optional.of(new Orphan(pid, Long.parseLong(fields[2]), fields[0].equals("Z")));
        } catch (IOException _) {
            return Optional.empty(); // gone meanwhile
        }
    }
}
