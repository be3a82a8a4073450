package tiphys.attempts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import tiphys.engine.AttemptId;
import tiphys.engine.Logs;

/// What the steps printed, read from the attempts' files; needs no runner. stdout and stderr come in order; for a step whose stdout is
/// its result in order as finely as the runner looks (100 ms). Of output over the limit, head and tail are there and a
/// sentence between them; offsets behind that sentence move while the step goes on printing, and a reader that follows such a log stays at its end.
public final class AttemptLogs implements Logs {
    private static final int CHUNK_BYTES = 1 << 16;

    private final Path data;
    private final String container;

    /// The logs of a data directory's attempts.
    public AttemptLogs(Path data) {
        this(data.toAbsolutePath().normalize(), "main");
    }

    private AttemptLogs(Path data, String container) {
        this.data = data;
        this.container = container;
    }

    @Override
    public AttemptLogs of(String other) {
        return new AttemptLogs(data, other);
    }

    @Override
    public byte[] read(AttemptId attempt, long offset, int limit) throws IOException {
        return view(attempt).read(offset, limit);
    }

    @Override
    public long size(AttemptId attempt) throws IOException {
        return view(attempt).size();
    }

    @Override
    public InputStream open(AttemptId attempt) throws IOException {
        var view = view(attempt);
        return new InputStream() {
            private long offset;

            @Override
            public int read() throws IOException {
                var one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int at, int length) throws IOException {
                var bytes = view.read(offset, Math.min(length, CHUNK_BYTES));
                System.arraycopy(bytes, 0, into, at, bytes.length);
                offset += bytes.length;
                return bytes.length == 0 && length > 0 ? -1 : bytes.length;
            }
        };
    }

    private LogView view(AttemptId attempt) throws IOException {
        return LogView.of(AttemptFolder.of(data, attempt).container(container));
    }
}
