package tiphys.attempts;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// Gives the middle of a file back to the file system, while another process appends to it. Linux only.
final class Holes {
    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = 02000000;

    /// A number that differs between processors.
    private static final int O_NOFOLLOW = System.getProperty("os.arch", "").equals("aarch64") ? 0100000 : 0400000;

    private static final int KEEP_SIZE = 1;
    private static final int PUNCH_HOLE = 2;

    private Holes() {}

    /// Makes a part of the file a hole: it takes no space and reads as zeros; the file's length stays. A link in
    /// the file's place is not followed.
    ///
    /// @throws IOException if the file system cannot do it
    static void punch(Path file, long from, long length) throws IOException {
        try (var arena = Arena.ofConfined()) {
            int descriptor =
                    (int)
                            function("open", ADDRESS, JAVA_INT)
                                    .invokeExact(arena.allocateFrom(file.toString()), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
            if (descriptor < 0) {
                throw new IOException("cannot open " + file);
            }
            int error =
                    (int)
                            function("fallocate", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG)
                                    .invokeExact(descriptor, PUNCH_HOLE | KEEP_SIZE, from, length);
            int _ = (int) function("close", JAVA_INT).invokeExact(descriptor);
            if (error != 0) {
                throw new IOException("the file system of " + file + " cannot make holes");
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    @SuppressWarnings("restricted") // to call C is what it is for
    private static MethodHandle function(String name, MemoryLayout... arguments) throws IOException {
        var linker = Linker.nativeLinker();
        var symbol =
                linker.defaultLookup()
                        .find(name)
                        .orElseThrow(() -> new IOException("this system cannot make holes: there is no " + name));
        return linker.downcallHandle(symbol, FunctionDescriptor.of(JAVA_INT, arguments));
    }
}
