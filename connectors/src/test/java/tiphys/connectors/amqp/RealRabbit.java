package tiphys.connectors.amqp;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tiphys.testkit.Eventually;
import tiphys.testkit.LocalServer;

/// A RabbitMQ of the tests, with everything of its own: it is found by no other, and leaves nothing behind.
final class RealRabbit implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");
    private static final Duration READY = Duration.ofSeconds(90);

    final LocalServer server;
    private final Map<String, String> environment;

    RealRabbit(Path directory) {
        assumeTrue(Files.isExecutable(PROGRAM), "there is no " + PROGRAM);
        int port = LocalServer.freePort();
        var environment = new HashMap<String, String>();
        environment.put("HOME", directory.toString());
        environment.put("RABBITMQ_NODENAME", "tiphys" + port + "@localhost");
        environment.put("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1");
        environment.put("RABBITMQ_NODE_PORT", Integer.toString(port));
        environment.put("RABBITMQ_DIST_PORT", Integer.toString(LocalServer.freePort()));
        environment.put("ERL_EPMD_ADDRESS", "127.0.0.1");
        environment.put("ERL_EPMD_PORT", Integer.toString(LocalServer.freePort()));
        environment.put("RABBITMQ_MNESIA_BASE", directory.resolve("data").toString());
        environment.put("RABBITMQ_LOG_BASE", directory.resolve("log").toString());
        environment.put("RABBITMQ_PID_FILE", directory.resolve("pid").toString());
        environment.put("RABBITMQ_CONFIG_FILE", directory.resolve("none").toString());
        environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", directory.resolve("plugins").toString());
        this.environment = Map.copyOf(environment);
        this.server = new LocalServer(List.of(PROGRAM.toString()), this.environment, directory, port);
        start();
    }

    /// Starts it, and waits until it lets somebody in.
    void start() {
        server.start();
        Eventually.within(READY, "RabbitMQ lets somebody in", this::lets);
    }

    private boolean lets() {
        try {
            open().close();
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private AmqpConnection open() throws IOException {
        var amqp = new AmqpConnection(new Socket(InetAddress.getLoopbackAddress(), server.port()));
        try {
            amqp.open(AmqpUrl.Login.GUEST, "/", Duration.ofSeconds(10));
            return amqp;
        } catch (IOException e) {
            amqp.close();
            throw e;
        }
    }

    String url() {
        return "amqp://127.0.0.1:" + server.port();
    }

    /// Calls a method as somebody else.
    Frame call(MethodWriter method, int answer) {
        try (var amqp = open()) {
            return amqp.call(method, answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Publishes messages, and waits until the server has them.
    ///
    /// @param properties of the header frame, their flags among them
    void publish(String exchange, String routingKey, byte[] properties, String... bodies) {
        try (var amqp = open()) {
            amqp.call(new MethodWriter(85 << 16 | 10).bits(false), 85 << 16 | 11); // confirms
            for (var text : bodies) {
                var body = text.getBytes(StandardCharsets.UTF_8);
                amqp.tell(
                        new MethodWriter(60 << 16 | 40)
                                .number(0, 2)
                                .text(exchange)
                                .text(routingKey)
                                .bits(false, false));
                var header = ByteBuffer.allocate(12 + properties.length);
                header.putInt(60 << 16).putLong(body.length).put(properties);
                amqp.write(AmqpConnection.frame(Frame.HEADER, 1, header.array()));
                if (body.length > 0) {
                    amqp.write(AmqpConnection.frame(Frame.BODY, 1, body));
                }
                if (amqp.read().method() != (60 << 16 | 80)) {
                    throw new AssertionError("a message was not taken");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.close();
        Eventually.within(Duration.ofSeconds(20), "its daemon ends", this::endsDaemon);
    }

    /// The daemon that knows where the server is refuses to end as long as it knows one.
    private boolean endsDaemon() {
        var builder = new ProcessBuilder("epmd", "-kill").redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        try {
            return builder.start().waitFor() == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
