package tiphys.nats;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import tiphys.testkit.Eventually;

/// A server with JetStream on a free port of the loopback, in a process of its own that can be killed and started again with what it had.
public final class NatsServer implements AutoCloseable {
    private static final Duration READY = Duration.ofSeconds(30);

    private final Path program;
    private final Path scratch;
    private final int port;
    private Process process;

    private NatsServer(Path program, Path scratch, int port) {
        this.program = program;
        this.scratch = scratch;
        this.port = port;
    }

    /// Where the system keeps the program, if it has it.
    public static Optional<Path> installed() {
        return Stream.concat(Stream.of(System.getenv("PATH").split(":", -1)), Stream.of("/usr/sbin", "/usr/local/bin"))
                .map(folder -> Path.of(folder, "nats-server"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /// Starts one; returns when it listens.
    ///
    /// @param more further lines of its configuration
    public static NatsServer start(Path program, Path scratch, String more) throws IOException {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Files.writeString(
                scratch.resolve("nats-" + port + ".conf"),
                "listen: \"127.0.0.1:%d\"\n%s\n%s\n"
                        .formatted(
                                port,
                                more.startsWith("operator")
                                        ? "" // JetStream wants accounts of its own then
                                        : "jetstream {store_dir: \"%s\"}".formatted(scratch.resolve("data-" + port)),
                                more));
        var server = new NatsServer(program, scratch, port);
        server.start();
        return server;
    }

    /// Starts it again, with what it had; returns when it listens.
    public void start() {
        var log = scratch.resolve("nats-" + port + ".log");
        try {
            process =
                    new ProcessBuilder(program.toString(), "-c", scratch.resolve("nats-" + port + ".conf").toString())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Eventually.within(READY, "the server listens, see " + log, this::listens);
    }

    private boolean listens() {
        if (!process.isAlive()) {
            throw new AssertionError("the server ended with " + process.exitValue());
        }
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /// Ends it as a cut of the power does.
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    public String url() {
        return "nats://127.0.0.1:" + port;
    }

    /// Somebody else's connection.
    public Connection connect() {
        return connect(new Options.Builder());
    }

    Connection connect(Options.Builder options) {
        try {
            return Nats.connect(options.server(url()).maxReconnects(-1).reconnectWait(Duration.ofMillis(50)).build());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
