package tiphys.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.container.api.Engine;
import tiphys.container.api.EngineFailed;
import tiphys.engine.AttemptId;
import tiphys.engine.Materials;
import tiphys.engine.Orders;
import tiphys.engine.ReportLog;
import tiphys.engine.StepOrder;
import tiphys.engine.StepOrder.Mount;
import tiphys.engine.StepOrder.Origin;
import tiphys.engine.StepOrder.Part;
import tiphys.engine.StepOrder.Volume;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.ContainerEnd;
import tiphys.engine.StepReport.Ending;
import tiphys.manifest.Value;
import tiphys.testkit.Eventually;

/// What real containers do, on each engine alike.
abstract class ContainerSteps {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir private Path data;

    private ContainerExecutor executor;
    private ReportLog reports = new ReportLog();

    abstract Engine engine();

    @BeforeEach
    void open() throws IOException {
        executor = opened();
    }

    private ContainerExecutor opened() throws IOException {
        var settings = new ContainerSettings(4, 1 << 20, 1 << 20, ContainerSettings.Leaving.GO_ON);
        var opened = ContainerExecutor.open(engine(), data, settings);
        reports = new ReportLog();
        opened.onReports(reports);
        return opened;
    }

    @AfterEach
    void close() throws IOException {
        if (executor == null) {
            return; // its engine is not on this machine
        }
        executor.close();
        ContainerExecutor.open(engine(), data, new ContainerSettings(1, 1, 1, ContainerSettings.Leaving.END)).close();
    }

    private Orders shell(String line) {
        return Orders.shell("a1", executor.host(), line);
    }

    private Ending end(Orders order) {
        return end(order.order(), Orders.NO_MATERIALS);
    }

    private Ending end(StepOrder order, Materials materials) {
        executor.start(order, materials);
        return reports.ending(order.attempt());
    }

    private StepOrder template(Value.Mapping template) {
        return Orders.of("a1", executor.host(), template);
    }

    private static Value.Mapping container(String line, Object... more) {
        var container = Value.object("image", "alpine:3.20", "command", List.of("sh", "-c"), "args", List.of(line));
        for (int i = 0; i < more.length; i += 2) {
            container = container.with((String) more[i], Value.of(more[i + 1]));
        }
        return container;
    }

    private static Ending exited(int code) {
        return new Ending.Exited(code, Optional.empty(), Map.of());
    }

    private static Ending result(String result) {
        return new Ending.Exited(0, Optional.of(result), Map.of());
    }

    private String log() throws IOException {
        try (var in = executor.logs().open(new AttemptId("a1"))) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private void awaitNoContainers() throws IOException {
        var server = Files.readString(data.resolve("containers")).strip();
        Eventually.within(
                SOON,
                "the removal of all containers",
                () -> {
                    try {
                        return engine().list(Names.SERVER + "=" + server).isEmpty();
                    } catch (EngineFailed e) {
                        throw new AssertionError(e);
                    }
                });
    }

    @Test
    void what_a_step_prints_is_kept_after_its_container_is_gone() throws IOException {
        assertThat(end(shell("echo out; echo err >&2; printf last"))).isEqualTo(exited(0));
        awaitNoContainers();
        assertThat(log()).contains("out\n", "err\n", "last");
    }

    @Test
    void a_result_is_stdout_alone_without_one_newline() throws IOException {
        assertThat(end(shell("echo a; echo err >&2; echo b").wantingResult())).isEqualTo(result("a\nb"));
        assertThat(log()).contains("err\n");
    }

    @Test
    void what_a_step_prints_can_be_read_while_it_runs() throws Exception {
        executor.start(shell("echo first; sleep 60").order(), Orders.NO_MATERIALS);
        Eventually.within(
                SOON,
                "the first line",
                () -> {
                    try {
                        return log().equals("first\n");
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
        executor.cancel(new AttemptId("a1"));
        assertThat(reports.ending(new AttemptId("a1"))).isEqualTo(new Ending.Cancelled(OptionalInt.of(143)));
    }

    @Test
    void output_parameters_come_from_any_path_and_through_links() {
        var order =
                shell("echo one > /tmp/x; mkdir -p /very/deep; echo two > /very/deep/y; ln -s /very/deep/y /z")
                        .output("x", "/tmp/x")
                        .output("y", "/very/deep/y")
                        .output("z", "/z")
                        .output("none", "/not/there");
        assertThat(end(order))
                .isEqualTo(new Ending.Exited(0, Optional.empty(), Map.of("x", "one", "y", "two", "z", "two")));
    }

    @Test
    void a_parameter_that_is_a_directory_is_refused() {
        assertThat(end(shell("mkdir /tmp/d").output("d", "/tmp/d"))).isInstanceOf(Ending.OutputsRefused.class);
    }

    @Test
    void a_script_is_run_by_its_command() {
        assertThat(end(shell("").calling("sh").with().script("echo $0 $((1 + 2))").wantingResult()))
                .isEqualTo(result("/argo/staging/script 3"));
    }

    @Test
    void a_step_without_a_command_runs_what_its_image_says() {
        var order = template(Value.object("container", Value.object("image", "alpine:3.20")));
        assertThat(end(order, Orders.NO_MATERIALS)).isEqualTo(exited(0));
    }

    @Test
    void references_to_variables_are_replaced_in_commands() {
        var order = shell("echo $(WHO) $$HOME-$(NOBODY)").wantingResult();
        assertThat(end(order.order(), new Materials(Map.of("WHO", "me"), Map.of()))).isEqualTo(result("me /root-"));
    }

    @Test
    void a_program_that_is_not_there_fails_in_the_words_of_argo() {
        assertThat(end(shell("").calling("nosuch").with()))
                .isEqualTo(new Ending.NotStarted("exec: \"nosuch\": executable file not found in $PATH"));
    }

    @Test
    void a_program_that_is_a_directory_fails_in_the_words_of_argo() {
        assertThat(end(shell("").calling("/tmp").with()))
                .isEqualTo(new Ending.NotStarted("exec: \"/tmp\": is a directory"));
    }

    @Test
    void an_output_is_found_through_a_link_to_a_volume() {
        var order =
                shell("echo kept > /v/p; ln -s /v/p /tmp/link")
                        .mounts(new Mount("v", "/v", Part.WHOLE, false, Volume.EmptyDir.ON_DISK))
                        .output("p", "/tmp/link");
        assertThat(end(order)).isEqualTo(new Ending.Exited(0, Optional.empty(), Map.of("p", "kept")));
    }

    @Test
    void a_program_that_cannot_be_run_fails_in_the_words_of_argo() {
        assertThat(end(shell("").calling("/etc/passwd").with()))
                .isEqualTo(new Ending.NotStarted("exec: \"/etc/passwd\": permission denied"));
    }

    @Test
    void an_image_that_is_not_here_and_must_not_be_pulled_keeps_the_step_from_starting() {
        var order = template(Value.object("container", Value.object("image", "no/such:1", "imagePullPolicy", "Never")));
        assertThat(end(order, Orders.NO_MATERIALS))
                .isEqualTo(
                        new Ending.NotStarted(
                                "ErrImageNeverPull: Container image \"no/such:1\" is not present with pull policy of Never"));
    }

    @Test
    void a_step_is_ended_at_its_deadline() {
        var order = shell("sleep 60").deadline(Instant.now().plusSeconds(3));
        assertThat(end(order)).isEqualTo(new Ending.DeadlineExceeded(OptionalInt.of(143)));
    }

    @Test
    void a_step_that_ignores_sigterm_is_killed_after_the_grace() {
        var order = shell("trap '' TERM; echo ready; while true; do sleep 1; done").grace(Duration.ofSeconds(1));
        executor.start(order.order(), Orders.NO_MATERIALS);
        reports.awaitStart(order.attempt());
        Eventually.within(
                SOON,
                "the trap",
                () -> {
                    try {
                        return log().contains("ready");
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
        executor.cancel(order.attempt());
        assertThat(reports.ending(order.attempt())).isEqualTo(new Ending.Cancelled(OptionalInt.of(137)));
    }

    @Test
    void volumes_hold_what_they_should() throws IOException {
        var host = Files.createDirectories(data.resolve("host"));
        Files.writeString(host.resolve("f"), "host\n");
        var keys = new Volume.Keys(Origin.SECRET, "s", List.of(), false);
        var order =
                shell(
                                "cat /secret/k; cat /host/f; echo kept > /claim/f; echo x > /empty/x; cat /empty/x; ls /mem;"
                                        + " (echo no > /secret/k) 2>/dev/null || echo read-only")
                        .mounts(
                                new Mount("secret", "/secret", Part.WHOLE, false, keys),
                                new Mount("host", "/host", Part.WHOLE, true, new Volume.HostPath(host.toString(), "")),
                                new Mount("claim", "/claim", Part.WHOLE, false, new Volume.Claim("data")),
                                new Mount(
                                        "mem",
                                        "/mem",
                                        Part.WHOLE,
                                        false,
                                        new Volume.EmptyDir(true, Optional.of(1L << 20))),
                                new Mount("empty", "/empty", Part.WHOLE, false, Volume.EmptyDir.ON_DISK))
                        .output("x", "/empty/x")
                        .wantingResult();
        var materials = new Materials(Map.of(), Map.of("secret", Map.of("k", "key\n".getBytes(UTF_8))));
        assertThat(end(order.order(), materials))
                .isEqualTo(new Ending.Exited(0, Optional.of("key\nhost\nx\nread-only"), Map.of("x", "x")));
        assertThat(data.resolve("claims/argo-events/data/f")).hasContent("kept");
    }

    @Test
    void artifacts_are_where_the_template_says() throws IOException {
        var order =
                template(
                        Value.object(
                                "container",
                                container(
                                        "cat /in/a/data > /tmp/made; mkdir /out; cp /tmp/made /out/copy; ln -s copy /out/link"),
                                "inputs",
                                Value.object(
                                        "artifacts",
                                        List.of(
                                                Value.object(
                                                        "name",
                                                        "a",
                                                        "path",
                                                        "/in/a/data",
                                                        "raw",
                                                        Value.object("data", "x")))),
                                "outputs",
                                Value.object(
                                        "artifacts",
                                        List.of(
                                                Value.object("name", "m", "path", "/tmp/made"),
                                                Value.object("name", "o", "path", "/out")))));
        Files.writeString(executor.files().staging(order.attempt()).resolve("0"), "given");
        assertThat(end(order, Orders.NO_MATERIALS)).isEqualTo(exited(0));
        assertThat(executor.files().output(order, "/tmp/made")).hasContent("given");
        assertThat(executor.files().output(order, "/out").resolve("copy")).hasContent("given");
        assertThat(executor.files().output(order, "/out").resolve("link")).isSymbolicLink();
    }

    @Test
    void user_and_rights_are_as_the_manifest_says() {
        var order =
                template(
                        Value.object(
                                "container",
                                container(
                                        "id -u; id -g; (touch /x) 2>/dev/null || echo read-only",
                                        "securityContext",
                                        Value.object("readOnlyRootFilesystem", true, "runAsGroup", 44)),
                                "securityContext",
                                Value.object("runAsUser", 1234)));
        executor.start(wantingResult(order), Orders.NO_MATERIALS);
        assertThat(reports.ending(order.attempt())).isEqualTo(result("1234\n44\nread-only"));
    }

    private static StepOrder wantingResult(StepOrder order) {
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
                true,
                order.deadline(),
                order.grace());
    }

    @Test
    void an_image_that_runs_as_root_is_refused_where_the_manifest_wants_none() {
        var order =
                template(
                        Value.object(
                                "container", container("id", "securityContext", Value.object("runAsNonRoot", true))));
        assertThat(end(order, Orders.NO_MATERIALS))
                .isEqualTo(
                        new Ending.NotStarted(
                                "container has runAsNonRoot and image will run as root (container: main)"));
    }

    @Test
    void what_an_engine_cannot_honour_is_refused_by_name() {
        var order =
                template(
                        Value.object(
                                "container",
                                container(
                                        "id",
                                        "securityContext",
                                        Value.object("seLinuxOptions", Value.object("level", "s0")),
                                        "resources",
                                        Value.object("limits", Value.object("example.com/fpga", "1")))));
        assertThat(executor.refusals(order))
                .anyMatch(one -> one.contains("resources.limits of example.com/fpga"))
                .anyMatch(one -> one.contains("securityContext.seLinuxOptions"));
    }

    @Test
    void the_containers_of_an_attempt_share_their_network_and_their_volumes() {
        var mounts = List.of(Value.object("name", "v", "mountPath", "/v"));
        var order =
                template(
                        Value.object(
                                "container",
                                container(
                                        "cat /v/init; until wget -qO- http://127.0.0.1:8080/f; do sleep 0.2; done",
                                        "volumeMounts",
                                        mounts),
                                "initContainers",
                                List.of(container("echo init > /v/init", "name", "first", "volumeMounts", mounts)),
                                "sidecars",
                                List.of(
                                        container(
                                                "mkdir /www; echo served > /www/f; exec httpd -f -p 8080 -h /www",
                                                "name",
                                                "web")),
                                "volumes",
                                List.of(Value.object("name", "v", "emptyDir", Value.object()))));
        executor.start(wantingResult(order), Orders.NO_MATERIALS);
        assertThat(reports.ending(order.attempt()))
                .isInstanceOfSatisfying(
                        Ending.GroupExited.class,
                        group -> {
                            assertThat(group.result()).contains("init\nserved");
                            assertThat(group.containers())
                                    .contains(new ContainerEnd("first", 0, ""), new ContainerEnd("main", 0, ""))
                                    .anyMatch(one -> one.name().equals("web"));
                        });
    }

    @Test
    void a_daemon_is_ready_when_it_answers_at_its_own_address() {
        var order =
                template(
                        Value.object(
                                "daemon",
                                true,
                                "container",
                                container(
                                        "mkdir /www; echo served > /www/f; exec httpd -f -p 8080 -h /www",
                                        "readinessProbe",
                                        Value.object("httpGet", Value.object("path", "/f", "port", 8080)))));
        executor.start(order, Orders.NO_MATERIALS);
        var address = reports.awaitReady(order.attempt());
        assertThat(address).isNotEqualTo("127.0.0.1");
        var other = Orders.shell("a2", executor.host(), "wget -qO- http://" + address + ":8080/f").wantingResult();
        executor.start(other.order(), Orders.NO_MATERIALS);
        assertThat(reports.ending(other.attempt())).isEqualTo(result("served"));
        executor.cancel(order.attempt());
        assertThat(reports.ending(order.attempt())).isInstanceOf(Ending.Cancelled.class);
    }

    @Test
    void a_step_goes_on_without_its_server_and_the_next_one_takes_its_end() throws IOException {
        var order = shell("echo before; sleep 4; echo after; exit 5").wantingResult().order();
        executor.start(order, Orders.NO_MATERIALS);
        reports.awaitStart(order.attempt());
        executor.close();
        executor = opened();
        executor.reconcile(List.of(order));
        assertThat(reports.ending(order.attempt()))
                .isEqualTo(new Ending.Exited(5, Optional.of("before\nafter"), Map.of()));
        assertThat(reports.all().stream().filter(StepReport.Started.class::isInstance).distinct()).hasSize(1);
        awaitNoContainers();
    }

    @Test
    void a_container_that_somebody_removed_is_lost() throws IOException {
        var order = shell("sleep 60").order();
        executor.start(order, Orders.NO_MATERIALS);
        reports.awaitStart(order.attempt());
        var server = Files.readString(data.resolve("containers")).strip();
        engine().remove(Names.of(server, order, "main"), true);
        assertThat(reports.ending(order.attempt())).isInstanceOf(Ending.Lost.class);
    }

    @Test
    void a_step_that_takes_more_memory_than_its_limit_is_ended_for_it() {
        var order =
                template(
                        Value.object(
                                "container",
                                container(
                                        "x=$(head -c 100000000 /dev/zero | tr '\\0' x); echo ${#x}",
                                        "resources",
                                        Value.object("limits", Value.object("memory", "32Mi")))));
        assertThat(end(order, Orders.NO_MATERIALS)).isIn(memoryEndings());
    }

    /// What this engine can tell of an end by memory.
    abstract List<Ending> memoryEndings();
}
