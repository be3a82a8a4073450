package tiphys.process.spawn;

import java.nio.file.Path;
import java.util.List;

/// What a process sees of the file system instead of the host's root.
///
/// @param root the directory that becomes its `/`; what is mounted in it has a mount point there
/// @param at an empty directory where the view is put together; many processes may use the same one
/// @param steps what is mounted, in this order
/// @param hostname what it takes for the machine's name; empty for the machine's own
public record View(Path root, Path at, List<Step> steps, String hostname) {
    public View {
        steps = List.copyOf(steps);
    }

    /// One thing to mount.
    public sealed interface Step {
        /// Where the process sees it, absolute.
        String target();

        /// A directory or file of the host, with what is mounted in it.
        ///
        /// @param access whether it may be written, whatever the files' own rights say
        record Bind(Path source, String target, Access access) implements Step {}

        /// A new directory in memory, empty.
        ///
        /// @param bytes the most that it takes
        record Memory(String target, long bytes) implements Step {}

        /// An empty directory, made in one of kind [Memory].
        record Directory(String target) implements Step {}
    }

    /// What a process may do in a bound directory.
    public enum Access {
        READ_ONLY,
        READ_WRITE
    }
}
