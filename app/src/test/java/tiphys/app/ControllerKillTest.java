package tiphys.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.kubernetes.client.ApiClient;
import tiphys.kubernetes.cluster.ArgoDefinitions;
import tiphys.kubernetes.cluster.KubeServer;
import tiphys.kubernetes.cluster.ProcessKubelet;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.testkit.Eventually;

/// `tiphys controller` as a program of its own, killed while a workflow runs.
class ControllerKillTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int KILLS = Integer.getInteger("kills", 5);
    private static final int WIDTH = 12;
    private static final String WORKFLOWS = "/apis/argoproj.io/v1alpha1/namespaces/argo/workflows";

    @TempDir Path directory;

    @Test
    void a_controller_that_is_killed_again_and_again_loses_nothing_and_does_nothing_twice() throws Exception {
        try (var server = KubeServer.start(directory.resolve("server"));
                var client = server.client()) {
            server.namespace("argo");
            ArgoDefinitions.install(client);
            try (var _ = ProcessKubelet.join(server, directory.resolve("node"))) {
                kills(server, client);
            }
        }
    }

    private void kills(KubeServer server, ApiClient client) throws IOException, InterruptedException {
        var done = directory.resolve("done");
        Files.createFile(done);
        var manifest =
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: killed, namespace: argo}
                spec:
                  entrypoint: main
                  templates:
                  - name: main
                    steps:
                    - - {name: wide, template: step, withSequence: {count: "%d"}, arguments: {parameters: [{name: word, value: "a{{item}}"}]}}
                    - - {name: again, template: step, withSequence: {count: "%d"}, arguments: {parameters: [{name: word, value: "b{{item}}"}]}}
                    - - {name: last, template: step, arguments: {parameters: [{name: word, value: c}]}}
                  - name: step
                    inputs: {parameters: [{name: word}]}
                    container: {image: busybox, command: [sh, -c], args: ["echo {{inputs.parameters.word}} >> %s; sleep 1"]}
                """
                        .formatted(WIDTH, WIDTH, done);
        var answer =
                client.create(
                        WORKFLOWS,
                        (Value.Mapping)
                                Yaml.parse(manifest.getBytes(StandardCharsets.UTF_8), "killed.yaml").getFirst());
        assertThat(answer.done()).as(answer.message()).isTrue();
        var log = directory.resolve("controller.log");
        var controller = controller(server, log);
        try {
            for (int i = 1; i <= KILLS; i++) {
                int wanted = i * 2 * WIDTH / (KILLS + 1);
                Eventually.within(LIMIT, "steps that began", () -> lines(done).size() >= wanted);
                controller.destroyForcibly().waitFor();
                controller = controller(server, log);
            }
            Eventually.within(
                    LIMIT, "the run to end", () -> !phase(client).isEmpty() && !phase(client).equals("Running"));
            assertThat(phase(client)).as(Files.readString(log)).isEqualTo("Succeeded");
            assertThat(lines(done)).hasSize(2 * WIDTH + 1).doesNotHaveDuplicates();
        } finally {
            Files.copy(log, Path.of("target", "controller-kill.log"), StandardCopyOption.REPLACE_EXISTING);
            controller.destroy();
            assertThat(controller.waitFor(10, TimeUnit.SECONDS)).as("ends when it is asked to").isTrue();
        }
    }

    private Process controller(KubeServer server, Path log) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "tiphys.app.Main",
                        "controller",
                        "--kubeconfig",
                        server.kubeconfig().toString(),
                        "--data",
                        directory.resolve("data").toString(),
                        "--namespace",
                        "argo")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String phase(ApiClient client) {
        try {
            return client.get(WORKFLOWS + "/killed").body().textAt("status", "phase").orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
