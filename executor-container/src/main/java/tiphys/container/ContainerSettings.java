package tiphys.container;

/// How containers are treated.
///
/// @param slots how many attempts run at once; more wait in order
/// @param logLimitBytes of one container's output; of more, head and tail are kept
/// @param freeSpaceBytes what must be free in the data directory before an attempt starts
/// @param leaving what becomes of containers that run when the executor is closed
public record ContainerSettings(int slots, long logLimitBytes, long freeSpaceBytes, Leaving leaving) {
    /// What becomes of containers when whoever started them goes.
    public enum Leaving {
        /// They go on, and whoever opens the data directory next takes their ends.
        GO_ON,
        /// They are removed.
        END
    }

    /// Twice the cores, 64 MiB of output, 256 MiB of free space.
    public static ContainerSettings ofThisMachine(Leaving leaving) {
        return new ContainerSettings(2 * Runtime.getRuntime().availableProcessors(), 64L << 20, 256L << 20, leaving);
    }
}
