package tiphys.connectors.azure;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.testkit.LocalServer;

/// An Azurite of the tests, Microsoft's own double of Azure Storage: its queues.
final class RealAzurite implements AutoCloseable {
    private static final String KEY = "dGhlIGtleSBvZiB0aGUgdGVzdHM=";

    final LocalServer server;
    private final HttpClient http = HttpClient.newHttpClient();

    RealAzurite(Path directory) {
        var cache =
                Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                        .map(Path::of)
                        .orElse(Path.of(System.getProperty("user.home"), ".cache"));
        var installed = cache.resolve("tiphys/azurite-3.37.0/node_modules/azurite/dist/src/queue/main.js");
        assumeTrue(Files.isRegularFile(installed), "there is no " + installed);
        var node = LocalServer.program("node");
        assumeTrue(node.isPresent(), "there is no node");
        int port = LocalServer.freePort();
        this.server =
                new LocalServer(
                                List.of(
                                        node.get().toString(),
                                        installed.toString(),
                                        "--queueHost",
                                        "127.0.0.1",
                                        "--queuePort",
                                        Integer.toString(port),
                                        "--location",
                                        directory.toString(),
                                        "--silent",
                                        "--disableTelemetry"),
                                Map.of("AZURITE_ACCOUNTS", "ship:" + KEY),
                                directory,
                                port)
                        .start();
    }

    String connection() {
        return connection(KEY);
    }

    String connection(String key) {
        return "DefaultEndpointsProtocol=http;AccountName=ship;AccountKey=%s;QueueEndpoint=http://127.0.0.1:%d/ship;"
                .formatted(key, server.port());
    }

    /// Makes a queue if it is not there.
    void make(String queue) {
        call("PUT", "/" + queue, "", "");
    }

    /// Sends a message.
    ///
    /// @param text as it stands in XML
    void send(String queue, String text) {
        call(
                "POST",
                "/" + queue + "/messages",
                "",
                "<QueueMessage><MessageText>" + text + "</MessageText></QueueMessage>");
    }

    /// How many messages a queue has, those that are hidden among them.
    int count(String queue) {
        return call("GET", "/" + queue, "comp=metadata", "")
                .headers()
                .firstValue("x-ms-approximate-messages-count")
                .map(Integer::parseInt)
                .orElseThrow();
    }

    /// How many messages somebody else would get.
    int visible(String queue) {
        return call("GET", "/" + queue + "/messages", "peekonly=true&numofmessages=32", "")
                        .body()
                        .split("<QueueMessage>", -1)
                        .length
                - 1;
    }

    private HttpResponse<String> call(String method, String path, String query, String body) {
        try {
            var account = StorageAccount.read("test", connection());
            var uri = account.uri(path, query);
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            var request = HttpRequest.newBuilder(uri).method(method, BodyPublishers.ofByteArray(bytes));
            account.headers(method, uri, Instant.now(), bytes.length).forEach(request::header);
            var answer = http.send(request.build(), BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new AssertionError(answer.statusCode() + " " + answer.body());
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        server.close();
    }
}
