package tiphys.artifacts;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import tiphys.artifacts.gcs.GcsDriver;
import tiphys.engine.Artifacts;
import tiphys.manifest.Value;
import tiphys.testkit.LocalServer;

/// Against an emulator of Google Cloud Storage, which asks nobody who is there.
class GcsDriverTest extends ArtifactsContract {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path place;

    private static @Nullable LocalServer server;

    private final String bucket = "bucket-" + UUID.randomUUID();

    @BeforeAll
    static void start() throws IOException {
        var installed = Installed.find("gcp-storage-emulator-2026.7.19");
        assumeTrue(installed.isPresent(), "no emulator of Google Cloud Storage in the cache: ./check puts it there");
        int port = LocalServer.freePort();
        var emulator =
                new LocalServer(
                        List.of(
                                installed.orElseThrow().resolve("bin/python").toString(),
                                "-m",
                                "gcp_storage_emulator",
                                "--data-dir=" + place.resolve("data"),
                                "start",
                                "--host=127.0.0.1",
                                "--port=" + port),
                        Map.of(),
                        place,
                        port);
        emulator.start();
        server = emulator;
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void makeBucket() throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + "/storage/v1/b?project=p"))
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString("{\"name\":\"" + bucket + "\"}"))
                            .build(),
                    BodyHandlers.discarding());
        }
    }

    private static int port() {
        return Optional.ofNullable(server).orElseThrow().port();
    }

    @Override
    public Artifacts artifacts() {
        return new PackedPlaces("gcs", GcsDriver.emulated("http://127.0.0.1:" + port()), directory);
    }

    /// In one request: it cannot go on with an upload.
    @Override
    public int large() {
        return 6;
    }

    @Override
    String missing(String key) {
        return "no results for key: " + key;
    }

    @Override
    public Value.Mapping location(String key) {
        return Value.object("gcs", Value.object("bucket", bucket, "key", key));
    }
}
