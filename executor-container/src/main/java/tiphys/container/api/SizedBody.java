package tiphys.container.api;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/// A body whose length was said. One that ends before is an error.
final class SizedBody extends InputStream {
    private final InputStream in;
    private long left;

    SizedBody(InputStream in, long length) {
        this.in = in;
        this.left = length;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0) {
            return -1;
        }
        int read = in.read(into, at, (int) Math.min(left, length));
        if (read < 0) {
            throw new EOFException("the connection ended within the answer");
        }
        left -= read;
        return read;
    }
}
