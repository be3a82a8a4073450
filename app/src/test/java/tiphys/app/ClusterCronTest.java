package tiphys.app;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.app.SharedCluster.LIMIT;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.manifest.Value;
import tiphys.testkit.Eventually;

/// CronWorkflows of a cluster.
class ClusterCronTest {
    private static final String NAMESPACE = "crons";
    private static final String CRONS = "/apis/argoproj.io/v1alpha1/namespaces/" + NAMESPACE + "/cronworkflows";
    private static final String RUNS =
            "/apis/argoproj.io/v1alpha1/namespaces/"
                    + NAMESPACE
                    + "/workflows?labelSelector=workflows.argoproj.io%2Fcron-workflow%3D";
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

    private static void cron(String name, String command, String more) {
        cluster.apply(
                CRONS,
                """
                apiVersion: argoproj.io/v1alpha1
                kind: CronWorkflow
                metadata: {name: %s, namespace: crons}
                spec:
                  schedules: ["@every 2s"]
                %s  workflowMetadata: {labels: {made: by-cron}}
                  workflowSpec:
                    entrypoint: main
                    templates:
                    - {name: main, container: {image: busybox, command: [sh, -c], args: ["%s"]}}
                """
                        .formatted(name, more, command));
    }

    private static List<Value> runs(String cron) {
        return cluster.get(RUNS + cron).listAt("items");
    }

    private static Value.Mapping cronStatus(String name) {
        return cluster.get(CRONS + "/" + name).mapAt("status");
    }

    private static void suspend(String name) throws IOException {
        cluster.client().patch(CRONS + "/" + name, Value.object("spec", Value.object("suspend", true)));
    }

    @Test
    void a_cron_workflow_makes_workflows_that_are_its_own_and_says_when() throws IOException {
        cron("ticking", "true", "  successfulJobsHistoryLimit: 50\n");
        Eventually.within(
                LIMIT,
                "two runs that are over",
                () ->
                        runs("ticking").stream()
                                        .filter(run -> run.textAt("status", "phase").orElse("").equals("Succeeded"))
                                        .count()
                                >= 2);
        suspend("ticking");
        var run = runs("ticking").getFirst();
        assertThat(run.textAt("metadata", "name").orElse("")).matches("ticking-[0-9]{10}");
        assertThat(run.textAt("metadata", "labels", "made")).contains("by-cron");
        assertThat(run.textAt("metadata", "annotations", "workflows.argoproj.io/scheduled-time")).isPresent();
        var owner = run.listAt("metadata", "ownerReferences").getFirst();
        assertThat(owner.textAt("kind")).contains("CronWorkflow");
        assertThat(owner.textAt("uid")).isEqualTo(cluster.get(CRONS + "/ticking").textAt("metadata", "uid"));
        Eventually.within(
                LIMIT,
                "its status",
                () ->
                        cronStatus("ticking").textAt("lastScheduledTime").isPresent()
                                && cronStatus("ticking").find("succeeded").isPresent()
                                && cronStatus("ticking").listAt("active").isEmpty());
    }

    @Test
    void a_restart_makes_no_time_twice_and_goes_on() throws IOException {
        cron("restarted", "true", "  successfulJobsHistoryLimit: 50\n");
        Eventually.within(LIMIT, "a run", () -> !runs("restarted").isEmpty());
        host.close();
        int before = runs("restarted").size();
        open();
        Eventually.within(LIMIT, "another run", () -> runs("restarted").size() > before);
        suspend("restarted");
        var times = new HashSet<String>();
        for (var run : runs("restarted")) {
            assertThat(
                            times.add(
                                    run.textAt("metadata", "annotations", "workflows.argoproj.io/scheduled-time")
                                            .orElse("")))
                    .isTrue();
        }
    }

    @Test
    void runs_that_are_more_than_the_history_holds_go_and_one_takes_the_place_of_another() throws IOException {
        cron("replaced", "exec sleep 60", "  concurrencyPolicy: Replace\n  failedJobsHistoryLimit: 1\n");
        Eventually.within(
                LIMIT,
                "a run that was ended for another",
                () ->
                        runs("replaced").stream()
                                .anyMatch(run ->
                                        run.textAt("spec", "shutdown").orElse("").equals("Terminate")
                                                && run.textAt("status", "phase").orElse("").equals("Failed")));
        Eventually.within(
                LIMIT,
                "a run that went",
                () -> cluster.server().writes().stream().anyMatch(one -> one.startsWith("delete workflows replaced-")));
        suspend("replaced");
    }
}
