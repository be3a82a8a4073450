package tiphys.process;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tiphys.process.runner.RunnerProcess;
import tiphys.process.runner.RunnerSettings;
import tiphys.process.runner.SocketPlace;
import tiphys.process.wire.RunnerLink;
import tiphys.process.wire.Wire;
import tiphys.process.wire.Wire.FromRunner;
import tiphys.process.wire.Wire.ToRunner;

/// The way to the runner over its socket. One thread connects, starts a runner where none answers and one is wanted, reads,
/// and does so again when the connection is lost, until this is closed.
final class SocketLink implements RunnerLink {
    private static final Duration KNOCK = Duration.ofMillis(10);
    private static final Duration START_LIMIT = Duration.ofSeconds(20);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final Path data;
    private final RunnerSettings settings;
    private final Listener listener;
    private final ReentrantLock writing = new ReentrantLock();
    private final CountDownLatch closed = new CountDownLatch(1);

    /// Open from the first message that only a runner can answer, or from [#warmUp]: a server that starts has better use for
    /// the processors than the start of another JVM.
    private final CountDownLatch wanted = new CountDownLatch(1);

    private final Thread thread;
    private volatile @Nullable SocketChannel channel;

    SocketLink(Path data, RunnerSettings settings, Listener listener) {
        this.data = data;
        this.settings = settings;
        this.listener = listener;
        thread = Thread.ofPlatform().name("runner-link").daemon().start(this::keepConnected);
    }

    @Override
    public void warmUp() {
        wanted.countDown();
    }

    @Override
    public void send(ToRunner message) {
        if (needsRunner(message)) {
            wanted.countDown();
        }
        var to = channel;
        if (to == null) {
            return;
        }
        var frame = Wire.frame(message);
        writing.lock();
        try {
            Wire.write(to, frame);
        } catch (IOException _) {
            // the reading thread sees the same end, and what matters is said again
        } finally {
            writing.unlock();
        }
    }

    private static boolean needsRunner(ToRunner message) {
        return switch (message) {
            case ToRunner.Start _, ToRunner.Cancel _ -> true;
            case ToRunner.Reconcile(var believed) -> !believed.isEmpty();
            case ToRunner.Forget _, ToRunner.Retire _ -> false;
        };
    }

    /// Tells the runner that it is not needed any more; one that is being started hears it as soon as it listens.
    @Override
    public void close() {
        closed.countDown();
        wanted.countDown();
        var open = channel;
        if (open != null) {
            send(new ToRunner.Retire());
            shut(open);
            return;
        }
        try {
            thread.join(FAREWELL);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void keepConnected() {
        try {
            while (closed.getCount() > 0) {
                long since = System.nanoTime();
                try (var connection = connect()) {
                    channel = connection;
                    if (closed.getCount() > 0) {
                        listen(connection);
                    } else {
                        send(new ToRunner.Retire()); // whoever closed saw no connection
                    }
                } catch (IOException | RuntimeException e) { // a listener that fails hears everything again
                    if (closed.getCount() > 0) {
                        System.err.println("the runner is not reached: " + e);
                    }
                } finally {
                    channel = null;
                }
                listener.heard(new FromRunner.Gone());
                if (System.nanoTime() - since < AGAIN.toNanos()) {
                    closed.await(
                            AGAIN.toMillis(), TimeUnit.MILLISECONDS); // no hurry after a connection that did not last
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void listen(SocketChannel connection) throws IOException {
        var in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(connection), 1 << 16));
        try {
            for (var message = Wire.fromRunner(in); message.isPresent(); message = Wire.fromRunner(in)) {
                if (message.get() instanceof FromRunner.Hello(var version, var pid) && version != Wire.VERSION) {
                    letEnd(connection, pid);
                    return;
                }
                listener.heard(message.get());
            }
        } catch (IOException e) {
            if (connection.isOpen() && !(e instanceof java.net.SocketException)) {
                throw e;
            }
        }
    }

    /// Nothing can be said to a runner of another version but that it is not needed any more. How its steps end is in their folders,
    /// where the next runner finds it.
    private void letEnd(SocketChannel connection, long pid) throws IOException {
        listener.heard(
                new FromRunner.Blocked(
                        Optional.of(
                                "no step starts: the runner (process %d) is of another version of Tiphys; it ends with its last step"
                                        .formatted(pid))));
        Wire.write(connection, Wire.frame(new ToRunner.Retire()));
    }

    /// Connects; starts a runner if none answers, once one is wanted. A runner that was started is waited for even if this
    /// is closed meanwhile: nobody else would tell it to end.
    private SocketChannel connect() throws IOException, InterruptedException {
        var address = SocketPlace.address(data);
        try {
            return SocketChannel.open(address);
        } catch (IOException _) {
            wanted.await();
            if (closed.getCount() == 0) {
                throw new IOException("closed");
            }
            RunnerProcess.start(data, settings);
        }
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            try {
                return SocketChannel.open(address);
            } catch (IOException e) {
                if (System.nanoTime() - end > 0) {
                    throw new IOException(
                            "no runner answers at %s; see %s".formatted(address, data.resolve("runner.log")), e);
                }
            }
            Thread.sleep(KNOCK);
        }
    }

    private static void shut(SocketChannel open) {
        try {
            open.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
