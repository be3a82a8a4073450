package tiphys.artifacts;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/// Speaks as the REST API of HDFS is documented to: a name node, and below `/data` the one that has the bytes. Knows one user.
final class HdfsServer implements AutoCloseable {
    static final String USER = "somebody";

    private final Path files;
    private final StandIn server;

    /// Whether it waits, and another name node does the work.
    volatile boolean standby;

    HdfsServer(Path directory) throws IOException {
        files = Files.createDirectories(directory.resolve("hdfs"));
        server = new StandIn(directory, this::handle);
    }

    int port() {
        return server.port();
    }

    /// What is in it, seen without asking it.
    Stream<String> paths() throws IOException {
        try (var all = Files.walk(files)) {
            return all
                    .filter(Files::isRegularFile)
                    .map(file -> "/" + files.relativize(file))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    private static void exception(HttpExchange exchange, int status, String name, String message) throws IOException {
        StandIn.answer(
                exchange,
                status,
                "{\"RemoteException\":{\"exception\":\"%s\",\"message\":\"%s\"}}".formatted(name, message));
    }

    private void handle(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        var query = StandIn.query(exchange);
        if (path.startsWith("/data/")) {
            data(exchange, files.resolve(path.substring("/data/".length())), query);
        } else if (standby) {
            exception(exchange, 403, "StandbyException", "Operation category READ is not supported in state standby");
        } else if (!query.getOrDefault("user.name", "").equals(USER)) {
            exception(exchange, 403, "AccessControlException", "Permission denied: user=" + query.get("user.name"));
        } else {
            name(exchange, path.substring("/webhdfs/v1/".length()), query);
        }
    }

    private void name(HttpExchange exchange, String path, Map<String, String> query) throws IOException {
        var file = files.resolve(path);
        boolean there = Files.exists(file);
        var op = exchange.getRequestMethod() + " " + query.get("op");
        switch (op) {
            case "GET GETFILESTATUS", "GET OPEN" -> {
                if (!there) {
                    exception(exchange, 404, "FileNotFoundException", "File does not exist: /" + path);
                } else if (op.endsWith("OPEN")) {
                    moved(exchange, path + "?offset=" + query.getOrDefault("offset", "0"));
                } else {
                    status(exchange, file);
                }
            }
            case "PUT CREATE" -> moved(exchange, path);
            case "PUT MKDIRS" -> {
                Files.createDirectories(file);
                truth(exchange, true);
            }
            case "PUT RENAME" -> {
                var to = files.resolve(query.get("destination").substring(1));
                boolean free = there && !Files.exists(to);
                if (free) {
                    Files.move(file, to);
                }
                truth(exchange, free);
            }
            case "DELETE DELETE" -> truth(exchange, Files.deleteIfExists(file));
            default -> exception(exchange, 400, "IllegalArgumentException", op);
        }
    }

    private static void status(HttpExchange exchange, Path file) throws IOException {
        StandIn.answer(
                exchange,
                200,
                "{\"FileStatus\":{\"type\":\"%s\",\"length\":%d,\"modificationTime\":%d,\"fileId\":%d}}"
                        .formatted(
                                Files.isDirectory(file) ? "DIRECTORY" : "FILE",
                                Files.size(file),
                                Files.getLastModifiedTime(file).toMillis(),
                                file.hashCode()));
    }

    private static void truth(HttpExchange exchange, boolean truth) throws IOException {
        StandIn.answer(exchange, 200, "{\"boolean\":" + truth + "}");
    }

    /// The same host, so that what was asked by another way goes on by it.
    private static void moved(HttpExchange exchange, String path) throws IOException {
        exchange.getResponseHeaders()
                .set("Location", "http://" + StandIn.header(exchange, "Host") + "/data/" + path.replace(" ", "%20"));
        StandIn.answer(exchange, 307, "");
    }

    private void data(HttpExchange exchange, Path file, Map<String, String> query) throws IOException {
        if (exchange.getRequestMethod().equals("PUT")) {
            server.take(exchange, file);
            StandIn.answer(exchange, 201, "");
        } else {
            StandIn.send(exchange, file, Long.parseLong(query.get("offset")), 200);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
