package tiphys.artifacts;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The HTTP of a server that stands in for one that cannot be had here: it keeps bodies in files, and answers with parts of them.
final class StandIn implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Path scratch;

    /// @param scratch where bodies are while they come
    StandIn(Path scratch, HttpHandler handler) throws IOException {
        this.scratch = scratch;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(threads);
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        handler.handle(exchange);
                    }
                });
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /// The parameters of a request's query, decoded.
    static Map<String, String> query(HttpExchange exchange) {
        var query = new TreeMap<String, String>();
        var raw = exchange.getRequestURI().getRawQuery();
        for (var part : raw == null ? new String[0] : raw.split("&", -1)) {
            var pair = part.split("=", 2);
            query.put(pair[0], pair.length > 1 ? URLDecoder.decode(pair[1], StandardCharsets.UTF_8) : "");
        }
        return query;
    }

    static String header(HttpExchange exchange, String name) {
        var value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    /// Takes a request's body into a file, which is there when all of it came.
    void take(HttpExchange exchange, Path to) throws IOException {
        var coming = scratch.resolve(UUID.randomUUID().toString());
        Files.copy(exchange.getRequestBody(), coming);
        Files.createDirectories(to.getParent());
        Files.move(coming, to, StandardCopyOption.REPLACE_EXISTING);
    }

    static void answer(HttpExchange exchange, int status, String text) throws IOException {
        exchange.getRequestBody().readAllBytes();
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        boolean none = bytes.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, none ? -1 : bytes.length);
        if (!none) {
            exchange.getResponseBody().write(bytes);
        }
    }

    /// Answers with a file, or the part of it that the request asks for.
    static void send(HttpExchange exchange, Path file) throws IOException {
        long size = Files.size(file);
        var range = header(exchange, "Range");
        long from = range.isEmpty() ? 0 : Long.parseLong(range.replaceAll("bytes=(\\d+)-", "$1"));
        if (!range.isEmpty() && from >= size) {
            answer(exchange, 416, "");
            return;
        }
        if (!range.isEmpty()) {
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (size - 1) + "/" + size);
        }
        send(exchange, file, from, range.isEmpty() ? 200 : 206);
    }

    static void send(HttpExchange exchange, Path file, long from, int status) throws IOException {
        long length = Files.size(file) - from;
        exchange.sendResponseHeaders(status, length == 0 ? -1 : length);
        try (var in = Files.newInputStream(file)) {
            in.skipNBytes(from);
            in.transferTo(exchange.getResponseBody());
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
