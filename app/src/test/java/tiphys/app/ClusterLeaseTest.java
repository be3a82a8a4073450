package tiphys.app;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.app.SharedCluster.LIMIT;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.kubernetes.client.Kubeconfig;
import tiphys.kubernetes.lease.Leadership.Lease;
import tiphys.manifest.Value;
import tiphys.server.http.Metrics;
import tiphys.testkit.Eventually;

/// Two controllers of the same Workflows, each with a journal of its own.
class ClusterLeaseTest {
    private static final String NAMESPACE = "leased";
    private static final String LEASE = "/apis/coordination.k8s.io/v1/namespaces/" + NAMESPACE + "/leases/controller";
    private static final int WIDTH = 4;
    private static SharedCluster cluster;
    @TempDir Path directory;
    private final List<String> waits = new CopyOnWriteArrayList<>();
    private final List<String> lost = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() {
        cluster = SharedCluster.with(NAMESPACE);
    }

    private ClusterHost controller(String identity, Optional<Metrics> metrics) throws IOException {
        var lease =
                new Lease(
                        NAMESPACE,
                        "controller",
                        identity,
                        Duration.ofSeconds(2),
                        Duration.ofMillis(1_500),
                        Duration.ofMillis(100));
        return ClusterHost.open(
                new ClusterHost.Settings(
                        directory.resolve(identity),
                        Kubeconfig.read(cluster.server().kubeconfig()),
                        Optional.of(NAMESPACE),
                        "",
                        Optional.empty(),
                        Optional.of(new ClusterHost.Leading(lease, waits::add, () -> lost.add(identity))),
                        metrics,
                        why -> {
                            throw new IllegalStateException(why);
                        }));
    }

    @Test
    void the_second_waits_and_takes_over_when_the_first_has_lost_the_lease_and_no_step_runs_twice() throws Exception {
        var done = Files.createFile(directory.resolve("done"));
        var first = controller("first", Optional.empty());
        var second =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return controller("second", Optional.empty());
                            } catch (IOException e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        Thread::startVirtualThread);
        Eventually.within(LIMIT, "one that waits", () -> waits.contains("first"));
        cluster.run(
                NAMESPACE,
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: handed, namespace: leased}
                spec:
                  entrypoint: main
                  templates:
                  - name: main
                    steps:
                    - - {name: wide, template: step, withSequence: {count: "%d"}, arguments: {parameters: [{name: word, value: "a{{item}}"}]}}
                    - - {name: again, template: step, withSequence: {count: "%d"}, arguments: {parameters: [{name: word, value: "b{{item}}"}]}}
                  - name: step
                    inputs: {parameters: [{name: word}]}
                    container: {image: busybox, command: [sh, -c], args: ["echo {{inputs.parameters.word}} >> %s; sleep 1"]}
                """
                        .formatted(WIDTH, WIDTH, done));
        Eventually.within(LIMIT, "the first steps", () -> cluster.pods(NAMESPACE, "handed").size() >= WIDTH);
        cluster.client().patch(LEASE, Value.object("spec", Value.object("holderIdentity", "a thief who dies")));
        Eventually.within(LIMIT, "the first to lose it", () -> lost.contains("first"));
        first.close();
        try (var _ = second.get(60, TimeUnit.SECONDS)) {
            assertThat(cluster.ended(NAMESPACE, "handed").textAt("phase"))
                    .as("%s", cluster.workflow(NAMESPACE, "handed"))
                    .contains("Succeeded");
            assertThat(Files.readAllLines(done)).hasSize(2 * WIDTH).doesNotHaveDuplicates();
            assertThat(cluster.pods(NAMESPACE, "handed")).hasSize(2 * WIDTH);
        }
        assertThat(cluster.get(LEASE).textAt("spec", "holderIdentity").orElse("")).isEmpty();
    }

    @Test
    void probes_and_metrics_are_answered_and_numbers_that_a_manifest_asks_for_are_among_them() throws Exception {
        var metrics = new Metrics();
        try (var door = ProbeDoor.open(0, metrics)) {
            assertThat(asked(door, "/healthz").statusCode()).isEqualTo(200);
            assertThat(asked(door, "/readyz").statusCode()).isEqualTo(503);
            try (var _ = controller("measured", Optional.of(metrics))) {
                door.now(ProbeDoor.State.LEADS);
                assertThat(asked(door, "/readyz").statusCode()).isEqualTo(200);
                cluster.run(
                        NAMESPACE,
                        """
                        apiVersion: argoproj.io/v1alpha1
                        kind: Workflow
                        metadata: {name: measured, namespace: leased}
                        spec:
                          entrypoint: main
                          metrics: {prometheus: [{name: measured_runs, help: runs, counter: {value: "1"}}]}
                          templates: [{name: main, container: {image: busybox, command: ["true"]}}]
                        """);
                assertThat(cluster.ended(NAMESPACE, "measured").textAt("phase")).contains("Succeeded");
                Eventually.within(
                        LIMIT,
                        "the metric",
                        () -> asked(door, "/metrics").body().contains("argo_workflows_measured_runs 1"));
                assertThat(asked(door, "/metrics").body()).contains("tiphys_live_runs 0");
            }
            assertThat(asked(door, "/other").statusCode()).isEqualTo(404);
        }
    }

    private static HttpResponse<String> asked(ProbeDoor door, String path) {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path)).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
