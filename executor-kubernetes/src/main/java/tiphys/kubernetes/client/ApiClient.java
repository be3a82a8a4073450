package tiphys.kubernetes.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Asks an API server. A refusal is an [Answer]; an [IOException] says that there was no answer, so that nobody knows whether it was
/// done. Blocks; safe for every thread.
public final class ApiClient implements AutoCloseable {
    private static final Duration CONNECTING = Duration.ofSeconds(10);
    private static final Duration ANSWERING = Duration.ofSeconds(30);

    /// A watch is begun anew after so long, whatever happens; a connection that died quietly is found then.
    private static final Duration WATCHING = Duration.ofSeconds(290);

    private final Kubeconfig config;
    private final HttpClient http;

    /// In whose name it is asked; empty for our own.
    private final Optional<String> user;

    /// Whether something may be changed now.
    private final BooleanSupplier mayWrite;

    public ApiClient(Kubeconfig config) {
        this(config, () -> true);
    }

    /// @param mayWrite asked right before each change: one who may not act any more changes nothing
    public ApiClient(Kubeconfig config, BooleanSupplier mayWrite) {
        this(
                config,
                HttpClient.newBuilder()
                        .sslContext(config.tls())
                        .connectTimeout(CONNECTING)
                        .version(HttpClient.Version.HTTP_1_1)
                        .build(),
                Optional.empty(),
                mayWrite);
    }

    private ApiClient(Kubeconfig config, HttpClient http, Optional<String> user, BooleanSupplier mayWrite) {
        this.config = config;
        this.http = http;
        this.user = user;
        this.mayWrite = mayWrite;
    }

    /// The same in the name of a service account; the cluster lets us where we may impersonate it. Shares our connections: it is closed
    /// with us.
    public ApiClient as(String namespace, String account) {
        return new ApiClient(config, http, Optional.of("system:serviceaccount:" + namespace + ":" + account), mayWrite);
    }

    /// Where it is and who we are there.
    public Kubeconfig config() {
        return config;
    }

    public Answer get(String path) throws IOException {
        return send(request(path).GET());
    }

    /// Creates an object in a collection.
    public Answer create(String path, Value.Mapping object) throws IOException {
        return send(request(path).header("Content-Type", "application/json").POST(body(object)));
    }

    /// Changes an object by a merge patch.
    public Answer patch(String path, Value.Mapping changes) throws IOException {
        return send(
                request(path).header("Content-Type", "application/merge-patch+json").method("PATCH", body(changes)));
    }

    /// Changes an object by a patch of a kind.
    ///
    /// @param kind its media type
    public Answer patch(String path, String kind, Value patch) throws IOException {
        return send(
                request(path)
                        .header("Content-Type", kind)
                        .method("PATCH", BodyPublishers.ofByteArray(Json.bytes(patch))));
    }

    /// Replaces an object.
    public Answer replace(String path, Value.Mapping object) throws IOException {
        return send(request(path).header("Content-Type", "application/json").PUT(body(object)));
    }

    public Answer delete(String path) throws IOException {
        return send(request(path).DELETE());
    }

    /// Deletes an object if it still is the one of that uid; another one of its name is not touched (409).
    public Answer delete(String path, String uid) throws IOException {
        var options =
                Value.object(
                        "apiVersion",
                        "v1",
                        "kind",
                        "DeleteOptions",
                        "propagationPolicy",
                        "Background",
                        "preconditions",
                        Value.object("uid", uid));
        return send(request(path).header("Content-Type", "application/json").method("DELETE", body(options)));
    }

    /// The text at a path, such as a log; the answer's own stream, to be closed.
    ///
    /// @throws IOException also if the server refuses; the message is its own
    public InputStream open(String path) throws IOException {
        try {
            var answer = ask(request(path).GET(), BodyHandlers.ofInputStream());
            if (answer.statusCode() != 200) {
                try (var in = answer.body()) {
                    throw new IOException(answered(answer.statusCode(), in.readNBytes(64 << 10)).message());
                }
            }
            return answer.body();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /// Hears what changes in a collection, each event as the server says it, until the server ends it or the time of a watch is over.
    /// A refusal, such as a version that is too old, is an answer with its code.
    ///
    /// @param path with the version to begin at
    public Answer watch(String path, Consumer<Value.Mapping> events) throws IOException {
        var full =
                path
                        + (path.contains("?") ? "&" : "?")
                        + "watch=true&allowWatchBookmarks=true&timeoutSeconds="
                        + WATCHING.toSeconds();
        try {
            var answer = ask(request(full).GET(), BodyHandlers.ofInputStream());
            try (var in = answer.body()) {
                if (answer.statusCode() != 200) {
                    return answered(answer.statusCode(), in.readNBytes(64 << 10));
                }
                CompletableFuture.delayedExecutor(WATCHING.plusSeconds(20).toSeconds(), TimeUnit.SECONDS)
                        .execute(() -> closeQuietly(in)); // one whose server is gone without a word
                var reader = new java.io.BufferedReader(new java.io.InputStreamReader(in, StandardCharsets.UTF_8));
                for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                    if (!line.isBlank()
                            && Json.parseOwn(line.getBytes(StandardCharsets.UTF_8)) instanceof Value.Mapping event) {
                        events.accept(event);
                    }
                }
            }
            return new Answer(200, Value.Mapping.EMPTY);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static void closeQuietly(InputStream in) {
        try {
            in.close();
        } catch (IOException _) {
            // it was not open any more
        }
    }

    private Answer send(HttpRequest.Builder request) throws IOException {
        if (!mayWrite.getAsBoolean() && !request.build().method().equals("GET")) {
            throw new IOException("this controller does not hold the lease any more, and changes nothing");
        }
        try {
            var answer = ask(request, BodyHandlers.ofByteArray());
            return answered(answer.statusCode(), answer.body());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /// Java's client says nothing of why it found nobody.
    private <T> HttpResponse<T> ask(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body)
            throws IOException, InterruptedException {
        try {
            return http.send(request.timeout(ANSWERING).build(), body);
        } catch (ConnectException e) {
            throw new IOException(
                    "the API server at "
                            + config.server()
                            + " cannot be reached: "
                            + (e.getMessage() == null ? "connection refused" : e.getMessage()),
                    e);
        }
    }

    private static Answer answered(int code, byte[] body) throws IOException {
        try {
            if (body.length > 0 && Json.parseOwn(body) instanceof Value.Mapping json) {
                return new Answer(code, json);
            }
        } catch (InvalidInput _) {
            // a proxy's page, or plain text: shown as it is
        }
        var text = new String(body, StandardCharsets.UTF_8).strip();
        if (code < 300 && body.length > 0) {
            throw new IOException("the API server's answer is no JSON object: " + text);
        }
        return new Answer(code, text.isEmpty() ? Value.Mapping.EMPTY : Value.object("message", text));
    }

    private static IOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IOException("interrupted while the API server was asked", e);
    }

    private static HttpRequest.BodyPublisher body(Value.Mapping object) {
        return BodyPublishers.ofByteArray(Json.bytes(object));
    }

    private HttpRequest.Builder request(String path) throws IOException {
        var request =
                HttpRequest.newBuilder(URI.create(config.server().toString().replaceAll("/+$", "") + path))
                        .header("Accept", "application/json")
                        .header("User-Agent", "tiphys");
        user.ifPresent(name -> request.header("Impersonate-User", name));
        if (config.token().isPresent()) {
            var token =
                    switch (config.token().get()) {
                        case Kubeconfig.Token.Fixed(var text) -> text;
                        case Kubeconfig.Token.File(var file) -> Files.readString(file).strip();
                    };
            request.header("Authorization", "Bearer " + token);
        }
        return request;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
