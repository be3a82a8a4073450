package tiphys.artifacts.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// A part of a file as a stream.
public final class Slice extends InputStream {
    private final FileChannel file;
    private long at;
    private final long end;

    public Slice(Path file, long from, long bytes) {
        try {
            this.file = FileChannel.open(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        at = from;
        end = from + bytes;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (at >= end) {
            return -1;
        }
        int read = file.read(ByteBuffer.wrap(into, from, (int) Math.min(length, end - at)), at);
        at += Math.max(0, read);
        return read;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
