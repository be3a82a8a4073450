package tiphys.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// A way to a server on this machine that can be cut: once after so many bytes that came from it, or for good after so many that went
/// there.
final class CutLine implements AutoCloseable {
    private static final long NEVER = Long.MAX_VALUE;

    private final ServerSocket listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong down = new AtomicLong(NEVER);
    private final AtomicLong up = new AtomicLong(NEVER);
    private final AtomicLong came = new AtomicLong();
    private final AtomicLong went = new AtomicLong();
    private volatile boolean upOnce;
    private final int server;

    CutLine(int server) throws IOException {
        this.server = server;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /// How many bytes came from the server.
    long came() {
        return came.get();
    }

    /// How many bytes went to the server.
    long went() {
        return went.get();
    }

    /// The connection over which that many bytes came is closed, and no other.
    void cutDownAfter(long bytes) {
        down.set(bytes);
    }

    /// When that many bytes went, every connection is closed, and each later one.
    void cutUpAfter(long bytes) {
        up.set(bytes);
    }

    /// The connection over which that many bytes went is closed, and no other.
    void cutUpOnceAfter(long bytes) {
        upOnce = true;
        up.set(bytes);
    }

    private void accept() {
        try {
            while (true) {
                var client = listener.accept();
                var there = new Socket(InetAddress.getLoopbackAddress(), server);
                open.add(client);
                open.add(there);
                Thread.ofVirtual().start(() -> pass(client, there, up, false));
                Thread.ofVirtual().start(() -> pass(there, client, down, true));
            }
        } catch (IOException _) {
            // it was closed
        }
    }

    private void pass(Socket from, Socket to, AtomicLong left, boolean down) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            var bytes = new byte[16 << 10];
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                if (left.get() != NEVER && left.addAndGet(-read) < 0) {
                    if (down || upOnce) {
                        left.set(NEVER);
                    }
                    from.setSoLinger(true, 0);
                    to.setSoLinger(true, 0);
                    return;
                }
                (down ? came : went).addAndGet(read);
                out.write(bytes, 0, read);
            }
        } catch (IOException _) {
            // one of the ends is gone, so is the other
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (var socket : open) {
            socket.close();
        }
    }
}
