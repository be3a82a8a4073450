package tiphys.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Starts a program with one argument through `posix_spawn` and nothing else: the floor of a step.
final class FloorSpawn {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle SPAWN =
            handle(
                    "posix_spawn",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.ADDRESS,
                            ValueLayout.ADDRESS,
                            ValueLayout.ADDRESS,
                            ValueLayout.ADDRESS,
                            ValueLayout.ADDRESS));
    private static final MethodHandle WAIT =
            handle(
                    "waitpid",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));

    private FloorSpawn() {}

    @SuppressWarnings("restricted") // the launcher allows native access
    private static MethodHandle handle(String name, FunctionDescriptor shape) {
        return LINKER.downcallHandle(LINKER.defaultLookup().find(name).orElseThrow(), shape);
    }

    /// Starts the program; a thread of its own reaps it.
    static void start(String program, String argument) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var path = arena.allocateFrom(program);
            var argv = arena.allocate(ValueLayout.ADDRESS, 3);
            argv.setAtIndex(ValueLayout.ADDRESS, 0, path);
            argv.setAtIndex(ValueLayout.ADDRESS, 1, arena.allocateFrom(argument));
            argv.setAtIndex(ValueLayout.ADDRESS, 2, MemorySegment.NULL);
            var env = arena.allocate(ValueLayout.ADDRESS, 1);
            env.setAtIndex(ValueLayout.ADDRESS, 0, MemorySegment.NULL);
            var pid = arena.allocate(ValueLayout.JAVA_INT);
            int failure = (int) SPAWN.invokeExact(pid, path, MemorySegment.NULL, MemorySegment.NULL, argv, env);
            if (failure != 0) {
                throw new IOException("posix_spawn of " + program + " failed with " + failure);
            }
            int child = pid.get(ValueLayout.JAVA_INT, 0);
            Thread.ofPlatform().start(() -> reap(child));
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException("posix_spawn cannot be called", e);
        }
    }

    private static void reap(int child) {
        try {
            int ended = (int) WAIT.invokeExact(child, MemorySegment.NULL, 0);
            if (ended != child) {
                System.err.println("waitpid of " + child + " gave " + ended);
            }
        } catch (Throwable e) {
            throw new IllegalStateException("waitpid cannot be called", e);
        }
    }
}
