package tiphys.process.runner;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tiphys.engine.StepReport;
import tiphys.process.spawn.Spawner;
import tiphys.process.wire.Wire;
import tiphys.process.wire.Wire.FromRunner;
import tiphys.process.wire.Wire.ToRunner;

/// The runner's own JVM: serves one server at a time over the socket of its data directory. A server that connects takes the
/// place of the one before. Ends when the server let go of it, or was away for ten minutes, and no step is left.
final class RunnerMain {
    private static final Duration WITHOUT_SERVER = Duration.ofMinutes(10);
    private static final Duration LOCK_LIMIT = Duration.ofSeconds(15);

    private final ReentrantLock writing = new ReentrantLock();
    private final ReentrantLock state = new ReentrantLock();
    private final Condition changed = state.newCondition();
    private final ReportBatch reports = new ReportBatch(batch -> say(new FromRunner.Reports(batch)));
    private final Runner runner;
    private volatile @Nullable SocketChannel server;
    private boolean retired;
    private long aloneSince = System.nanoTime();

    private RunnerMain(Path data, RunnerSettings settings) throws IOException {
        runner =
                new Runner(
                        data,
                        settings,
                        InstantSource.system(),
                        Spawner.ofThisSystem(),
                        new Runner.Listener() {
                            @Override
                            public void report(List<StepReport> together) {
                                reports.add(together);
                                if (together.stream().anyMatch(StepReport.Ended.class::isInstance)) {
                                    signalChange();
                                }
                            }

                            @Override
                            public void blocked(Optional<String> reason) {
                                say(new FromRunner.Blocked(reason));
                            }
                        });
    }

    /// Runs the runner: data directory, slots, log limit in bytes, free space in bytes.
    public static void main(String[] args) throws IOException, InterruptedException {
        var data = Path.of(args[0]);
        var settings = new RunnerSettings(Integer.parseInt(args[1]), Long.parseLong(args[2]), Long.parseLong(args[3]));
        try (var _ = RunnerLock.await(data, LOCK_LIMIT);
                var listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            Files.deleteIfExists(SocketPlace.of(data));
            var main = new RunnerMain(data, settings);
            listening.bind(SocketPlace.address(data));
            Thread.ofPlatform().name("runner-accept").daemon().start(() -> main.accept(listening));
            main.untilNotNeeded();
            Files.deleteIfExists(SocketPlace.of(data));
        }
    }

    private void accept(ServerSocketChannel listening) {
        try {
            while (true) {
                var connection = listening.accept();
                Thread.ofPlatform().name("runner-server").daemon().start(() -> serve(connection));
            }
        } catch (IOException _) {
            // closed at the end
        }
    }

    private void serve(SocketChannel connection) {
        try (connection) {
            welcome(connection);
            var in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(connection), 1 << 16));
            for (var message = Wire.toRunner(in); message.isPresent(); message = Wire.toRunner(in)) {
                if (message.get() instanceof ToRunner.Retire) {
                    retire();
                }
                runner.obey(message.get());
            }
        } catch (IOException _) {
            // the server is gone: it comes back, or the steps end without it
        } finally {
            farewell(connection);
        }
    }

    private void welcome(SocketChannel connection) throws IOException {
        state.lock();
        try {
            var before = server;
            server = connection;
            retired = false;
            if (before != null) {
                before.close();
            }
        } finally {
            state.unlock();
        }
        say(new FromRunner.Hello(Wire.VERSION, ProcessHandle.current().pid()));
        runner.repeatAll();
    }

    private void farewell(SocketChannel connection) {
        state.lock();
        try {
            if (connection.equals(server)) {
                server = null;
                aloneSince = System.nanoTime();
                changed.signalAll();
            }
        } finally {
            state.unlock();
        }
    }

    private void retire() {
        state.lock();
        try {
            retired = true;
        } finally {
            state.unlock();
        }
    }

    private void signalChange() {
        if (server == null) {
            state.lock();
            try {
                changed.signalAll();
            } finally {
                state.unlock();
            }
        }
    }

    private void untilNotNeeded() throws InterruptedException {
        state.lock();
        try {
            while (server != null || !runner.idle() || !(retired || longAlone())) {
                var _ = changed.await(1, TimeUnit.SECONDS);
            }
        } finally {
            state.unlock();
        }
    }

    private boolean longAlone() {
        return System.nanoTime() - aloneSince > WITHOUT_SERVER.toNanos();
    }

    private void say(FromRunner message) {
        var to = server;
        if (to == null) {
            return;
        }
        var frame = Wire.frame(message);
        writing.lock();
        try {
            Wire.write(to, frame);
        } catch (IOException _) {
            // what matters is kept, and said again to the next connection
        } finally {
            writing.unlock();
        }
    }
}
