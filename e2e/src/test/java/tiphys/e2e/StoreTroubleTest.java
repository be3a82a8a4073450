package tiphys.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.app.FaultyServer;
import tiphys.store.FaultyStore;

/// The whole server on a disk that fails: callers are told, nothing that was acknowledged is lost, and service goes on.
class StoreTroubleTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int FLUSH_FAILED = 74;
    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

    @TempDir Path directory;

    private final List<String> acknowledged = new ArrayList<>();
    private int sent;

    @Test
    void a_full_disk_is_told_to_callers_and_service_goes_on_when_there_is_space() throws Exception {
        var disk = Files.createDirectory(directory.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=330m", "tiphys-e2e", disk.toString()) == 0,
                "a small disk needs the right to mount");
        try {
            var data = disk.resolve("data");
            var pipeline = new CountingPipeline(directory);
            try (var server = Server.start(data)) {
                pipeline.applyTo(server, "01");
                assertThat(post(pipeline).statusCode()).isEqualTo(200);
                pipeline.awaitAllEnded(server, acknowledged);

                var ballast = disk.resolve("ballast");
                run("dd", "if=/dev/zero", "of=" + ballast, "bs=1M"); // ends when the disk is full
                assertRefused(postUntilRefused(pipeline));
                assertRefusesWrites(server);
                assertRefused(postUntilRefused(pipeline));
                assertThat(server.healthy()).isTrue();

                Files.delete(ballast);
                assertThat(post(pipeline).statusCode()).isEqualTo(200);
                pipeline.assertOneRunEach(server, acknowledged);
                assertThat(server.terminate()).isZero();
            }
            try (var server = Server.start(data)) {
                pipeline.assertOneRunEach(server, acknowledged);
            }
        } finally {
            run("umount", "-l", disk.toString());
        }
    }

    @Test
    void a_failing_commit_is_told_to_callers_and_the_next_one_works() throws Exception {
        var faults = directory.resolve("faults");
        var pipeline = new CountingPipeline(directory);
        try (var server = faulty(faults)) {
            pipeline.applyTo(server, "01");
            assertThat(post(pipeline).statusCode()).isEqualTo(200);

            Files.writeString(faults, FaultyStore.FULL);
            assertRefused(post(pipeline));
            assertRefusesWrites(server);
            assertThat(server.healthy()).isTrue();

            Files.delete(faults);
            assertThat(post(pipeline).statusCode()).isEqualTo(200);
            pipeline.assertOneRunEach(server, acknowledged);
        }
    }

    @Test
    void a_failing_flush_ends_the_server_and_the_next_start_is_clean() throws Exception {
        var faults = directory.resolve("faults");
        var pipeline = new CountingPipeline(directory);
        try (var server = faulty(faults)) {
            pipeline.applyTo(server, "20");
            for (int i = 0; i < 5; i++) {
                assertThat(post(pipeline).statusCode()).isEqualTo(200);
            }
            Files.writeString(faults, FaultyStore.FLUSH);
            assertNotAcknowledged(pipeline);
            assertThat(server.awaitExit()).isEqualTo(FLUSH_FAILED);
            assertThat(server.printed()).contains("a flush to disk failed", "exit code 74");
        }
        try (var server = Server.start(data())) {
            pipeline.awaitListener();
            assertThat(post(pipeline).statusCode()).isEqualTo(200);
            pipeline.assertOneRunEach(server, acknowledged);
            assertThat(server.terminate()).isZero();
        }
    }

    @Test
    void a_data_directory_that_is_in_use_or_of_a_newer_program_is_refused() throws Exception {
        try (var server = Server.start(data())) {
            var second = Program.run(LIMIT, Server.command(data()), Map.of());
            assertThat(second.code()).isEqualTo(1);
            assertThat(second.output())
                    .contains("TIP-6041", "is in use by process " + server.pid(), data().toString(), "tiphys down")
                    .doesNotContain("Exception");
            assertThat(server.healthy()).isTrue();
            assertThat(server.terminate()).isZero();
        }
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + data().resolve("tiphys.db"));
                var statement = connection.createStatement()) {
            statement.execute("INSERT INTO migration VALUES (1000, 'later')");
        }
        var older = Program.run(LIMIT, Server.command(data()), Map.of());
        assertThat(older.code()).isEqualTo(1);
        assertThat(older.output()).contains("TIP-6042", "newer program (schema ").doesNotContain("Exception");
    }

    private Path data() {
        return directory.resolve("data");
    }

    private Server faulty(Path faults) {
        return Server.launch(
                data(),
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FaultyServer.class.getName(),
                        data().toString(),
                        faults.toString()));
    }

    /// Sends the next event, and remembers it if it was acknowledged.
    private HttpResponse<String> post(CountingPipeline pipeline) throws IOException, InterruptedException {
        var number = Integer.toString(++sent);
        var answer = pipeline.post(number, "x".repeat(100_000));
        if (answer.statusCode() == 200) {
            acknowledged.add(number);
        }
        return answer;
    }

    /// What the server's log has room for is still taken, also after a larger write was refused.
    private HttpResponse<String> postUntilRefused(CountingPipeline pipeline) throws IOException, InterruptedException {
        for (int i = 0; i < 1_000; i++) {
            var answer = post(pipeline);
            if (answer.statusCode() != 200) {
                return answer;
            }
        }
        throw new AssertionError("a full disk took 1,000 events");
    }

    private void assertNotAcknowledged(CountingPipeline pipeline) throws InterruptedException {
        try {
            assertThat(post(pipeline).statusCode()).isEqualTo(503);
        } catch (IOException e) {
            assertThat(acknowledged).hasSize(sent - 1); // the server was gone before it could answer
        }
    }

    private static void assertRefused(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.body()).contains("failed to record event");
    }

    private static void assertRefusesWrites(Server server) {
        var map =
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"generateName\":\"m-\"},\"data\":{\"k\":\"%s\"}}";
        int before = server.get(CONFIG_MAPS).listAt("items").size();
        int made = 0;
        var answer = server.send("POST", CONFIG_MAPS, "application/json", map.formatted("x".repeat(500_000)));
        while (answer.statusCode() == 201 && made < 100) {
            made++;
            answer = server.send("POST", CONFIG_MAPS, "application/json", map.formatted("x".repeat(500_000)));
        }
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.body()).contains("ServiceUnavailable", "the store cannot");
        assertThat(server.get(CONFIG_MAPS).listAt("items")).hasSize(before + made);
    }

    private static int run(String... command) {
        return Program.run(LIMIT, List.of(command), Map.of()).code();
    }
}
