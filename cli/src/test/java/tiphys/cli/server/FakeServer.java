package tiphys.cli.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// A server that answers as `docs/api.md` says, from canned JSON: each path has a function, objects live in a map, and the
/// feed sends what a test gives it.
public final class FakeServer implements AutoCloseable {
    public static final String TOKEN = "a-token-for-tests";

    /// An answer.
    public record Reply(int status, String type, String body) {
        public static Reply ok(Value body) {
            return new Reply(200, "application/json", Json.write(body));
        }

        public static Reply refused(int status, String code, String message, String hint) {
            var body = Value.object("code", code, "message", message, "hint", hint);
            return new Reply(status, "application/json", Json.write(body));
        }
    }

    /// A request as a function sees it.
    public record Asked(String method, String path, String query, String body) {
        public Value json() {
            return body.isEmpty() ? Value.Mapping.EMPTY : Json.parse(body);
        }

        public Optional<String> query(String name) {
            for (var part : query.split("&")) {
                if (part.startsWith(name + "=")) {
                    return Optional.of(part.substring(name.length() + 1));
                }
            }
            return Optional.empty();
        }
    }

    private final HttpServer server;
    private final Map<String, Function<Asked, Reply>> answers = new ConcurrentHashMap<>();
    private final Map<String, Value.Mapping> objects = new ConcurrentSkipListMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<OutputStream> feeds = new CopyOnWriteArrayList<>();
    private volatile boolean tlsOnly;

    public FakeServer() throws IOException {
        this(Optional.empty());
    }

    public FakeServer(Optional<SSLContext> tls) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        if (tls.isPresent()) {
            var secure = HttpsServer.create(address, 0);
            secure.setHttpsConfigurator(new HttpsConfigurator(tls.get()));
            server = secure;
        } else {
            server = HttpServer.create(address, 0);
        }
        server.createContext("/", this::handle);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    public String address() {
        var scheme = server instanceof HttpsServer ? "https" : "http";
        return scheme + "://127.0.0.1:" + port();
    }

    /// What was asked, `METHOD path?query`, in order.
    public List<String> requests() {
        return new ArrayList<>(requests);
    }

    FakeServer tlsOnly() {
        tlsOnly = true;
        return this;
    }

    public FakeServer on(String methodAndPath, Function<Asked, Reply> answer) {
        answers.put(methodAndPath, answer);
        return this;
    }

    public FakeServer json(String path, String canned) {
        return on("GET " + path, _ -> Reply.ok(canned(canned)));
    }

    public FakeServer object(String path, Value.Mapping object) {
        objects.put(path, object);
        return this;
    }

    public Optional<Value.Mapping> object(String path) {
        return Optional.ofNullable(objects.get(path));
    }

    /// The JSON of a file beside the tests.
    public static Value canned(String name) {
        try (var in = FakeServer.class.getResourceAsStream("fake/" + name + ".json")) {
            return Json.parse(in == null ? new byte[0] : in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Sends a change of a run to everybody who follows.
    public void change(long sequence, String uid) {
        var data = Json.write(Value.object("sequence", sequence, "uid", uid, "type", "node.ended"));
        tell("id: " + sequence + "\nevent: change\ndata: " + data + "\n\n");
    }

    void tell(String text) {
        for (var feed : feeds) {
            try {
                feed.write(text.getBytes(StandardCharsets.UTF_8));
                feed.flush();
            } catch (IOException e) {
                feeds.remove(feed); // the follower has gone
            }
        }
    }

    int followers() {
        return feeds.size();
    }

    /// Breaks every feed, as a restart of the server does.
    void breakFeeds() {
        for (var feed : feeds) {
            feeds.remove(feed);
            try {
                feed.close();
            } catch (IOException e) {
                continue; // it was broken already
            }
        }
    }

    @Override
    public void close() {
        breakFeeds();
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        var uri = exchange.getRequestURI();
        var query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var asked = new Asked(exchange.getRequestMethod(), uri.getRawPath(), query, body);
        requests.add(asked.method() + " " + asked.path() + (query.isEmpty() ? "" : "?" + query));
        boolean secure = server instanceof HttpsServer;
        var token = exchange.getRequestHeaders().getFirst("Authorization");
        boolean known = secure ? ("Bearer " + TOKEN).equals(token) : hasSession(exchange);
        if (!known || (tlsOnly && !secure)) {
            send(exchange, Reply.refused(401, "TIP-4010", "Unauthorized", ""));
        } else if (asked.path().equals("/tiphys/v1/feed") && !answers.containsKey("GET /tiphys/v1/feed")) {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            var out = exchange.getResponseBody();
            out.write(": open\n\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
            feeds.add(out);
        } else {
            send(exchange, answer(asked, exchange.getRequestHeaders().getFirst("Accept")));
        }
    }

    private static boolean hasSession(HttpExchange exchange) {
        var cookie = String.valueOf(exchange.getRequestHeaders().getFirst("Cookie"));
        var end = cookie.replaceFirst("^tiphys_session=([0-9]+)\\..*$", "$1");
        return end.matches("[0-9]+")
                && cookie.equals(
                        "tiphys_session=" + OwnSession.until(Instant.ofEpochSecond(Long.parseLong(end)), TOKEN));
    }

    private Reply answer(Asked asked, String accept) {
        var answer = answers.get(asked.method() + " " + asked.path());
        if (answer == null && accept != null && accept.contains("as=Table")) {
            answer = answers.get("TABLE " + asked.path());
        }
        return answer != null ? answer.apply(asked) : ofObjects(asked);
    }

    private Reply ofObjects(Asked asked) {
        var here = objects.get(asked.path());
        return switch (asked.method()) {
            case "POST" -> create(asked);
            case "PATCH" -> here == null ? missing(asked) : store(asked.path(), merged(here, asked.json()));
            case "DELETE" -> objects.remove(asked.path()) == null ? missing(asked) : Reply.ok(Value.Mapping.EMPTY);
            default -> here == null ? list(asked) : Reply.ok(here);
        };
    }

    private Reply create(Asked asked) {
        if (!(asked.json() instanceof Value.Mapping object)) {
            return Reply.refused(400, "", "no object", "");
        }
        var prefix = object.textAt("metadata", "generateName").orElse("");
        var name = object.textAt("metadata", "name").orElse(prefix + "x7k2p");
        var named = object.with("metadata", object.mapAt("metadata").with("name", name).with("uid", "uid-" + name));
        return store(asked.path() + "/" + name, named);
    }

    private Reply store(String path, Value.Mapping object) {
        objects.put(path, object);
        return Reply.ok(object);
    }

    private Reply list(Asked asked) {
        var kind = asked.path().substring(asked.path().lastIndexOf('/') + 1);
        var items =
                objects.entrySet().stream()
                        .filter(entry -> entry.getKey().matches(".*/" + kind + "/[^/]+"))
                        .map(Map.Entry::getValue)
                        .toList();
        boolean collection = asked.path().matches(".*/[a-z]+s?") && asked.path().matches("/(api|apis)/.*(s|bus)");
        return collection ? Reply.ok(Value.object("kind", "List", "items", items)) : missing(asked);
    }

    private static Value.Mapping merged(Value.Mapping into, Value patch) {
        var merged = into;
        if (patch instanceof Value.Mapping(var fields, _, _)) {
            for (var field : fields.entrySet()) {
                if (field.getValue() instanceof Value.Null) {
                    merged = merged.without(field.getKey());
                } else if (field.getValue() instanceof Value.Mapping deeper) {
                    merged = merged.with(field.getKey(), merged(merged.mapAt(field.getKey()), deeper));
                } else {
                    merged = merged.with(field.getKey(), field.getValue());
                }
            }
        }
        return merged;
    }

    private static Reply missing(Asked asked) {
        return Reply.refused(404, "TIP-4040", "there is nothing at " + asked.path(), "");
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        var bytes = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", reply.type());
        exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
