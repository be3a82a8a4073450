package tiphys.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.manifest.Value;
import tiphys.testkit.Eventually;

/// What becomes of steps whose end nobody saw: of three runs, one has no retry strategy, one retries failures, and one
/// retries errors, which a lost attempt is.
class LostAttemptsTest {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final List<String> UNCOVERED = List.of("without", "on-failure");
    private static final String COVERED = "on-error";

    @TempDir Path directory;

    private Path data;
    private Path marks;
    private Path release;

    @BeforeEach
    void files() throws IOException {
        data = directory.resolve("data");
        marks = Files.createFile(directory.resolve("marks"));
        release = directory.resolve("release");
    }

    @Test
    void of_a_killed_runner_are_lost_and_retried_only_where_a_policy_covers_errors() throws Exception {
        try (var server = Server.start(data)) {
            startSteps(server);
            var runner = server.runner().orElseThrow();
            kill(runner);
            assertLostAndRetriedOnce(server, "the runner that had started the step was killed");
            assertThat(server.runner()).as("a new runner").isPresent().isNotEqualTo(java.util.Optional.of(runner));
        }
    }

    @Test
    void of_a_server_and_runner_killed_together_are_lost_too() throws Exception {
        try (var server = Server.start(data)) {
            startSteps(server);
            var runner = server.runner().orElseThrow();
            server.kill();
            kill(runner);
        }
        try (var server = Server.start(data)) {
            assertLostAndRetriedOnce(server, "the runner that had started the step was killed");
        }
    }

    @Test
    void of_another_boot_are_lost_too() throws Exception {
        var boot = directory.resolve("boot_id");
        Files.writeString(boot, "11111111-1111-1111-1111-111111111111\n");
        assumeTrue(
                Program.run(LIMIT, booted(boot, List.of("cat", "/proc/sys/kernel/random/boot_id")), Map.of())
                        .output()
                        .startsWith("11111111-"),
                "another boot id needs the right to mount");
        try (var server = Server.launch(data, booted(boot, Server.command(data)))) {
            startSteps(server);
            var runner = server.runner().orElseThrow();
            server.kill();
            kill(runner);
            for (var mark : lines()) {
                kill(Long.parseLong(mark.split(" ", -1)[1]));
            }
        }
        Files.writeString(boot, "22222222-2222-2222-2222-222222222222\n");
        try (var server = Server.launch(data, booted(boot, Server.command(data)))) {
            assertLostAndRetriedOnce(server, "the host was rebooted while the step was under way");
        }
    }

    /// The command in a mount namespace of its own, where the kernel's boot id reads as the file's.
    private static List<String> booted(Path boot, List<String> command) {
        var script = "mount --bind \"$1\" /proc/sys/kernel/random/boot_id && shift && exec \"$@\"";
        var around = new ArrayList<>(List.of("unshare", "-m", "sh", "-c", script, "sh", boot.toString()));
        around.addAll(command);
        return around;
    }

    private void startSteps(Server server) {
        create(server, "without", "");
        create(server, "on-failure", "retryStrategy: {limit: 2}");
        create(server, COVERED, "retryStrategy: {limit: 2, retryPolicy: OnError}");
        Server.eventually(
                "all three steps run",
                () ->
                        lines().size() == 3
                                && List.of("without", "on-failure", COVERED).stream()
                                        .allMatch(name ->
                                                server.findRun("default", name)
                                                        .map(LostAttemptsTest::running)
                                                        .orElse(false)));
    }

    private void create(Server server, String name, String retry) {
        server.create(
                "default",
                "workflows",
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: %s}
                spec:
                  entrypoint: main
                  templates:
                  - name: main
                    %s
                    script:
                      image: alpine:3.20
                      command: [sh]
                      source: |
                        echo "$TIPHYS_ATTEMPT $$" >> %s
                        for i in $(seq 1200); do [ -e %s ] && exit 0; sleep 0.05; done
                """
                        .formatted(name, retry, marks, release));
    }

    private void assertLostAndRetriedOnce(Server server, String why) throws IOException {
        for (var name : UNCOVERED) {
            assertThat(server.awaitEnd("default", name).textAt("phase")).as(name).contains("Error");
        }
        Server.eventually("the covered step runs again", () -> lines().size() == 4);
        Files.createFile(release);
        assertThat(server.awaitEnd("default", COVERED).textAt("phase")).contains("Succeeded");

        for (var name : UNCOVERED) {
            var pods = pods(server.run("default", name));
            assertThat(pods).as(name).singleElement().satisfies(pod -> assertThat(states(pod)).containsExactly("lost"));
            assertThat(pods.getFirst().textAt("message").orElse("")).contains(why);
        }
        assertThat(pods(server.run("default", COVERED)).stream().map(LostAttemptsTest::states))
                .containsExactly(List.of("lost"), List.of("exited"));
        assertThat(server.get("/tiphys/v1/namespaces/default/runs/" + COVERED + "/explain").toString()).contains(why);
        assertEachAttemptRanOnceAndTheLostOnesAreGone();
    }

    private void assertEachAttemptRanOnceAndTheLostOnesAreGone() throws IOException {
        var all = lines();
        assertThat(all.stream().map(line -> line.split(" ", -1)[0])).hasSize(4).doesNotHaveDuplicates();
        Eventually.within(
                LIMIT,
                "no process of a lost attempt is left",
                () ->
                        all.stream()
                                .map(line -> ProcessHandle.of(Long.parseLong(line.split(" ", -1)[1])))
                                .noneMatch(found -> found.map(ProcessHandle::isAlive).orElse(false)));
    }

    private static List<Value> pods(Value run) {
        return run.listAt("nodes").stream().filter(node -> node.textAt("type").orElse("").equals("Pod")).toList();
    }

    private List<String> lines() {
        try {
            return Files.readAllLines(marks);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean running(Value run) {
        return pods(run).stream().anyMatch(pod -> states(pod).contains("running"));
    }

    private static List<String> states(Value pod) {
        return pod.listAt("attempts").stream().map(one -> one.textAt("state").orElse("")).toList();
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        Eventually.within(
                LIMIT,
                "process " + pid + " is gone",
                () -> ProcessHandle.of(pid).map(process -> !process.isAlive()).orElse(true));
    }
}
