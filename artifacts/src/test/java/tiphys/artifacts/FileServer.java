package tiphys.artifacts;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import tiphys.artifacts.web.Checksum;

/// A server that keeps what it is given by PUT for who knows the password, and tells sums as Artifactory does.
final class FileServer implements AutoCloseable {
    private final Path files;
    private final String authorization;
    private final StandIn server;

    /// @param authorization that each request must have
    FileServer(Path directory, String authorization) throws IOException {
        files = Files.createDirectories(directory.resolve("files"));
        this.authorization = authorization;
        server = new StandIn(directory, this::handle);
    }

    int port() {
        return server.port();
    }

    private void handle(HttpExchange exchange) throws IOException {
        var file = files.resolve(exchange.getRequestURI().getPath().substring(1));
        if (!StandIn.header(exchange, "Authorization").equals(authorization)) {
            StandIn.answer(exchange, 401, "who are you?");
        } else if (exchange.getRequestMethod().equals("PUT")) {
            server.take(exchange, file);
            StandIn.answer(exchange, 201, "");
        } else if (!Files.exists(file)) {
            StandIn.answer(exchange, 404, "");
        } else {
            var sum = HexFormat.of().formatHex(Checksum.MD5.of(file));
            exchange.getResponseHeaders().set("ETag", "\"" + sum + "\"");
            exchange.getResponseHeaders().set("X-Checksum-Md5", sum);
            StandIn.send(exchange, file);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
