package tiphys.kubernetes.steps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.engine.AttemptId;
import tiphys.engine.Executor;
import tiphys.engine.Orders;
import tiphys.engine.ReportLog;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.Ending;
import tiphys.kubernetes.client.ApiClient;
import tiphys.kubernetes.cluster.KubeServer;
import tiphys.kubernetes.cluster.ProcessKubelet;
import tiphys.kubernetes.pod.PodSettings;
import tiphys.manifest.Value;
import tiphys.testkit.Eventually;

class KubernetesExecutorTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir static Path directory;
    private static final AtomicInteger PODS = new AtomicInteger();
    private static KubeServer server;
    private static ProcessKubelet kubelet;
    private final ReportLog reports = new ReportLog();
    private ApiClient client;
    private Executor executor;

    @BeforeAll
    static void startCluster() {
        server = KubeServer.start(directory.resolve("server"));
        server.namespace("argo");
        kubelet = ProcessKubelet.join(server, directory.resolve("node"));
    }

    @AfterAll
    static void endCluster() {
        if (kubelet != null) {
            kubelet.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void open() throws IOException {
        client = server.client();
        executor = opened();
        executor.onReports(reports);
    }

    private KubernetesExecutor opened() throws IOException {
        return KubernetesExecutor.open(
                client,
                PodSettings.DEFAULT,
                Optional.of("argo"),
                KubernetesExecutor.Surroundings.NONE,
                InstantSource.system());
    }

    @AfterEach
    void close() {
        executor.close();
        client.close();
    }

    @Test
    void the_result_of_a_script_is_what_its_pod_printed() {
        var order =
                named(
                        Orders.shell("", executor.host(), "")
                                .calling("sh")
                                .with()
                                .script("echo one\necho two\n")
                                .wantingResult());
        executor.start(order, Orders.NO_MATERIALS);
        assertThat(reports.ending(order.attempt())).isEqualTo(new Ending.Exited(0, Optional.of("one\ntwo"), Map.of()));
    }

    @Test
    void a_program_that_is_not_there_fails_in_the_kubelets_words() {
        var order = named(Orders.shell("", executor.host(), "").calling("no-such-program").with());
        executor.start(order, Orders.NO_MATERIALS);
        assertThat(reports.ending(order.attempt()))
                .isInstanceOfSatisfying(
                        Ending.Served.class,
                        end -> {
                            assertThat(end.message()).startsWith("main: StartError (exit code 128): ");
                            assertThat(end.outcome()).isEqualTo(Ending.Outcome.FAILED);
                        });
    }

    @Test
    void a_step_whose_deadline_is_over_is_ended_by_the_kubelet() {
        var order = named(Orders.shell("", executor.host(), "exec sleep 60").deadline(Instant.now().plusSeconds(2)));
        executor.start(order, Orders.NO_MATERIALS);
        assertThat(reports.ending(order.attempt())).isEqualTo(new Ending.DeadlineExceeded(OptionalInt.of(143)));
    }

    @Test
    void an_end_that_came_while_the_server_was_away_is_told_to_the_next_one() throws IOException {
        var order = named(Orders.shell("", executor.host(), "sleep 1; exit 7"));
        executor.start(order, Orders.NO_MATERIALS);
        reports.awaitStart(order.attempt());
        executor.close(); // as a kill does: nothing is said to anybody
        Eventually.within(LIMIT, "a pod that ended", () -> phase(order).equals("Failed"));
        executor = opened();
        var later = new ReportLog();
        executor.onReports(later);
        executor.reconcile(List.of(order));
        executor.claimed(order.attempt());
        assertThat(later.ending(order.attempt())).isEqualTo(new Ending.Exited(7, Optional.empty(), Map.of()));
    }

    @Test
    void an_order_that_is_given_again_after_a_restart_takes_up_the_pod_that_it_made() throws IOException {
        var order = named(Orders.shell("", executor.host(), "sleep 1; exit 3"));
        executor.start(order, Orders.NO_MATERIALS);
        reports.awaitStart(order.attempt());
        var uid = pod(order).textAt("metadata", "uid");
        executor.close();
        executor = opened();
        var later = new ReportLog();
        executor.onReports(later);
        executor.reconcile(List.of(order));
        executor.start(order, Orders.NO_MATERIALS);
        assertThat(later.ending(order.attempt())).isInstanceOf(Ending.Exited.class);
        assertThat(pod(order).textAt("metadata", "uid")).isEqualTo(uid);
    }

    @Test
    void a_pod_of_another_attempt_is_not_taken_for_the_steps_own() {
        var first = named(Orders.shell("", executor.host(), "exit 0"));
        executor.start(first, Orders.NO_MATERIALS);
        reports.ending(first.attempt());
        var second = renamed(first, "another-" + first.attempt());
        executor.start(second, Orders.NO_MATERIALS);
        assertThat(reports.ending(second.attempt()))
                .isInstanceOfSatisfying(
                        Ending.NotStarted.class, end -> assertThat(end.message()).contains("already exists"));
    }

    @Test
    void a_pod_that_somebody_deletes_ends_its_step_in_error_and_stays_until_that_is_recorded() throws IOException {
        var order = named(Orders.shell("", executor.host(), "exec sleep 60"));
        executor.start(order, Orders.NO_MATERIALS);
        reports.awaitStart(order.attempt());
        client.delete(path(order));
        assertThat(reports.ending(order.attempt()))
                .isInstanceOfSatisfying(Ending.Served.class, end -> assertThat(end.message()).isEqualTo("pod deleted"));
        assertThat(client.get(path(order)).code()).isEqualTo(200);
        executor.forget(order.attempt());
        Eventually.within(LIMIT, "the pod to go", () -> code(order) == 404);
    }

    @Test
    void a_pod_whose_end_is_recorded_is_let_go_and_bears_argos_label() {
        var order = named(Orders.shell("", executor.host(), "exit 0"));
        executor.start(order, Orders.NO_MATERIALS);
        reports.ending(order.attempt());
        assertThat(pod(order).listAt("metadata", "finalizers")).isNotEmpty();
        executor.forget(order.attempt());
        Eventually.within(LIMIT, "the label", () -> completed(order));
        assertThat(pod(order).listAt("metadata", "finalizers")).isEmpty();
    }

    @Test
    void a_pod_that_nobody_waits_for_any_more_is_let_go_after_a_restart() throws IOException {
        var order = named(Orders.shell("", executor.host(), "exit 0"));
        executor.start(order, Orders.NO_MATERIALS);
        reports.ending(order.attempt());
        executor.close(); // after the end was recorded, before the pod was let go
        executor = opened();
        executor.onReports(new ReportLog());
        executor.reconcile(List.of());
        Eventually.within(LIMIT, "the label", () -> completed(order));
    }

    @Test
    void a_pod_that_waits_for_a_node_goes_at_once_when_it_is_cancelled() {
        var plain = named(Orders.shell("", executor.host(), "exit 0"));
        var order = on(plain, Value.object("spec", Value.object("nodeSelector", Value.object("disk", "none"))));
        executor.start(order, Orders.NO_MATERIALS);
        Eventually.within(LIMIT, "a pod", () -> code(order) == 200);
        executor.cancel(order.attempt());
        assertThat(reports.ending(order.attempt())).isEqualTo(new Ending.Cancelled());
        assertThat(reports.all()).noneMatch(StepReport.Started.class::isInstance);
    }

    @Test
    void an_evicted_pod_fails_with_what_the_kubelet_says() {
        var order = named(Orders.shell("", executor.host(), "exec sleep 60"));
        executor.start(order, Orders.NO_MATERIALS);
        reports.awaitStart(order.attempt());
        kubelet.say(
                "argo",
                order.podName(),
                Map.of("phase", "Failed", "reason", "Evicted", "message", "The node was low on resource: memory. "));
        assertThat(reports.ending(order.attempt()))
                .isInstanceOfSatisfying(
                        Ending.Served.class,
                        end -> {
                            assertThat(end.message()).isEqualTo("The node was low on resource: memory. ");
                            assertThat(end.outcome()).isEqualTo(Ending.Outcome.FAILED);
                        });
    }

    @Test
    void a_daemon_is_ready_at_its_pods_address() {
        var order =
                renamed(
                        Orders.of(
                                "",
                                executor.host(),
                                Value.object(
                                        "daemon",
                                        true,
                                        "container",
                                        Value.object(
                                                "image",
                                                "busybox",
                                                "command",
                                                List.of("sleep"),
                                                "args",
                                                List.of("60")))),
                        "daemon-" + PODS.incrementAndGet());
        executor.start(order, Orders.NO_MATERIALS);
        assertThat(reports.awaitReady(order.attempt())).isEqualTo("127.0.0.1");
        executor.cancel(order.attempt());
        assertThat(reports.ending(order.attempt())).isInstanceOf(Ending.Cancelled.class);
    }

    @Test
    void steps_go_on_when_the_api_server_crashes_and_comes_back() {
        var before = named(Orders.shell("", executor.host(), "sleep 3; exit 5"));
        executor.start(before, Orders.NO_MATERIALS);
        reports.awaitStart(before.attempt());
        server.crash();
        var after = named(Orders.shell("", executor.host(), "exit 6"));
        executor.start(after, Orders.NO_MATERIALS);
        assertThat(reports.ending(before.attempt())).isEqualTo(new Ending.Exited(5, Optional.empty(), Map.of()));
        assertThat(reports.ending(after.attempt())).isEqualTo(new Ending.Exited(6, Optional.empty(), Map.of()));
    }

    @Test
    void a_hundred_steps_end_each_once_with_its_own_code() {
        var orders = new java.util.ArrayList<StepOrder>();
        for (int i = 0; i < 100; i++) {
            orders.add(named(Orders.shell("", executor.host(), "exit " + i % 7)));
        }
        orders.forEach(order -> executor.start(order, Orders.NO_MATERIALS));
        for (int i = 0; i < orders.size(); i++) {
            assertThat(reports.ending(orders.get(i).attempt()))
                    .isEqualTo(new Ending.Exited(i % 7, Optional.empty(), Map.of()));
        }
        assertThat(reports.all().stream().filter(StepReport.Ended.class::isInstance)).hasSize(100);
    }

    private static StepOrder named(Orders orders) {
        return renamed(orders.order(), "attempt-" + PODS.incrementAndGet());
    }

    private static StepOrder renamed(StepOrder order, String attempt) {
        var pod = order.podName().startsWith("pod-") ? order.podName() : "pod-" + PODS.incrementAndGet();
        return new StepOrder(
                new AttemptId(attempt),
                order.runUid(),
                order.host(),
                "argo",
                order.runName(),
                order.nodeId(),
                order.nodeName(),
                pod,
                order.template(),
                order.resultWanted(),
                order.deadline(),
                order.grace());
    }

    private static StepOrder on(StepOrder order, Value.Mapping pod) {
        return new StepOrder(
                order.attempt(),
                order.runUid(),
                order.host(),
                order.namespace(),
                order.runName(),
                order.nodeId(),
                order.nodeName(),
                order.podName(),
                order.template(),
                order.resultWanted(),
                order.deadline(),
                order.grace(),
                pod);
    }

    private static String path(StepOrder order) {
        return "/api/v1/namespaces/argo/pods/" + order.podName();
    }

    private Value.Mapping pod(StepOrder order) {
        try {
            return client.get(path(order)).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int code(StepOrder order) {
        try {
            return client.get(path(order)).code();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String phase(StepOrder order) {
        return pod(order).textAt("status", "phase").orElse("");
    }

    private boolean completed(StepOrder order) {
        return pod(order).textAt("metadata", "labels", "workflows.argoproj.io/completed").equals(Optional.of("true"));
    }
}
