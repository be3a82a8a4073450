package tiphys.connectors.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/// A server of HTTP that takes requests, and takes none twice that carry the same key. It can go and come back at the same port.
public final class TakingServer implements AutoCloseable {
    /// One request as it came.
    public record Taken(String method, String path, Map<String, List<String>> headers, String body) {
        public String header(String name) {
            return String.join(", ", headers.getOrDefault(name, List.of()));
        }
    }

    /// What is answered.
    public record Reply(int status, String body, Map<String, String> headers) {
        public static Reply of(int status, String body) {
            return new Reply(status, body, Map.of());
        }
    }

    private final Map<String, Taken> taken = new LinkedHashMap<>();
    private final List<Taken> all = new ArrayList<>();
    private volatile Function<Taken, Reply> answers = _ -> Reply.of(200, "taken");
    private volatile CountDownLatch hold = new CountDownLatch(0);
    private HttpServer server;
    private ExecutorService threads;
    private final int port;

    public TakingServer() throws IOException {
        server = open(0);
        port = server.getAddress().getPort();
    }

    private HttpServer open(int at) throws IOException {
        var opened = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 0);
        threads = Executors.newVirtualThreadPerTaskExecutor();
        opened.setExecutor(threads);
        opened.createContext("/", this::take);
        opened.start();
        return opened;
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var one =
                    new Taken(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI().toString(),
                            new LinkedHashMap<>(exchange.getRequestHeaders()),
                            body);
            hold.await();
            synchronized (taken) {
                all.add(one);
                taken.putIfAbsent(one.header("Idempotency-key"), one);
            }
            var reply = answers.apply(one);
            reply.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            var bytes = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    public void answer(Function<Taken, Reply> with) {
        answers = with;
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /// The requests, each key once.
    public List<Taken> taken() {
        synchronized (taken) {
            return List.copyOf(taken.values());
        }
    }

    /// Every request.
    public List<Taken> all() {
        synchronized (taken) {
            return List.copyOf(all);
        }
    }

    /// Answers nobody until it is closed.
    public AutoCloseable hang() {
        var latch = new CountDownLatch(1);
        hold = latch;
        return latch::countDown;
    }

    public void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    public void start() throws IOException {
        server = open(port);
    }

    @Override
    public void close() {
        stop();
    }
}
