package tiphys.process.runner;

/// How the runner treats this machine.
///
/// @param slots how many steps run at once; more wait in order
/// @param logLimitBytes of one attempt's output; of more, head and tail are kept
/// @param freeSpaceBytes what must be free in the data directory before a step starts
public record RunnerSettings(int slots, long logLimitBytes, long freeSpaceBytes) {
    /// Twice the cores, 64 MiB of output, 256 MiB of free space.
    public static RunnerSettings ofThisMachine() {
        return new RunnerSettings(2 * Runtime.getRuntime().availableProcessors(), 64L << 20, 256L << 20);
    }
}
