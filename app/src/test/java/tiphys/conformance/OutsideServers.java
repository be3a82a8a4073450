package tiphys.conformance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// What stood behind the addresses that manifests ask when they were recorded, on this machine: a run asks here, and its result
/// says the address again that its manifest had.
final class OutsideServers implements AutoCloseable {
    private static final Pattern OUTSIDE =
            Pattern.compile("https://(httpbin\\.org|google\\.com|raw\\.githubusercontent\\.com)");
    private static final String PAGE =
            "<!doctype html><html><head><title>google</title></head><body>google</body></html>";
    private static final String SWAGGER =
            "{\"swagger\":\"2.0\",\"info\":{\"title\":\"pkg/apis/workflow/v1alpha1/generated.proto\",\"version\":\"version not set\"},\"paths\":{},\"definitions\":{}}";

    private final HttpServer server;

    OutsideServers() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/httpbin.org/status/", exchange -> answer(exchange, status(exchange), ""));
        server.createContext("/google.com", exchange -> answer(exchange, 200, PAGE));
        server.createContext(
                "/raw.githubusercontent.com/",
                exchange -> {
                    var found = exchange.getRequestURI().getPath().matches(".*/[0-9a-f]{40}/.*");
                    answer(exchange, found ? 200 : 404, found ? SWAGGER : "404: Not Found");
                });
        server.start();
    }

    private static int status(HttpExchange exchange) {
        var path = exchange.getRequestURI().getPath();
        return Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/html; charset=UTF-8");
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private String here() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    /// A workflow that asks here.
    Value.Mapping inPlace(Value.Mapping workflow) {
        var text = OUTSIDE.matcher(Json.write(workflow)).replaceAll(Matcher.quoteReplacement(here()) + "$1");
        return (Value.Mapping) Json.parse(text);
    }

    /// The same with the addresses that its manifest had.
    Value.Mapping backAgain(Value.Mapping workflow) {
        return (Value.Mapping) Json.parse(Json.write(workflow).replace(here(), "https://"));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
