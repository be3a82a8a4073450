package tiphys.bench;

import java.io.IOException;
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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tiphys.cli.server.Trust;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// A real `tiphys up` with the launcher's flags, in a process of its own.
final class Product implements AutoCloseable {
    static final int HEAP_MIB = 512;

    private final Child child;
    private final int port;
    private final Value place;
    private final HttpClient client;
    private @Nullable RunEnds ends;

    private Product(Child child, int port, Value place) throws IOException {
        this.child = child;
        this.port = port;
        this.place = place;
        client = client(Path.of(place.textAt("ca").orElseThrow()));
    }

    /// The command line of the launcher for `tiphys up`; more flags of the JVM can be tried with `-Dbench.flags`.
    static List<String> command(Path data, int port, Path... manifests) throws IOException {
        var home = home();
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-Xss512k",
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:-UsePerfData",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+ExitOnOutOfMemoryError",
                                "-XX:MinHeapFreeRatio=10",
                                "-XX:MaxHeapFreeRatio=25",
                                "-Xms16m",
                                "-Xmx" + HEAP_MIB + "m"));
        var cache = home.resolve("app/target/tiphys.aot");
        if (!Files.exists(cache)) {
            throw new IOException(cache + " is missing; run ./tiphys version once, which builds it");
        }
        command.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off", "-Xlog:cds=off"));
        command.addAll(
                Pattern.compile("\\s+")
                        .splitAsStream(System.getProperty("bench.flags", ""))
                        .filter(flag -> !flag.isEmpty())
                        .toList());
        command.addAll(List.of("-Dtiphys.home=" + home, "-cp", home.resolve("app/target/lib") + "/*"));
        command.addAll(List.of("tiphys.app.Main", "up", "--data", data.toString(), "--port", Integer.toString(port)));
        for (var manifest : manifests) {
            command.addAll(List.of("-f", manifest.toString()));
        }
        return command;
    }

    static Path home() {
        return Path.of(System.getProperty("tiphys.home", ".")).toAbsolutePath().normalize();
    }

    /// Started, ready and with the manifests applied.
    static Product start(Path directory, Path data, Path... manifests) throws IOException {
        int port = Child.freePort();
        var place = data.resolve("server.json");
        Files.deleteIfExists(place);
        var child = Child.start(directory, command(data, port, manifests), path(directory));
        child.awaitPort(port);
        await("the place of the server", Duration.ofSeconds(60), () -> Files.exists(place));
        return new Product(child, port, Json.parse(Files.readAllBytes(place)));
    }

    private static HttpClient client(Path ca) throws IOException {
        try {
            var tls = new Trust(Optional.of(ca)).context();
            return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(tls).build();
        } catch (GeneralSecurityException e) {
            throw new IOException("the server's CA cannot be used", e);
        }
    }

    /// The steps find the benchmarks' own programs first; the launcher bounds the arenas.
    private static Map<String, String> path(Path directory) {
        return Map.of("PATH", directory + ":" + System.getenv("PATH"), "MALLOC_ARENA_MAX", "2");
    }

    /// A manifest of this package with its placeholders filled in, as a file.
    static Path manifest(Path directory, String name, Map<String, String> values) throws IOException {
        String text;
        try (var in = Product.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("no manifest " + name);
            }
            text = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
        for (var value : values.entrySet()) {
            text = text.replace("@" + value.getKey() + "@", value.getValue());
        }
        return Files.writeString(directory.resolve(name), text);
    }

    int port() {
        return port;
    }

    /// What the server says of itself in `server.json`.
    Value place() {
        return place;
    }

    /// Applies an object.
    void patch(String path, String yaml) throws IOException {
        var answer = send("PATCH", path, "application/apply-patch+yaml", yaml);
        if (answer.statusCode() >= 300) {
            throw new IOException(path + " was refused: " + answer.body());
        }
    }

    /// Waits until a listener of an event source is open.
    void awaitListener(int hook) throws IOException {
        child.awaitPort(hook);
    }

    long pid() {
        return child.pid();
    }

    /// The value of one of the server's metrics.
    double metric(String name) throws IOException {
        return get("/metrics")
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    Value status() throws IOException {
        return Json.parse(get("/tiphys/v1/status"));
    }

    long runner() throws IOException {
        return ((Value.Number) status().find("executor", "runnerPid").orElseThrow()).decimal().longValue();
    }

    /// Creates a workflow.
    ///
    /// @return its name
    String submit(String json) throws IOException {
        return create("workflows", json);
    }

    /// Creates an object of an Argo kind.
    ///
    /// @return its name
    String create(String plural, String json) throws IOException {
        var answer = send("POST", "/apis/argoproj.io/v1alpha1/namespaces/default/" + plural, json);
        if (answer.statusCode() != 201) {
            throw new IOException("one of the " + plural + " was refused: " + answer.body());
        }
        return Json.parse(answer.body())
                .find("metadata", "name")
                .map(name -> ((Value.Text) name).value())
                .orElseThrow();
    }

    /// The seconds from handing the workflow in until the end of its run is heard.
    double secondsOf(String workflow, Duration limit) throws IOException {
        if (ends == null) {
            ends = watchEnds();
        }
        long begin = System.nanoTime();
        ends.await(submit(workflow), limit);
        return (System.nanoTime() - begin) / 1e9;
    }

    private RunEnds watchEnds() throws IOException {
        try {
            return RunEnds.open(client, request(RunEnds.PATH));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// Lets a run go on that waits.
    void resume(String name) throws IOException {
        var path = "/tiphys/v1/namespaces/default/runs/" + name + "/resume";
        var answer = send("POST", path, "{}");
        if (answer.statusCode() >= 300) {
            throw new IOException(path + " was refused: " + answer.statusCode() + " " + answer.body());
        }
    }

    void awaitNoLiveRun(Duration limit) throws IOException {
        await("the end of all runs", limit, () -> metric("tiphys_runs_live") == 0);
    }

    /// Waits until no run is live and none comes any more.
    void awaitIdle(Duration limit) throws IOException {
        var heads = new double[] {-1, -2};
        await(
                "the end of all work",
                limit,
                () -> {
                    heads[0] = heads[1];
                    heads[1] = metric("tiphys_journal_head");
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
                    return heads[0] == heads[1] && metric("tiphys_runs_live") == 0;
                });
    }

    /// @throws IOException if a run did not end well, for its time would say nothing
    void requireSuccess() throws IOException {
        for (var phase : List.of("Failed", "Error")) {
            var bad = get("/tiphys/v1/runs?limit=1&phase=" + phase);
            if (!Json.parse(bad).find("items").orElseThrow().equals(Value.list(List.of()))) {
                throw new IOException("a run ended badly: " + bad);
            }
        }
    }

    String get(String path) throws IOException {
        var answer = send("GET", path, "");
        if (answer.statusCode() != 200) {
            throw new IOException("GET " + path + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(place.textAt("url").orElseThrow() + path))
                .header("Authorization", "Bearer " + place.textAt("token").orElseThrow());
    }

    private HttpResponse<String> send(String method, String path, String body) throws IOException {
        return send(method, path, "application/json", body);
    }

    private HttpResponse<String> send(String method, String path, String type, String body) throws IOException {
        var request =
                request(path)
                        .timeout(Duration.ofSeconds(60))
                        .header("Content-Type", type)
                        .method(
                                method,
                                body.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body))
                        .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted at " + path, e);
        }
    }

    /// Something that may be so or may fail to be asked.
    interface Condition {
        boolean holds() throws IOException;
    }

    static void await(String what, Duration limit, Condition condition) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new IOException(String.format(Locale.ROOT, "%s did not come within %s", what, limit));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(4));
        }
    }

    /// `kill -9`; the runner lives on.
    void kill() {
        child.kill();
    }

    @Override
    public void close() throws IOException {
        long runner = child.alive() ? runner() : 0;
        if (ends != null) {
            ends.close();
        }
        child.close();
        ProcessHandle.of(runner).filter(_ -> runner > 0).ifPresent(ProcessHandle::destroyForcibly);
        client.shutdownNow(); // close() would wait for a watch that nobody ends
    }
}
