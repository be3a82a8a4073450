package tiphys.process.runner;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/// One runner for each data directory: whoever holds this lock is it. The system lets go of it with the process.
public final class RunnerLock implements AutoCloseable {
    private static final Duration AGAIN = Duration.ofMillis(20);

    private final FileChannel channel;

    private RunnerLock(FileChannel channel) {
        this.channel = channel;
    }

    /// Takes the lock.
    ///
    /// @throws IOException if another runner has it
    public static RunnerLock take(Path data) throws IOException {
        var channel =
                FileChannel.open(data.resolve("runner.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return new RunnerLock(channel);
            }
        } catch (OverlappingFileLockException _) {
            // held by this very process
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new IOException("another runner serves " + data);
    }

    /// Takes the lock as soon as whoever has it lets go.
    ///
    /// @throws IOException if that takes longer than the limit
    static RunnerLock await(Path data, Duration limit) throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            try {
                return take(data);
            } catch (IOException e) {
                if (System.nanoTime() - end > 0) {
                    throw e;
                }
            }
            Thread.sleep(AGAIN);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
