package tiphys.app;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.app.SharedCluster.LIMIT;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.manifest.Value;
import tiphys.testkit.Eventually;

/// What the controller takes away: Workflows by their time to live, pods by `podGC`, and the budgets that it made.
class ClusterCleanupTest {
    private static final String NAMESPACE = "cleanup";
    private static final String BUDGETS = "/apis/policy/v1/namespaces/" + NAMESPACE + "/poddisruptionbudgets/";
    private static SharedCluster cluster;
    @TempDir Path data;
    private ClusterHost host;

    @BeforeAll
    static void start() {
        cluster = SharedCluster.with(NAMESPACE);
    }

    @BeforeEach
    void open() throws IOException {
        host = cluster.controller(data, NAMESPACE);
    }

    @AfterEach
    void close() {
        host.close();
    }

    private void restart() throws IOException {
        host.close();
        open();
    }

    private static void run(String name, String spec) {
        cluster.run(
                NAMESPACE,
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: %s, namespace: cleanup}
                spec:
                  entrypoint: main
                %s\
                """
                        .formatted(name, spec.indent(2)));
    }

    private static List<Value> pods(String workflow) {
        return cluster.pods(NAMESPACE, workflow);
    }

    private static Optional<String> phase(String workflow) {
        return cluster.ended(NAMESPACE, workflow).textAt("phase");
    }

    /// Waits until the pod of a template runs.
    private static void awaitRunning(String workflow, String template) {
        Eventually.within(
                LIMIT,
                "a pod of " + template,
                () ->
                        pods(workflow).stream()
                                .anyMatch(pod ->
                                        runs(pod)
                                                && pod.textAt("metadata", "name")
                                                        .orElse("")
                                                        .matches(workflow + "(-" + template + "-.*)?")));
    }

    private static boolean runs(Value pod) {
        return pod.textAt("status", "phase").orElse("").equals("Running");
    }

    private static boolean there(String workflow) {
        return cluster.there("/apis/argoproj.io/v1alpha1/namespaces/cleanup/workflows/" + workflow);
    }

    @Test
    void a_workflow_goes_when_its_time_to_live_is_over() {
        run(
                "shortlived",
                """
                ttlStrategy: {secondsAfterSuccess: 2}
                templates: [{name: main, container: {image: busybox, command: ["true"]}}]
                """);
        assertThat(phase("shortlived")).contains("Succeeded");
        Eventually.within(LIMIT, "the workflow to go", () -> !there("shortlived"));
        assertThat(cluster.server().writes()).contains("delete workflows shortlived");
    }

    @Test
    void the_time_to_live_counts_on_while_the_controller_is_away() throws IOException {
        run(
                "away",
                """
                ttlStrategy: {secondsAfterCompletion: 4}
                templates: [{name: main, container: {image: busybox, command: ["false"]}}]
                """);
        assertThat(phase("away")).contains("Failed");
        restart();
        Eventually.within(LIMIT, "the workflow to go", () -> !there("away"));
    }

    @Test
    void pods_go_as_soon_as_they_are_over_and_their_results_stay() {
        run(
                "at-once",
                """
                podGC: {strategy: OnPodCompletion, deleteDelayDuration: 0s}
                templates:
                - name: main
                  steps:
                  - - {name: first, template: say, arguments: {parameters: [{name: word, value: one}]}}
                  - - {name: second, template: say, arguments: {parameters: [{name: word, value: "{{steps.first.outputs.result}}-two"}]}}
                  - - {name: third, template: hold}
                - name: say
                  inputs: {parameters: [{name: word}]}
                  container: {image: busybox, command: [echo], args: ["{{inputs.parameters.word}}"]}
                - name: hold
                  container: {image: busybox, command: [sh, -c], args: ["sleep 3"]}
                """);
        awaitRunning("at-once", "hold");
        Eventually.within(LIMIT, "the last pod alone", () -> pods("at-once").size() == 1);
        assertThat(phase("at-once")).contains("Succeeded");
        Eventually.within(LIMIT, "no pod", () -> pods("at-once").isEmpty());
        assertThat(cluster.workflow(NAMESPACE, "at-once").toString()).contains("one-two");
    }

    @Test
    void a_pod_that_failed_stays_where_only_success_takes_pods_away() {
        run(
                "successes",
                """
                podGC: {strategy: OnPodSuccess, deleteDelayDuration: 0s}
                templates:
                - name: main
                  steps:
                  - - {name: good, template: exit, arguments: {parameters: [{name: code, value: "0"}]}}
                    - {name: bad, template: exit, arguments: {parameters: [{name: code, value: "3"}]}}
                - name: exit
                  inputs: {parameters: [{name: code}]}
                  container: {image: busybox, command: [sh, -c], args: ["exit {{inputs.parameters.code}}"]}
                """);
        assertThat(phase("successes")).contains("Failed");
        Eventually.within(LIMIT, "one pod", () -> pods("successes").size() == 1);
        Eventually.within(LIMIT, "argo's label", () -> completed(pods("successes").getFirst()));
        assertThat(pods("successes").getFirst().textAt("status", "phase")).contains("Failed");
    }

    private static boolean completed(Value pod) {
        return pod.textAt("metadata", "labels", "workflows.argoproj.io/completed").equals(Optional.of("true"));
    }

    @Test
    void only_pods_that_the_selector_means_go_with_the_success_of_their_workflow() {
        run(
                "selected",
                """
                podGC:
                  strategy: OnWorkflowSuccess
                  deleteDelayDuration: 0s
                  labelSelector: {matchLabels: {keep: "no"}}
                templates:
                - name: main
                  steps:
                  - - {name: a, template: kept}
                    - {name: b, template: unkept}
                - {name: kept, metadata: {labels: {keep: "yes"}}, container: {image: busybox, command: ["true"]}}
                - {name: unkept, metadata: {labels: {keep: "no"}}, container: {image: busybox, command: ["true"]}}
                """);
        assertThat(phase("selected")).contains("Succeeded");
        Eventually.within(LIMIT, "one pod", () -> pods("selected").size() == 1);
        assertThat(pods("selected").getFirst().textAt("metadata", "labels", "keep")).contains("yes");
    }

    @Test
    void pods_that_wait_for_the_end_of_their_workflow_are_not_forgotten_by_a_restart() throws IOException {
        run(
                "through-restart",
                """
                podGC: {strategy: OnWorkflowCompletion, deleteDelayDuration: 0s}
                templates:
                - name: main
                  steps:
                  - - {name: first, template: quick}
                  - - {name: second, template: slow}
                - {name: quick, container: {image: busybox, command: ["true"]}}
                - {name: slow, container: {image: busybox, command: [sh, -c], args: ["sleep 4; exit 1"]}}
                """);
        awaitRunning("through-restart", "slow");
        assertThat(pods("through-restart")).hasSize(2);
        restart();
        assertThat(phase("through-restart")).contains("Failed");
        Eventually.within(LIMIT, "no pod", () -> pods("through-restart").isEmpty());
    }

    @Test
    void a_deleted_workflow_waits_for_its_artifacts_to_be_deleted() throws IOException {
        cluster.apply(
                "/api/v1/namespaces/cleanup/configmaps",
                """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: artifact-repositories
                  namespace: cleanup
                  annotations: {workflows.argoproj.io/default-artifact-repository: bucket}
                data:
                  bucket: |
                    s3: {endpoint: "bucket.invalid:9000", bucket: things, insecure: true}
                """);
        run(
                "kept",
                """
                archiveLogs: true
                artifactGC: {strategy: OnWorkflowDeletion}
                templates: [{name: main, container: {image: busybox, command: [echo], args: ["a log that is kept"]}}]
                """);
        assertThat(phase("kept")).contains("Succeeded");
        var workflow = cluster.workflow(NAMESPACE, "kept");
        assertThat(workflow.listAt("metadata", "finalizers")).contains(Value.text("workflows.argoproj.io/artifact-gc"));
        assertThat(keys()).isEqualTo(1);
        host.close();
        cluster.client().delete("/apis/argoproj.io/v1alpha1/namespaces/cleanup/workflows/kept");
        assertThat(there("kept")).isTrue();
        open();
        Eventually.within(LIMIT, "the workflow to go", () -> !there("kept"));
        assertThat(keys()).isZero();
    }

    /// How many artifacts the controller keeps, for a bucket that it cannot reach.
    private long keys() throws IOException {
        try (var files = Files.walk(data.resolve("artifacts"))) {
            return files.filter(Files::isRegularFile).filter(file -> !file.toString().contains("blobs")).count();
        }
    }

    @Test
    void a_disruption_budget_is_there_while_its_workflow_runs() {
        run(
                "protected",
                """
                podDisruptionBudget: {minAvailable: 9999}
                templates: [{name: main, container: {image: busybox, command: [sh, -c], args: ["sleep 2"]}}]
                """);
        awaitRunning("protected", "main");
        var budget = cluster.get(BUDGETS + "protected");
        assertThat(budget.textAt("spec", "selector", "matchLabels", "workflows.argoproj.io/workflow"))
                .contains("protected");
        assertThat(budget.listAt("metadata", "ownerReferences").getFirst().textAt("uid"))
                .isEqualTo(cluster.workflow(NAMESPACE, "protected").textAt("metadata", "uid"));
        assertThat(phase("protected")).contains("Succeeded");
        Eventually.within(LIMIT, "the budget to go", () -> !cluster.there(BUDGETS + "protected"));
    }
}
