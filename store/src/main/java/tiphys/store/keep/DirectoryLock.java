package tiphys.store.keep;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Keeps other processes away from a data directory. The file `lock` says who holds it; the operating system lets go when
/// that process ends, however it ends. The locked byte lies behind the text, so that the text can be read where locks are
/// mandatory.
public final class DirectoryLock implements AutoCloseable {
    private static final long LOCKED_BYTE = 1L << 40;

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /// @throws DirectoryInUse if another store holds the directory, in this process too
    public static DirectoryLock take(Path directory, Instant now) throws IOException {
        var channel = FileChannel.open(directory.resolve("lock"), CREATE, READ, WRITE);
        if (tryLock(channel) == null) {
            var holder = ByteBuffer.allocate(2000);
            channel.read(holder, 0);
            channel.close();
            throw new DirectoryInUse(directory, new String(holder.array(), 0, holder.position(), UTF_8).strip());
        }
        var self = ProcessHandle.current();
        var text =
                "process %d since %s: %s%n"
                        .formatted(self.pid(), now, self.info().commandLine().orElse("a command that cannot be read"));
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(text.substring(0, Math.min(text.length(), 500)).getBytes(UTF_8)), 0);
        return new DirectoryLock(channel);
    }

    private static @Nullable Object tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock(LOCKED_BYTE, 1, false);
        } catch (OverlappingFileLockException _) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
