package tiphys.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import tiphys.server.http.Metrics;

/// What a kubelet and a Prometheus ask of the controller: `/healthz`, `/readyz` and `/metrics`, in plain HTTP, to read only. A controller
/// that waits for the lease is ready, too: it is ready to take over, and a roll-out does not wait for it.
final class ProbeDoor implements AutoCloseable {
    /// What the JDK's server is told: nobody keeps a connection by sending slowly, and there are not many.
    private static final String[][] LIMITS = {
        {"sun.net.httpserver.maxReqTime", "10"},
        {"sun.net.httpserver.maxRspTime", "10"},
        {"jdk.httpserver.maxConnections", "128"}
    };

    private static final int BACKLOG = 64;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile State state = State.STARTS;

    /// How far the controller is.
    enum State {
        STARTS("starts", 503),
        WAITS("waits for the lease", 200),
        LEADS("ok", 200);

        private final String text;
        private final int ready;

        State(String text, int ready) {
            this.text = text;
            this.ready = ready;
        }
    }

    private ProbeDoor(HttpServer server, Metrics metrics) {
        this.server = server;
        server.setExecutor(threads);
        answer("/healthz", () -> 200, () -> "ok\n");
        answer("/readyz", () -> state.ready, () -> state.text + "\n");
        answer("/metrics", () -> 200, metrics::text);
        server.start();
    }

    /// Opens it on all addresses of this machine.
    ///
    /// @param port 0 for any
    /// @throws IOException if the port cannot be opened
    static ProbeDoor open(int port, Metrics metrics) throws IOException {
        for (var limit : LIMITS) {
            System.setProperty(limit[0], limit[1]);
        }
        try {
            return new ProbeDoor(HttpServer.create(new InetSocketAddress(port), BACKLOG), metrics);
        } catch (IOException e) {
            throw new IOException(
                    "port " + port + " cannot be opened: " + e.getMessage() + "; choose another one with --port", e);
        }
    }

    private void answer(String path, Supplier<Integer> code, Supplier<String> text) {
        server.createContext(path, exchange -> answer(exchange, path, code, text));
    }

    private static void answer(HttpExchange exchange, String path, Supplier<Integer> code, Supplier<String> text)
            throws IOException {
        try (exchange) {
            boolean reads = exchange.getRequestMethod().equals("GET") || exchange.getRequestMethod().equals("HEAD");
            if (!reads || !exchange.getRequestURI().getPath().equals(path)) {
                exchange.sendResponseHeaders(reads ? 404 : 405, -1);
                return;
            }
            var body = text.get().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            boolean empty = exchange.getRequestMethod().equals("HEAD") || body.length == 0;
            exchange.sendResponseHeaders(code.get(), empty ? -1 : body.length);
            if (!empty) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    void now(State reached) {
        state = reached;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        try {
            threads.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
