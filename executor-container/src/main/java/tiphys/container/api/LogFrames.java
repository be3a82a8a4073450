package tiphys.container.api;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/// Reads a container's log apart into stdout and stderr: each piece has a head of eight bytes, which says the stream and the length.
public final class LogFrames {
    private static final int HEAD = 8;
    private static final int STDERR = 2;
    private static final int PIECE = 64 << 10;

    private LogFrames() {}

    /// Takes what comes.
    @FunctionalInterface
    public interface Sink {
        void take(Stream stream, byte[] bytes) throws IOException;
    }

    /// Where a container printed it.
    public enum Stream {
        STDOUT,
        STDERR
    }

    static void read(InputStream in, Sink sink) throws IOException {
        while (true) {
            var head = in.readNBytes(HEAD);
            if (head.length == 0) {
                return;
            }
            if (head.length < HEAD) {
                throw new EOFException("the log ended within a piece");
            }
            long left = 0;
            for (int i = HEAD / 2; i < HEAD; i++) {
                left = (left << 8) | (head[i] & 0xff);
            }
            while (left > 0) {
                var bytes = in.readNBytes((int) Math.min(left, PIECE));
                if (bytes.length == 0) {
                    throw new EOFException("the log ended within a piece");
                }
                sink.take(head[0] == STDERR ? Stream.STDERR : Stream.STDOUT, bytes);
                left -= bytes.length;
            }
        }
    }
}
