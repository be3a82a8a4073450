package tiphys.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import tiphys.cli.server.ServerPlace;
import tiphys.cli.terminal.Surroundings;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Runs the short commands against a listener that answers everything with an empty list: a real server in the same process
/// would have the JVM remember the server's classes for each command.
final class RehearsedCommands {
    private static final List<List<String>> COMMANDS =
            List.of(
                    List.of("version"),
                    List.of("status"),
                    List.of("get", "workflows", "-A"),
                    List.of("events", "list", "-A"),
                    List.of("explain", "TIP-2005"),
                    List.of("lint", "examples"),
                    List.of("--help"));
    private static final String ANSWER = "{\"kind\":\"List\",\"items\":[]}";

    private final Surroundings around;

    RehearsedCommands(Surroundings around) {
        this.around = around;
    }

    void run() throws IOException {
        var data = new TemporaryDirectory("tiphys-rehearsal");
        try (var listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> answer(listener));
            var address = "http://127.0.0.1:" + listener.getLocalPort();
            var place =
                    Value.object("url", address, "plain", address, "token", "t", "pid", ProcessHandle.current().pid());
            Files.write(data.path().resolve(ServerPlace.FILE), Json.bytes(place));
            var quiet = quiet(Map.of("TIPHYS_DATA", data.path().toString(), "HOME", data.path().toString()));
            for (var command : COMMANDS) {
                Main.run(quiet, command.toArray(String[]::new));
            }
        } finally {
            data.delete();
        }
    }

    private Surroundings quiet(Map<String, String> environment) {
        var nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        return new Surroundings(
                environment,
                around.directory(),
                around.in(),
                nowhere,
                nowhere,
                around.terminals(),
                around.columns(),
                around.clock(),
                around.zone());
    }

    /// Answers until the listener is closed.
    private static void answer(ServerSocket listener) {
        while (!listener.isClosed()) {
            try (var socket = listener.accept();
                    var in =
                            new BufferedReader(
                                    new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
                for (var line = in.readLine(); line != null && !line.isEmpty(); ) {
                    line = in.readLine();
                }
                var head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ";
                var answer = head + ANSWER.length() + "\r\n\r\n" + ANSWER;
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    System.err.println("tiphys: the rehearsal's listener failed: " + e.getMessage());
                    return;
                }
            }
        }
    }
}
