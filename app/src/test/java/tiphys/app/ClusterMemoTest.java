package tiphys.app;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.app.SharedCluster.LIMIT;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.testkit.Eventually;

/// Results that steps on a cluster leave for others, in its ConfigMaps.
class ClusterMemoTest {
    private static final String NAMESPACE = "memos";
    private static final String MAPS = "/api/v1/namespaces/" + NAMESPACE + "/configmaps";
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

    /// Runs the same costly step twice.
    private static void runTwice(String name, String cache) {
        cluster.run(
                NAMESPACE,
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: %1$s, namespace: memos}
                spec:
                  entrypoint: main
                  templates:
                  - name: main
                    steps:
                    - - {name: first, template: costly}
                    - - {name: second, template: costly}
                  - name: costly
                    memoize: {key: answer, maxAge: 1h, cache: {configMap: {name: %2$s}}}
                    script: {image: busybox, command: [sh], source: "echo made by %1$s"}
                """
                        .formatted(name, cache));
        assertThat(cluster.ended(NAMESPACE, name).textAt("phase")).contains("Succeeded");
    }

    @Test
    void a_result_that_is_kept_saves_the_next_step_its_pod() {
        runTwice("maker", "kept");
        assertThat(cluster.pods(NAMESPACE, "maker")).hasSize(1);
        Eventually.within(LIMIT, "the entry", () -> cluster.get(MAPS + "/kept").textAt("data", "answer").isPresent());
        var map = cluster.get(MAPS + "/kept");
        assertThat(map.textAt("metadata", "labels", "workflows.argoproj.io/configmap-type")).contains("Cache");
        runTwice("user", "kept");
        assertThat(cluster.pods(NAMESPACE, "user")).isEmpty();
    }

    @Test
    void an_entry_leaves_what_others_keep_in_the_same_map() {
        cluster.apply(
                MAPS,
                """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: shared, namespace: memos, labels: {workflows.argoproj.io/configmap-type: Cache}}
                data: {other: "{}"}
                """);
        runTwice("beside", "shared");
        Eventually.within(LIMIT, "the entry", () -> cluster.get(MAPS + "/shared").textAt("data", "answer").isPresent());
        assertThat(cluster.get(MAPS + "/shared").textAt("data", "other")).contains("{}");
    }

    @Test
    void a_map_that_somebody_deletes_is_forgotten() throws IOException {
        runTwice("before", "deleted");
        Eventually.within(LIMIT, "the map", () -> cluster.there(MAPS + "/deleted"));
        cluster.client().delete(MAPS + "/deleted");
        Eventually.within(
                LIMIT,
                "a step that runs again",
                () -> {
                    var name = "after-" + System.nanoTime();
                    runTwice(name, "deleted");
                    return !cluster.pods(NAMESPACE, name).isEmpty();
                });
    }
}
