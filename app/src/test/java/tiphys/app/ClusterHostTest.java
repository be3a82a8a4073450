package tiphys.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.kubernetes.client.ApiClient;
import tiphys.kubernetes.client.Following;
import tiphys.kubernetes.client.Kubeconfig;
import tiphys.kubernetes.cluster.KubeServer;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.testkit.Eventually;

/// The controller on a real API server; its pods are processes.
class ClusterHostTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String WORKFLOWS = "/apis/argoproj.io/v1alpha1/namespaces/argo/workflows";
    private static final AtomicInteger HOSTS = new AtomicInteger();

    @TempDir static Path directory;
    private static KubeServer server;
    private static ApiClient client;
    private Path data;
    private ClusterHost host;

    @BeforeAll
    static void startCluster() {
        var cluster = SharedCluster.with("argo");
        server = cluster.server();
        client = cluster.client();
    }

    @BeforeEach
    void open() throws IOException {
        data = directory.resolve("data-" + HOSTS.incrementAndGet());
        host = opened();
    }

    private ClusterHost opened() throws IOException {
        return opened(data, "", Optional.empty());
    }

    private static ClusterHost opened(Path data, String instanceId, Optional<String> executorImage) throws IOException {
        return ClusterHost.open(
                new ClusterHost.Settings(
                        data,
                        Kubeconfig.read(server.kubeconfig()),
                        Optional.of("argo"),
                        instanceId,
                        executorImage,
                        Optional.empty(),
                        Optional.empty(),
                        why -> {
                            throw new IllegalStateException(why);
                        }));
    }

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void a_workflow_that_is_applied_runs_to_its_end_and_its_status_is_argos() throws IOException {
        create(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: diamond, namespace: argo}
                spec:
                  entrypoint: main
                  templates:
                  - name: main
                    dag:
                      tasks:
                      - {name: a, template: say, arguments: {parameters: [{name: word, value: one}]}}
                      - {name: b, template: say, dependencies: [a], arguments: {parameters: [{name: word, value: "{{tasks.a.outputs.result}}-two"}]}}
                      - {name: c, template: script, dependencies: [a]}
                      - {name: d, template: say, dependencies: [b, c], arguments: {parameters: [{name: word, value: "{{tasks.b.outputs.result}}-{{tasks.c.outputs.result}}"}]}}
                  - name: say
                    inputs: {parameters: [{name: word}]}
                    container: {image: busybox, command: [echo], args: ["{{inputs.parameters.word}}"]}
                  - name: script
                    script: {image: busybox, command: [sh], source: "echo three"}
                """);
        var status = ended("diamond");
        assertThat(status.textAt("phase")).as("%s", status).contains("Succeeded");
        assertThat(status.textAt("progress")).contains("4/4");
        var words = new TreeMap<String, String>();
        status.mapAt("nodes")
                .fields()
                .values()
                .forEach(node -> {
                    var given = node.mapAt("inputs").listAt("parameters");
                    if (!given.isEmpty()) {
                        words.put(node.textAt("displayName").orElse(""), given.getFirst().textAt("value").orElse(""));
                    }
                });
        assertThat(words).containsEntry("d", "one-two-three");
        assertThat(workflow("diamond").textAt("metadata", "labels", "workflows.argoproj.io/completed"))
                .contains("true");
        assertThat(pods("diamond"))
                .hasSize(4)
                .allSatisfy(pod -> assertThat(pod.mapAt("spec").listAt("containers")).hasSize(1));
    }

    @Test
    void a_workflow_runs_the_template_that_the_cluster_has() throws IOException {
        apply(
                "/apis/argoproj.io/v1alpha1/namespaces/argo/workflowtemplates",
                """
                apiVersion: argoproj.io/v1alpha1
                kind: WorkflowTemplate
                metadata: {name: shared, namespace: argo}
                spec:
                  entrypoint: fail
                  templates:
                  - name: fail
                    container: {image: busybox, command: [sh, -c], args: ["exit 3"]}
                """);
        create(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: by-template, namespace: argo}
                spec: {workflowTemplateRef: {name: shared}}
                """);
        var status = ended("by-template");
        assertThat(status.textAt("phase")).contains("Failed");
        assertThat(status.textAt("message")).contains("main: Error (exit code 3)");
    }

    @Test
    void what_a_cluster_is_not_asked_for_yet_is_refused_by_name_before_anything_runs() throws IOException {
        create(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: refused, namespace: argo}
                spec:
                  entrypoint: main
                  metrics: {prometheus: [{name: runs, help: runs, counter: {value: "1"}}]}
                  templates:
                  - name: main
                    container: {image: busybox, command: [sh, -c], args: ["echo x > /tmp/x"]}
                    outputs: {artifacts: [{name: x, path: /tmp/x}]}
                """);
        var status = ended("refused");
        assertThat(status.textAt("phase")).contains("Failed");
        assertThat(status.textAt("message").orElse("")).contains("spec.metrics").contains("outputs.artifacts");
        assertThat(pods("refused")).isEmpty();
    }

    /// Argo's executor is a stub of the tests; what it is given and what it reports are Argo's.
    @Test
    void files_and_artifacts_go_through_argos_executor_where_its_image_is_named() throws IOException {
        apply(
                "/api/v1/namespaces/argo/configmaps",
                """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: artifact-repositories
                  namespace: argo
                  annotations: {workflows.argoproj.io/default-artifact-repository: bucket}
                data:
                  bucket: |
                    s3: {endpoint: "bucket.invalid:9000", bucket: things, insecure: true}
                """);
        var place = directory.resolve("made-" + HOSTS.incrementAndGet());
        try (var _ = opened(directory.resolve("data-argo"), "argo-pods", Optional.of("argoexec:stub"))) {
            create(
                    """
                    apiVersion: argoproj.io/v1alpha1
                    kind: Workflow
                    metadata:
                      name: artifacts
                      namespace: argo
                      labels: {workflows.argoproj.io/controller-instanceid: argo-pods}
                    spec:
                      entrypoint: main
                      archiveLogs: true
                      templates:
                      - name: main
                        steps:
                        - - {name: make, template: make}
                        - - name: use
                            template: use
                            arguments:
                              parameters: [{name: word, value: "{{steps.make.outputs.parameters.word}}"}]
                              artifacts: [{name: thing, from: "{{steps.make.outputs.artifacts.thing}}"}]
                        - - {name: say, template: say, arguments: {parameters: [{name: word, value: "{{steps.use.outputs.result}}"}]}}
                      - name: make
                        container: {image: busybox, command: [sh, -c], args: ["echo stuff > PLACE.thing; echo word > PLACE.word"]}
                        sidecars: [{name: beside, image: busybox, command: [sleep], args: ["600"]}]
                        outputs:
                          parameters: [{name: word, valueFrom: {path: PLACE.word}}]
                          artifacts: [{name: thing, path: PLACE.thing}]
                      - name: use
                        inputs: {parameters: [{name: word}], artifacts: [{name: thing, path: /in/thing}]}
                        container: {image: busybox, command: [sh, -c], args: ["echo {{inputs.parameters.word}} and $(cat /in/thing)"]}
                      - name: say
                        inputs: {parameters: [{name: word}]}
                        container: {image: busybox, command: [echo], args: ["{{inputs.parameters.word}}"]}
                    """
                            .replace("PLACE", place.toString()));
            var status = ended("artifacts");
            assertThat(status.textAt("phase")).as("%s", status).contains("Succeeded");
            var said =
                    status.mapAt("nodes").fields().values().stream()
                            .filter(node -> node.textAt("displayName").orElse("").equals("say"))
                            .findFirst()
                            .orElseThrow();
            assertThat(said.mapAt("inputs").listAt("parameters").getFirst().textAt("value")).contains("word and stuff");
            assertThat(said.mapAt("outputs").listAt("artifacts").getFirst().textAt("name")).contains("main-logs");
            assertThat(kept("word and stuff\n")).isTrue();
            assertThat(pods("artifacts").stream().map(pod -> pod.mapAt("spec").listAt("containers").size()).sorted())
                    .containsExactly(1, 2, 3);
            Eventually.within(LIMIT, "no report left", () -> reports().isEmpty());
        }
    }

    /// Whether the server kept a file with that in a bucket that it cannot reach.
    private static boolean kept(String text) {
        try (var files = Files.walk(directory.resolve("data-argo/artifacts"))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file).equals(text)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Value> reports() {
        try {
            return client.get("/apis/argoproj.io/v1alpha1/namespaces/argo/workflowtaskresults").body().listAt("items");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_controller_that_is_gone_and_comes_back_goes_on_where_it_was() throws IOException {
        create(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: restarted, namespace: argo}
                spec:
                  entrypoint: main
                  templates:
                  - name: main
                    steps:
                    - - {name: first, template: slow}
                    - - {name: second, template: slow}
                  - name: slow
                    container: {image: busybox, command: [sh, -c], args: ["sleep 2"]}
                """);
        Eventually.within(LIMIT, "a pod that runs", () -> pods("restarted").stream().anyMatch(ClusterHostTest::runs));
        host.close();
        Eventually.within(
                LIMIT, "a pod that ended unseen", () -> pods("restarted").stream().noneMatch(ClusterHostTest::runs));
        host = opened();
        assertThat(ended("restarted").textAt("phase")).contains("Succeeded");
        assertThat(pods("restarted")).hasSize(2);
    }

    @Test
    void a_workflow_that_is_deleted_takes_its_pods_along() throws IOException {
        create(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: deleted, namespace: argo}
                spec:
                  entrypoint: main
                  templates:
                  - name: main
                    container: {image: busybox, command: [sh, -c], args: ["exec sleep 60"]}
                """);
        Eventually.within(LIMIT, "a pod that runs", () -> pods("deleted").stream().anyMatch(ClusterHostTest::runs));
        client.delete(WORKFLOWS + "/deleted");
        Eventually.within(LIMIT, "no pod that runs", () -> pods("deleted").stream().noneMatch(ClusterHostTest::runs));
    }

    @Test
    void a_shutdown_in_the_spec_ends_the_run() throws IOException {
        create(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: stopped, namespace: argo}
                spec:
                  entrypoint: main
                  templates:
                  - name: main
                    container: {image: busybox, command: [sh, -c], args: ["exec sleep 60"]}
                """);
        Eventually.within(LIMIT, "a pod that runs", () -> pods("stopped").stream().anyMatch(ClusterHostTest::runs));
        client.patch(WORKFLOWS + "/stopped", Value.object("spec", Value.object("shutdown", "Terminate")));
        var status = ended("stopped");
        assertThat(status.textAt("phase")).contains("Failed");
        assertThat(status.textAt("message").orElse("")).contains("Terminate");
    }

    @Test
    void a_workflow_of_another_controller_is_left_alone() throws IOException {
        create(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata:
                  name: others
                  namespace: argo
                  labels: {workflows.argoproj.io/controller-instanceid: other}
                spec:
                  entrypoint: main
                  templates:
                  - {name: main, container: {image: busybox, command: [echo]}}
                """);
        create(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: ours, namespace: argo}
                spec:
                  entrypoint: main
                  templates:
                  - {name: main, container: {image: busybox, command: [echo]}}
                """);
        assertThat(ended("ours").textAt("phase")).contains("Succeeded");
        assertThat(workflow("others").mapAt("status").fields()).isEmpty();
    }

    /// The figures are printed: what a machine that does other things shows is no measure.
    @Test
    void a_chain_costs_two_writes_a_pod_and_its_next_pod_comes_at_once() throws IOException {
        var ended = new ConcurrentHashMap<String, Long>();
        var made = new ConcurrentHashMap<String, Long>();
        try (var own = server.client();
                var _ = new Following(own, "/api/v1/namespaces/argo/pods", new Timed(made, ended))) {
            create(
                    """
                    apiVersion: argoproj.io/v1alpha1
                    kind: Workflow
                    metadata: {name: chain, namespace: argo}
                    spec:
                      entrypoint: main
                      templates:
                      - name: main
                        steps:
                    %s
                      - {name: step, container: {image: busybox, command: [sh, -c], args: ["true"]}}
                    """
                            .formatted(
                                    IntStream.range(0, 10)
                                            .mapToObj(i -> "    - - {name: s%d, template: step}".formatted(i))
                                            .collect(Collectors.joining("\n"))));
            assertThat(ended("chain").textAt("phase")).contains("Succeeded");
            var pods = pods("chain").stream().map(pod -> pod.textAt("metadata", "name").orElse("")).toList();
            Eventually.within(LIMIT, "all pods let go", () -> writes("patch pods", pods) == 10);
            var times = made.keySet().stream().filter(pods::contains).map(made::get).sorted().toList();
            var ends = ended.keySet().stream().filter(pods::contains).map(ended::get).sorted().toList();
            var gaps = new ArrayList<Long>();
            for (int i = 1; i < 10; i++) {
                gaps.add((times.get(i) - ends.get(i - 1)) / 1_000_000);
            }
            System.out.println("ms from a pod's end to the next pod: " + gaps.stream().sorted().toList());
            assertThat(writes("create pods", pods)).isEqualTo(10);
            assertThat(writes("delete pods", pods)).isZero();
            System.out.println(
                    "writes for a chain of ten: "
                            + writes("create pods", pods)
                            + " pods made, "
                            + writes("patch pods", pods)
                            + " let go, "
                            + writes("patch workflows", List.of("chain"))
                            + " of the status");
            assertThat(gaps.stream().sorted().toList().get(4)).isLessThan(1_000);
        }
    }

    private static long writes(String verb, List<String> names) {
        return server.writes().stream()
                .filter(one -> one.startsWith(verb + " ") && names.contains(one.substring(verb.length() + 1)))
                .count();
    }

    /// When pods are first seen, and when they are seen to be over.
    private record Timed(Map<String, Long> made, Map<String, Long> ended) implements Following.Listener {
        @Override
        public void listed(List<Value.Mapping> objects) {
            objects.forEach(this::seen);
        }

        @Override
        public void seen(Value.Mapping pod) {
            var name = pod.textAt("metadata", "name").orElse("");
            made.putIfAbsent(name, System.nanoTime());
            if (pod.textAt("status", "phase").orElse("").equals("Succeeded")) {
                ended.putIfAbsent(name, System.nanoTime());
            }
        }

        @Override
        public void gone(Value.Mapping pod) {}
    }

    private static boolean runs(Value pod) {
        return pod.textAt("status", "phase").orElse("").equals("Running");
    }

    private static void create(String yaml) throws IOException {
        apply(WORKFLOWS, yaml);
    }

    private static void apply(String path, String yaml) throws IOException {
        var json = (Value.Mapping) Yaml.parse(yaml.getBytes(StandardCharsets.UTF_8), "test.yaml").getFirst();
        var answer = client.create(path, json);
        assertThat(answer.done()).as(answer.message()).isTrue();
    }

    private static Value.Mapping workflow(String name) {
        try {
            return client.get(WORKFLOWS + "/" + name).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Value> pods(String workflow) {
        try {
            return client.get(
                            "/api/v1/namespaces/argo/pods?labelSelector=workflows.argoproj.io%2Fworkflow%3D" + workflow)
                    .body()
                    .listAt("items");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The status of a Workflow that is over.
    private static Value.Mapping ended(String name) {
        Eventually.within(
                LIMIT,
                name + " to end",
                () ->
                        workflow(name)
                                .mapAt("status")
                                .find("finishedAt")
                                .filter(Value.Text.class::isInstance)
                                .isPresent());
        return workflow(name).mapAt("status");
    }
}
