package tiphys.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A real server that a test talks to: a process of this machine on a free port of 127.0.0.1, with a directory of its own. It can be killed
/// and started again on the same port.
public final class LocalServer implements AutoCloseable {
    private static final Duration READY = Duration.ofSeconds(60);

    private final List<String> command;
    private final Map<String, String> environment;
    private final Path directory;
    private final int port;
    private Optional<Process> process = Optional.empty();

    /// @param command what starts it in the foreground
    /// @param directory where it works and writes `server.log`
    public LocalServer(List<String> command, Map<String, String> environment, Path directory, int port) {
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
        this.directory = directory;
        this.port = port;
    }

    /// The first of these programs that this machine has.
    public static Optional<Path> program(String... names) {
        var path = Optional.ofNullable(System.getenv("PATH")).orElse("") + ":/usr/sbin:/usr/local/sbin";
        return Stream.of(names)
                .flatMap(name -> Stream.of(path.split(":", -1)).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /// A port that nobody has now.
    public static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    /// Starts it, and waits until it takes connections.
    public LocalServer start() {
        var builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("server.log").toFile()));
        try {
            var started = builder.start();
            process = Optional.of(started);
            Eventually.within(READY, command.getFirst() + " listens", () -> listens(started));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    private boolean listens(Process started) {
        if (!started.isAlive()) {
            throw new AssertionError(command + " ended: " + log());
        }
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /// What it wrote.
    public String log() {
        try {
            return Files.readString(directory.resolve("server.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Ends it at once, and those that it started.
    public void kill() {
        process.ifPresent(running -> {
            running.descendants().forEach(ProcessHandle::destroyForcibly);
            running.destroyForcibly();
            try {
                running.waitFor(10, TimeUnit.SECONDS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        process = Optional.empty();
    }

    @Override
    public void close() {
        kill();
    }
}
