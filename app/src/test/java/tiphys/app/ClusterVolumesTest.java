package tiphys.app;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.app.SharedCluster.LIMIT;

import java.io.IOException;
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

/// Claims of volumes that Workflows of a cluster make, and let go of.
class ClusterVolumesTest {
    private static final String NAMESPACE = "volumes";
    private static final String CLAIMS = "/api/v1/namespaces/" + NAMESPACE + "/persistentvolumeclaims/";
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

    private static void run(String name, String command, String more) {
        cluster.run(
                NAMESPACE,
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: %s, namespace: volumes}
                spec:
                  entrypoint: main
                %s  volumeClaimTemplates:
                  - metadata: {name: work, labels: {tier: fast}}
                    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                  templates:
                  - name: main
                    container:
                      image: busybox
                      command: [sh, -c]
                      args: ["%s"]
                      volumeMounts: [{name: work, mountPath: /work}]
                """
                        .formatted(name, more, command));
    }

    private static Optional<String> phase(String workflow) {
        return cluster.ended(NAMESPACE, workflow).textAt("phase");
    }

    @Test
    void a_claim_is_made_for_a_workflow_and_goes_with_its_success() {
        run("worker", "sleep 2", "");
        Eventually.within(LIMIT, "a claim", () -> cluster.there(CLAIMS + "worker-work"));
        var claim = cluster.get(CLAIMS + "worker-work");
        assertThat(claim.textAt("metadata", "labels", "workflows.argoproj.io/workflow")).contains("worker");
        assertThat(claim.textAt("metadata", "labels", "tier")).contains("fast");
        var owner = claim.listAt("metadata", "ownerReferences").getFirst();
        assertThat(owner.textAt("uid")).isEqualTo(cluster.workflow(NAMESPACE, "worker").textAt("metadata", "uid"));
        Eventually.within(LIMIT, "a pod", () -> cluster.pods(NAMESPACE, "worker").size() == 1);
        assertThat(
                        cluster.pods(NAMESPACE, "worker").getFirst().listAt("spec", "volumes").stream()
                                .map(volume -> volume.textAt("persistentVolumeClaim", "claimName").orElse("")))
                .contains("worker-work");
        assertThat(phase("worker")).contains("Succeeded");
        Eventually.within(LIMIT, "the claim to go", () -> !cluster.there(CLAIMS + "worker-work"));
        assertThat(cluster.workflow(NAMESPACE, "worker").listAt("status", "persistentVolumeClaims")).isEmpty();
    }

    @Test
    void a_claim_of_a_workflow_that_failed_stays_unless_the_manifest_says_otherwise() {
        run("failed", "exit 1", "");
        run("cleaned", "exit 1", "  volumeClaimGC: {strategy: OnWorkflowCompletion}\n");
        assertThat(phase("cleaned")).contains("Failed");
        Eventually.within(LIMIT, "the claim to go", () -> !cluster.there(CLAIMS + "cleaned-work"));
        assertThat(phase("failed")).contains("Failed");
        assertThat(cluster.there(CLAIMS + "failed-work")).isTrue();
        assertThat(cluster.workflow(NAMESPACE, "failed").listAt("status", "persistentVolumeClaims")).hasSize(1);
    }

    @Test
    void a_claim_that_is_somebody_elses_is_not_taken() {
        cluster.apply(
                "/api/v1/namespaces/volumes/persistentvolumeclaims",
                """
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: thief-work, namespace: volumes}
                spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                """);
        run("thief", "true", "");
        var status = cluster.ended(NAMESPACE, "thief");
        assertThat(status.textAt("message").orElse("")).contains("thief-work pvc already exists");
        assertThat(cluster.there(CLAIMS + "thief-work")).isTrue();
    }

    @Test
    void a_claim_that_a_killed_controller_left_goes_at_the_next_start() throws IOException {
        run("left", "true", "");
        assertThat(phase("left")).contains("Succeeded");
        Eventually.within(LIMIT, "the claim to go", () -> !cluster.there(CLAIMS + "left-work"));
        host.close();
        var workflow = cluster.workflow(NAMESPACE, "left"); // as if it had been killed between the end and the deletion
        var owner =
                Value.object(
                        "apiVersion",
                        "argoproj.io/v1alpha1",
                        "kind",
                        "Workflow",
                        "name",
                        "left",
                        "uid",
                        workflow.textAt("metadata", "uid").orElseThrow());
        var made =
                cluster.client()
                        .create(
                                "/api/v1/namespaces/volumes/persistentvolumeclaims",
                                Value.object(
                                        "apiVersion",
                                        "v1",
                                        "kind",
                                        "PersistentVolumeClaim",
                                        "metadata",
                                        Value.object(
                                                "name",
                                                "left-work",
                                                "labels",
                                                Value.object("workflows.argoproj.io/workflow", "left"),
                                                "ownerReferences",
                                                List.of(owner)),
                                        "spec",
                                        Value.object(
                                                "accessModes",
                                                List.of("ReadWriteOnce"),
                                                "resources",
                                                Value.object("requests", Value.object("storage", "1Gi")))));
        assertThat(made.done()).as(made.message()).isTrue();
        open();
        Eventually.within(LIMIT, "the claim to go", () -> !cluster.there(CLAIMS + "left-work"));
    }
}
