package tiphys.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import tiphys.cli.server.Trust;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.testkit.Eventually;

/// A real `tiphys up` in a process of its own, and an HTTP client that trusts it.
final class Server implements AutoCloseable {
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed", "Error");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(40);

    private final Path data;
    private final Path output;
    private final Process process;
    private final Value place;
    private final HttpClient client;

    private Server(Path data, Path output, Process process, Value place, HttpClient client) {
        this.data = data;
        this.output = output;
        this.process = process;
        this.place = place;
        this.client = client;
    }

    /// Starts a server on a data directory and a free port, and waits until it is ready.
    static Server start(Path data, String... more) {
        return launch(data, command(data, more));
    }

    /// The command of [#start], for tests that run it in surroundings of their own.
    static List<String> command(Path data, String... more) {
        var arguments = new ArrayList<>(List.of("up", "--data", data.toString()));
        arguments.addAll(List.of(more));
        if (!arguments.contains("--port")) {
            arguments.addAll(List.of("--port", Integer.toString(freePort())));
        }
        return Program.command(arguments.toArray(String[]::new));
    }

    /// Runs a command that serves a data directory, and waits until it is ready.
    static Server launch(Path data, List<String> command) {
        var output = data.resolveSibling(data.getFileName() + ".out");
        try {
            Files.createDirectories(data);
            Files.deleteIfExists(data.resolve("server.json"));
            var process = Program.start(command, Map.of(), output);
            try {
                var place = awaitPlace(data, process, output);
                return new Server(data, output, process, place, client(Path.of(place.textAt("ca").orElseThrow())));
            } catch (AssertionError e) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Value awaitPlace(Path data, Process process, Path output) {
        eventually(
                "the server on " + data + " is ready",
                () -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("the server ended with " + process.exitValue() + ":\n" + read(output));
                    }
                    return place(data).isPresent();
                });
        return place(data).orElseThrow();
    }

    /// A port that nobody listens on at this moment.
    static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path data() {
        return data;
    }

    Path kubeconfig() {
        return Path.of(place.textAt("kubeconfig").orElseThrow());
    }

    String plain() {
        return place.textAt("plain").orElseThrow();
    }

    String token() {
        return place.textAt("token").orElseThrow();
    }

    /// What the server printed so far.
    String printed() {
        return read(output);
    }

    long pid() {
        return process.pid();
    }

    /// Waits for the end of a server that ends by itself, and returns its exit code.
    int awaitExit() {
        awaitEnd(Duration.ofSeconds(30));
        return process.exitValue();
    }

    boolean alive() {
        return process.isAlive();
    }

    /// The answer to a request with the token over TLS.
    HttpResponse<String> send(String method, String path, String contentType, String body) {
        return send(
                request(path)
                        .header("Authorization", "Bearer " + token())
                        .header("Content-Type", contentType)
                        .method(
                                method,
                                body.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body)));
    }

    /// A request over TLS without a token.
    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(place.textAt("url").orElseThrow() + path))
                .timeout(Duration.ofSeconds(30));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /// The JSON at a path.
    Value get(String path) {
        var answer = send("GET", path, "application/json", "");
        if (answer.statusCode() != 200) {
            throw new AssertionError("GET " + path + ": " + answer.statusCode() + " " + answer.body());
        }
        return Json.parse(answer.body());
    }

    /// Whether it says that it is well.
    boolean healthy() {
        return process.isAlive() && send("GET", "/healthz", "text/plain", "").statusCode() == 200;
    }

    /// Creates an object of the argoproj.io group from YAML, and returns it.
    Value create(String namespace, String resource, String yaml) {
        var answer =
                send(
                        "POST",
                        "/apis/argoproj.io/v1alpha1/namespaces/" + namespace + "/" + resource,
                        "application/yaml",
                        yaml);
        if (answer.statusCode() != 201) {
            throw new AssertionError("creating " + resource + ": " + answer.statusCode() + " " + answer.body());
        }
        return Json.parse(answer.body());
    }

    /// Waits for something that is asked of a server, without asking it all the time.
    static void eventually(String what, BooleanSupplier condition) {
        eventually(PATIENCE, what, condition);
    }

    static void eventually(Duration limit, String what, BooleanSupplier condition) {
        Eventually.within(
                limit,
                what,
                () -> {
                    if (condition.getAsBoolean()) {
                        return true;
                    }
                    LockSupport.parkNanos(PAUSE.toNanos());
                    return false;
                });
    }

    /// One run with its nodes.
    Value run(String namespace, String name) {
        return get("/tiphys/v1/namespaces/" + namespace + "/runs/" + name);
    }

    /// One run with its nodes, if it is there: it comes a moment after its workflow.
    Optional<Value> findRun(String namespace, String name) {
        var answer = send("GET", "/tiphys/v1/namespaces/" + namespace + "/runs/" + name, "application/json", "");
        return answer.statusCode() == 200 ? Optional.of(Json.parse(answer.body())) : Optional.empty();
    }

    /// Waits until a run has ended, and returns it.
    Value awaitEnd(String namespace, String name) {
        eventually("the run " + name + " ends", () -> ENDED.contains(run(namespace, name).textAt("phase").orElse("")));
        return run(namespace, name);
    }

    /// Applies manifests with the program's own command.
    void apply(Path manifests, String namespace) {
        var ended =
                Program.tiphys(
                        Duration.ofSeconds(60),
                        "apply",
                        "-f",
                        manifests.toString(),
                        "-n",
                        namespace,
                        "--data",
                        data.toString());
        if (ended.code() != 0) {
            throw new AssertionError("apply failed: " + ended.output());
        }
    }

    /// `kill -9`, as the kernel would do it; returns when it is gone.
    void kill() {
        process.destroyForcibly();
        awaitEnd(Duration.ofSeconds(20));
    }

    /// SIGTERM, and its exit code.
    int terminate() {
        process.destroy();
        awaitEnd(Duration.ofSeconds(60));
        return process.exitValue();
    }

    private void awaitEnd(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the server did not end within " + limit + ":\n" + read(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        // A runner is started right after its server; one that is killed before it knows its runner would leave it
        // behind.
        eventually(
                Duration.ofSeconds(20),
                "the server knows its runner",
                () -> !process.isAlive() || runner().isPresent());
        var runner = runner().flatMap(ProcessHandle::of);
        if (process.isAlive()) {
            kill(); // first: a server whose runner goes starts another one
        }
        runner.ifPresent(one -> {
            one.destroyForcibly();
            Eventually.within(Duration.ofSeconds(20), "its runner has ended", () -> !one.isAlive());
        });
    }

    /// The runner's process id, as the server's status tells it.
    Optional<Long> runner() {
        if (!process.isAlive()) {
            return Optional.empty();
        }
        var pid = get("/tiphys/v1/status").find("executor", "runnerPid");
        return pid.filter(Value.Number.class::isInstance)
                .map(Value.Number.class::cast)
                .map(number -> number.decimal().longValue())
                .filter(number -> number > 0);
    }

    private static Optional<Value> place(Path data) {
        try {
            var file = data.resolve("server.json");
            return Files.exists(file) ? Optional.of(Json.parse(Files.readAllBytes(file))) : Optional.empty();
        } catch (IOException | tiphys.manifest.InvalidInput e) {
            return Optional.empty(); // being written just now
        }
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpClient client(Path ca) {
        try {
            var tls = new Trust(Optional.of(ca)).context();
            return HttpClient.newBuilder().sslContext(tls).connectTimeout(Duration.ofSeconds(10)).build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
