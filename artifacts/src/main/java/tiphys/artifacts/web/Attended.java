package tiphys.artifacts.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;

/// A stream from a server that may fall silent: then it is closed, and whoever reads hears why. Whoever reads may take its time. For one
/// reader.
final class Attended extends InputStream {
    private final InputStream in;
    private final Duration silence;
    private final Thread watch;

    /// Since when somebody waits for bytes; 0 if nobody does.
    private volatile long waitingSince;

    private volatile boolean silent;

    /// @param silence how long nothing may come
    Attended(InputStream in, Duration silence) {
        this.in = in;
        this.silence = silence;
        watch = Thread.ofVirtual().name("artifact-watch").start(this::watch);
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(silence.dividedBy(4));
                long since = waitingSince;
                if (since != 0 && System.nanoTime() - since > silence.toNanos()) {
                    silent = true;
                    in.close();
                    return;
                }
            }
        } catch (InterruptedException | IOException _) {
            // it is over
        }
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        waitingSince = Math.max(1, System.nanoTime());
        try {
            int read = in.read(into, from, length);
            if (silent) {
                throw fallenSilent();
            }
            return read;
        } catch (IOException e) {
            throw silent && !(e instanceof InterruptedIOException) ? fallenSilent() : e;
        } finally {
            waitingSince = 0;
        }
    }

    private IOException fallenSilent() {
        return new InterruptedIOException("the server sent nothing for " + silence.toSeconds() + " seconds");
    }

    @Override
    public void close() throws IOException {
        watch.interrupt();
        in.close();
    }
}
