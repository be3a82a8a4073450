package tiphys.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.UUID;
import java.util.regex.Pattern;
import tiphys.artifacts.web.Checksum;

/// Speaks as Google's JSON API is documented to, as far as large objects need it; the emulator does not go on with an upload that was
/// lost, nor tell generations.
final class GcsServer implements AutoCloseable {
    private static final int STEP = 256 << 10;
    private static final Pattern RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/(\\d+)");

    private final Path objects;
    private final Path sessions;
    private final StandIn server;

    GcsServer(Path directory) throws IOException {
        objects = Files.createDirectories(directory.resolve("objects"));
        sessions = Files.createDirectories(directory.resolve("sessions"));
        server = new StandIn(directory, this::handle);
    }

    int port() {
        return server.port();
    }

    private void handle(HttpExchange exchange) throws IOException {
        var query = StandIn.query(exchange);
        if (!exchange.getRequestURI().getPath().startsWith("/upload/")) {
            download(exchange, exchange.getRequestURI().getPath().replaceFirst(".*/o/?", ""));
        } else if (exchange.getRequestMethod().equals("POST")) {
            var session = UUID.randomUUID().toString();
            Files.createFile(sessions.resolve(session));
            Files.write(sessions.resolve(session + ".about"), exchange.getRequestBody().readAllBytes());
            exchange.getResponseHeaders()
                    .set(
                            "Location",
                            "http://"
                                    + StandIn.header(exchange, "Host")
                                    + "/upload/x?session="
                                    + session
                                    + "&name="
                                    + query.get("name"));
            StandIn.answer(exchange, 200, "");
        } else if (exchange.getRequestMethod().equals("PUT")) {
            go(exchange, sessions.resolve(query.get("session")), query.get("name"));
        } else {
            Files.deleteIfExists(sessions.resolve(query.get("session")));
            StandIn.answer(exchange, 499, "");
        }
    }

    private void go(HttpExchange exchange, Path session, String name) throws IOException {
        var range = RANGE.matcher(StandIn.header(exchange, "Content-Range"));
        if (range.matches()) {
            long from = Long.parseLong(range.group(1));
            long until = Long.parseLong(range.group(2)) + 1;
            long whole = Long.parseLong(range.group(3));
            if (from != Files.size(session) || (until != whole && (until - from) % STEP != 0)) {
                StandIn.answer(exchange, 400, "{\"error\":{\"message\":\"not there: " + from + "\"}}");
                return;
            }
            try (InputStream body = exchange.getRequestBody();
                    var out = Files.newOutputStream(session, StandardOpenOption.APPEND)) {
                for (var step = body.readNBytes(STEP); step.length == STEP || size(session) + step.length == whole; ) {
                    out.write(step); // what is less than a step is lost
                    step = body.readNBytes(STEP);
                    if (step.length == 0) {
                        break;
                    }
                }
            }
            if (Files.size(session) == whole) {
                end(exchange, session, name);
                return;
            }
        }
        if (Files.size(session) > 0) {
            exchange.getResponseHeaders().set("Range", "bytes=0-" + (Files.size(session) - 1));
        }
        exchange.sendResponseHeaders(308, -1);
    }

    private static long size(Path file) throws IOException {
        return Files.size(file);
    }

    private void end(HttpExchange exchange, Path session, String name) throws IOException {
        var about = Files.readString(session.resolveSibling(session.getFileName() + ".about"), UTF_8);
        var sum = Base64.getEncoder().encodeToString(Checksum.CRC32C.of(session));
        if (!about.contains("\"crc32c\":\"" + sum + "\"")) {
            StandIn.answer(exchange, 400, "{\"error\":{\"message\":\"another CRC32C\"}}");
            return;
        }
        Files.move(session, objects.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        exchange.sendResponseHeaders(200, -1);
    }

    private void download(HttpExchange exchange, String name) throws IOException {
        var file = objects.resolve(name);
        if (name.isEmpty()) {
            StandIn.answer(exchange, 200, "{}");
        } else if (!Files.exists(file)) {
            StandIn.answer(exchange, 404, "No such object: bucket/" + name);
        } else {
            exchange.getResponseHeaders()
                    .set("x-goog-generation", Long.toString(Files.getLastModifiedTime(file).toMillis()));
            exchange.getResponseHeaders()
                    .set("x-goog-hash", "crc32c=" + Base64.getEncoder().encodeToString(Checksum.CRC32C.of(file)));
            StandIn.send(exchange, file);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
