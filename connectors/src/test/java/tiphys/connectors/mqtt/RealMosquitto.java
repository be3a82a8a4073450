package tiphys.connectors.mqtt;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import tiphys.testkit.LocalServer;

/// A Mosquitto of a test.
final class RealMosquitto implements AutoCloseable {
    final LocalServer server;

    /// @param more lines of its configuration
    RealMosquitto(Path directory, String more) {
        var program = LocalServer.program("mosquitto");
        assumeTrue(program.isPresent(), "there is no mosquitto on the PATH");
        int port = LocalServer.freePort();
        var configuration = directory.resolve("mosquitto.conf");
        write(
                configuration,
                """
                user root
                listener %d 127.0.0.1
                allow_anonymous %s
                %s
                """
                        .formatted(port, !more.contains("password_file"), more));
        this.server =
                new LocalServer(
                                List.of(program.get().toString(), "-c", configuration.toString()),
                                Map.of(),
                                directory,
                                port)
                        .start();
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A file with one user and a password.
    static Path passwords(Path directory, String user, String password) {
        var file = directory.resolve("passwords");
        write(file, "");
        try {
            int exit =
                    new ProcessBuilder("mosquitto_passwd", "-b", file.toString(), user, password)
                            .redirectErrorStream(true)
                            .start()
                            .waitFor();
            if (exit != 0) {
                throw new AssertionError("mosquitto_passwd ended with " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return file;
    }

    String url() {
        return "tcp://127.0.0.1:" + server.port();
    }

    /// Publishes something, and waits until the server has it.
    void publish(String topic, String payload) {
        publish(topic, payload, 0x02);
    }

    /// Publishes something that the server tells whoever comes later, too.
    void retain(String topic, String payload) {
        publish(topic, payload, 0x03);
    }

    private void publish(String topic, String payload, int flags) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            var out = socket.getOutputStream();
            var connect = new ByteArrayOutputStream();
            connect.writeBytes(HexFormat.of().parseHex("00044d5154540402003c0000"));
            out.write(Packets.of(Packets.CONNECT, 0, connect.toByteArray()));
            Packets.read(socket.getInputStream());
            var publish = new ByteArrayOutputStream();
            Packets.writeText(publish, topic);
            Packets.writeShort(publish, 1);
            publish.writeBytes(payload.getBytes(StandardCharsets.UTF_8));
            out.write(Packets.of(Packets.PUBLISH, flags, publish.toByteArray()));
            Packets.read(socket.getInputStream());
            out.write(Packets.of(Packets.DISCONNECT, 0, new byte[0]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
