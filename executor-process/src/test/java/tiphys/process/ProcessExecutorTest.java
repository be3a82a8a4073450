package tiphys.process;

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
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.engine.AttemptId;
import tiphys.engine.Materials;
import tiphys.engine.Orders;
import tiphys.engine.ReportLog;
import tiphys.engine.ResolvedTemplate;
import tiphys.engine.StepOrder;
import tiphys.engine.StepOrder.Mount;
import tiphys.engine.StepOrder.Origin;
import tiphys.engine.StepOrder.Part;
import tiphys.engine.StepOrder.Volume;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.Ending;
import tiphys.manifest.Value;
import tiphys.process.images.ImageRules;
import tiphys.process.runner.RunnerSettings;
import tiphys.testkit.Eventually;

/// What real processes do under a runner inside this process.
final class ProcessExecutorTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir private Path data;

    private ProcessExecutor executor;
    private final ReportLog reports = new ReportLog();

    @BeforeEach
    void open() throws IOException {
        executor = ProcessExecutor.inProcess(data, new RunnerSettings(4, 1 << 20, 1 << 20), ImageRules.builtIn());
        executor.onReports(reports);
    }

    @AfterEach
    void close() {
        executor.close();
    }

    private Orders shell(String line) {
        return Orders.shell("a1", executor.host(), line);
    }

    private Ending end(Orders order) {
        return end(order, Orders.NO_MATERIALS);
    }

    private Ending end(Orders order, Materials materials) {
        executor.start(order.order(), materials);
        return reports.ending(order.attempt());
    }

    private static Ending exited(int code) {
        return new Ending.Exited(code, Optional.empty(), Map.of());
    }

    private static Ending result(String result) {
        return new Ending.Exited(0, Optional.of(result), Map.of());
    }

    /// An order whose container runs something beside its program.
    private static StepOrder beside(StepOrder order, String line) {
        var json = order.template().json();
        var lifecycle =
                Value.object("postStart", Value.object("exec", Value.object("command", List.of("sh", "-c", line))));
        return new StepOrder(
                order.attempt(),
                order.runUid(),
                order.host(),
                order.namespace(),
                order.runName(),
                order.nodeId(),
                order.nodeName(),
                order.podName(),
                new ResolvedTemplate(json.with("container", json.mapAt("container").with("lifecycle", lifecycle))),
                order.resultWanted(),
                order.deadline(),
                order.grace());
    }

    @Test
    void a_rule_that_somebody_made_says_which_program_stands_for_an_image() {
        assertThat(executor.check("registry.example.com/my-tools:v3", "my-tools* sh - -").program()).endsWith("/sh");
        assertThat(executor.check("my-tools", "").problem()).isEqualTo("no rule fits it");
        assertThat(executor.check("my-tools", "my-tools nosuchprogram - -").problem()).contains("nosuchprogram");
        assertThat(executor.check("my-tools", "my-tools sh").problem()).contains("an image rule has 4 columns");
    }

    @Test
    void what_is_to_run_after_the_start_runs_beside_the_step_and_ends_it_if_it_fails() throws IOException {
        var order =
                beside(
                        shell("while [ ! -e made ]; do sleep 0.05; done; cat made").order(),
                        "echo \"it's\" made > made");
        executor.start(order, Orders.NO_MATERIALS);
        assertThat(reports.ending(order.attempt())).isEqualTo(exited(0));
        assertThat(log()).isEqualTo("it's made\n");

        var failing = beside(Orders.shell("a2", executor.host(), "sleep 60").order(), "exit 1");
        executor.start(failing, Orders.NO_MATERIALS);
        assertThat(reports.ending(failing.attempt())).isEqualTo(new Ending.Signalled(15));
    }

    @Test
    void a_step_s_progress_file_is_told_while_it_runs_and_what_it_used_with_its_end() {
        var order =
                shell(
                        "echo 1/5 > $ARGO_PROGRESS_FILE; sleep 0.5; echo nonsense >> $ARGO_PROGRESS_FILE; i=0; while [ $i -lt"
                                + " 200000 ]; do i=$((i+1)); done; echo 5/5 >> $ARGO_PROGRESS_FILE");
        assertThat(end(order)).isEqualTo(exited(0));
        var told = reports.all();
        assertThat(told)
                .filteredOn(StepReport.Progressed.class::isInstance)
                .extracting(one -> ((StepReport.Progressed) one).progress())
                .containsExactly("1/5", "5/5");
        assertThat(told.get(told.size() - 2))
                .isInstanceOfSatisfying(
                        StepReport.Used.class,
                        used -> {
                            assertThat(used.cpuMicros()).isBetween(10_000L, 20_000_000L);
                            assertThat(used.peakBytes()).isBetween(0L, 50L << 20);
                        });
    }

    private String log() throws IOException {
        try (var in = executor.logs().open(new AttemptId("a1"))) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private static boolean lives(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    private long pidIn(String file) {
        var path = data.resolve("attempts/a1/work").resolve(file);
        Eventually.within(
                SOON,
                "a pid in " + file,
                () -> {
                    try {
                        return Files.exists(path) && Files.readString(path).endsWith("\n");
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
        try {
            return Long.parseLong(Files.readString(path).strip());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Nested
    class An_ending_step {
        @Test
        void gives_its_exit_code() {
            assertThat(end(shell("exit 200"))).isEqualTo(exited(200));
        }

        @Test
        void gives_the_signal_that_ended_it() {
            assertThat(end(shell("kill -SEGV $$$$"))).isEqualTo(new Ending.Signalled(11));
        }

        @Test
        void gives_stdout_alone_as_its_result_without_one_newline() throws IOException {
            assertThat(end(shell("echo one; echo two >&2; echo; echo").wantingResult())).isEqualTo(result("one\n\n"));
            assertThat(log()).contains("one\n", "two\n");
        }

        @Test
        void gives_the_output_files_that_are_there() {
            assertThat(end(shell("echo 0.97 > out/accuracy").output("accuracy", "out/accuracy")))
                    .isEqualTo(new Ending.Exited(0, Optional.empty(), Map.of("accuracy", "0.97")));
        }

        @Test
        void gives_no_output_for_a_file_that_is_not_there() {
            assertThat(end(shell("true").output("accuracy", "accuracy"))).isEqualTo(exited(0));
        }

        @Test
        void takes_the_children_it_leaves_behind_with_it() {
            assertThat(end(shell("sleep 600 & echo $! > child"))).isEqualTo(exited(0));
            var child = pidIn("child");
            Eventually.within(SOON, () -> !lives(child));
        }

        @Test
        void takes_with_it_what_left_its_process_group() {
            assertThat(
                            end(
                                    shell(
                                            "setsid sh -c 'echo $$$$ > child; setsid sleep 600 & sleep 600' & while [ ! -s child ]; do :; done")))
                    .isEqualTo(exited(0));
            var child = pidIn("child");
            Eventually.within(SOON, () -> !lives(child));
            Eventually.within(
                    SOON,
                    () ->
                            ProcessHandle.current()
                                    .descendants()
                                    .noneMatch(one -> one.info().command().orElse("").endsWith("/sleep")));
        }

        /// A path as a shell reads it that does not name `/tmp`: whose line does, gets a root of its own, and there nothing is behind
        /// the link.
        private static String seen(Path path) {
            return path.toString().replace("/tmp", "/t''mp");
        }

        @Test
        void cannot_show_a_file_of_the_host_by_a_link_in_the_place_of_an_output() throws IOException {
            var token = Files.writeString(data.resolve("token"), "secret");
            var order = shell("ln -s " + seen(token) + " out").output("o", "out");
            assertThat(end(order))
                    .isEqualTo(
                            new Ending.OutputsRefused(
                                    0, "output parameter o: out is a link that leaves the step's directory"));
            var deep =
                    Orders.shell("a2", executor.host(), "rmdir deep; ln -s " + seen(data) + " deep")
                            .output("o", "deep/token");
            assertThat(end(deep)).isInstanceOf(Ending.OutputsRefused.class);
        }

        @Test
        void may_have_links_within_its_own_directory() {
            var order = shell("mkdir d; echo x > d/file; ln -s $PWD/d e; ln -s e/file out").output("o", "out");
            assertThat(end(order)).isEqualTo(new Ending.Exited(0, Optional.empty(), Map.of("o", "x")));
        }

        @Test
        void may_write_an_output_into_a_volume() {
            var mount = new Mount("scratch", "data", Part.WHOLE, false, Volume.EmptyDir.ON_DISK);
            assertThat(end(shell("echo x > data/file").mounts(mount).output("o", "data/file")))
                    .isEqualTo(new Ending.Exited(0, Optional.empty(), Map.of("o", "x")));
        }

        @Test
        void is_not_waited_for_by_a_pipe_in_the_place_of_an_output() {
            assertThat(end(shell("mkfifo out").output("o", "out")))
                    .isEqualTo(new Ending.OutputsRefused(0, "output parameter o: out is no file"));
        }

        @Test
        void cannot_show_a_file_of_the_host_in_the_place_of_its_log_or_result() throws IOException {
            var token = Files.writeString(data.resolve("token"), "secret\n");
            end(shell("ln -sf " + seen(token) + " ../log"));
            assertThat(executor.logs().size(new AttemptId("a1"))).isZero();
            var order = Orders.shell("a2", executor.host(), "ln -sf " + seen(token) + " ../stdout").wantingResult();
            assertThat(end(order))
                    .isEqualTo(
                            new Ending.OutputsRefused(
                                    0,
                                    "stdout is not the file that the step was given: something else is in its place"));
            assertThat(Files.readString(token)).isEqualTo("secret\n");
        }

        @Test
        void may_have_closed_its_output() {
            assertThat(end(shell("exec >&- 2>&-; exit 7").wantingResult()))
                    .isEqualTo(new Ending.Exited(7, Optional.of(""), Map.of()));
        }
    }

    @Nested
    class A_stopped_step {
        @Test
        void is_ended_at_its_deadline() {
            assertThat(end(shell("sleep 600").deadline(Instant.now().plusMillis(1_500))))
                    .isEqualTo(new Ending.DeadlineExceeded(OptionalInt.of(143)));
        }

        @Test
        void that_ignores_SIGTERM_is_killed_after_the_grace() {
            var order =
                    shell("trap '' TERM; echo $$$$ > pid; while :; do sleep 0.05; done").grace(Duration.ofMillis(200));
            executor.start(order.order(), Orders.NO_MATERIALS);
            var pid = pidIn("pid");
            executor.cancel(order.attempt());
            assertThat(reports.ending(order.attempt())).isEqualTo(new Ending.Cancelled(OptionalInt.of(137)));
            Eventually.within(SOON, () -> !lives(pid));
        }

        @Test
        void may_clean_up_on_SIGTERM() throws IOException {
            var order = shell("trap 'echo cleaned; exit 0' TERM; echo $$$$ > pid; while :; do sleep 0.05; done");
            executor.start(order.order(), Orders.NO_MATERIALS);
            pidIn("pid");
            executor.cancel(order.attempt());
            assertThat(reports.ending(order.attempt())).isEqualTo(new Ending.Cancelled(OptionalInt.of(0)));
            assertThat(log()).contains("cleaned");
        }

        @Test
        void that_still_waits_never_starts() {
            IntStream.range(0, 4)
                    .forEach(i ->
                            executor.start(
                                    Orders.shell("busy" + i, executor.host(), "sleep 600").grace(Duration.ZERO).order(),
                                    Orders.NO_MATERIALS));
            IntStream.range(0, 4).forEach(i -> reports.awaitStart(new AttemptId("busy" + i)));
            executor.start(shell("echo never").order(), Orders.NO_MATERIALS);
            assertThat(executor.status()).isEqualTo(new Status(4, 1, executor.status().runnerPid(), Optional.empty()));
            executor.cancel(new AttemptId("a1"));
            assertThat(reports.ending(new AttemptId("a1"))).isEqualTo(new Ending.Cancelled());
        }
    }

    @Nested
    class A_script {
        @Test
        void may_be_run_by_itself() {
            var order = shell("").calling("sh", "-c").with().script("#!/bin/sh\necho by itself\n").wantingResult();
            assertThat(end(order)).isEqualTo(result("by itself"));
        }

        @Test
        void without_a_command_runs_by_itself() {
            assertThat(end(shell("").calling().with().script("#!/bin/sh\necho alone\n").wantingResult()))
                    .isEqualTo(result("alone"));
            assertThat(end(Orders.shell("a2", executor.host(), "").calling().with().script("echo no program line\n")))
                    .isInstanceOfSatisfying(
                            Ending.NotStarted.class,
                            end -> assertThat(end.message()).startsWith("failed to start command: fork/exec "));
        }
    }

    @Nested
    class A_step_that_cannot_start {
        @Test
        void says_which_program_is_missing() {
            assertThat(end(shell("").calling("no-such-program").with()))
                    .isEqualTo(new Ending.NotStarted("exec: \"no-such-program\": executable file not found in $PATH"));
        }

        @Test
        void says_which_image_has_no_rule() {
            var order = shell("true").image("registry.example.com/ml/train:v3");
            assertThat(executor.refusals(order.order()))
                    .singleElement()
                    .asString()
                    .startsWith("TIP-6001: no host program stands for the image registry.example.com/ml/train:v3;");
            assertThat(end(order)).isInstanceOf(Ending.NotStarted.class);
        }

        @Test
        void names_every_path_that_leaves_its_directory_or_hides_the_host() {
            var order =
                    shell("true")
                            .workingDir("../src")
                            .output("x", "../x")
                            .mounts(new Mount("v", "/usr", new Part.At("../y"), false, Volume.EmptyDir.ON_DISK));
            assertThat(executor.refusals(order.order()))
                    .extracting(sentence -> sentence.substring(0, 8))
                    .containsExactly("TIP-6006", "TIP-6003", "TIP-6006", "TIP-6006");
        }

        @Test
        void is_told_that_an_argument_is_too_long() {
            assertThat(end(shell("true").with("true", "x".repeat(131_072))))
                    .isInstanceOfSatisfying(
                            Ending.NotStarted.class,
                            ending ->
                                    assertThat(ending.message())
                                            .startsWith(
                                                    "TIP-6008: argument list too long: args[1] has 131072 bytes, and"
                                                            + " this system starts no program with more than 131071"));
            assertThat(end(Orders.shell("a2", executor.host(), "true").with("true", "x".repeat(131_071))))
                    .isEqualTo(exited(0));
        }

        @Test
        void makes_no_directory_of_what_is_no_name_of_a_volume() {
            for (var name : List.of("../../../evil", "/elsewhere", "a/../../b", "a/b", "", ".", "..", "A", "a\0b")) {
                var order = shell("true").mounts(new Mount(name, "v", Part.WHOLE, false, Volume.EmptyDir.ON_DISK));
                assertThat(executor.refusals(order.order()))
                        .as(name)
                        .singleElement()
                        .asString()
                        .startsWith("TIP-6007: ");
            }
        }
    }

    @Nested
    class A_running_step {
        @Test
        void of_a_python_image_runs_under_the_real_python() throws IOException {
            var order = shell("").image("python:3.9").calling("python").with("-c", "print('Training default...')");
            assertThat(end(order)).isEqualTo(exited(0));
            assertThat(log()).isEqualTo("Training default...\n");
            assertThat(((StepReport.Started) reports.all().getFirst()).program())
                    .matches("python3 3[.0-9]+ for python:3.9");
        }

        @Test
        void finds_python_by_name_inside_a_shell_of_a_python_image() throws IOException {
            assertThat(
                            end(
                                    shell("python -c 'print(1)'; python3 -c 'print(2)'")
                                            .image("docker.io/library/python:3.9-slim")))
                    .isEqualTo(exited(0));
            assertThat(log()).isEqualTo("1\n2\n");
        }

        @Test
        void of_a_script_template_gets_its_text_as_a_file() {
            var order = shell("").image("python:alpine3.6").calling("python").with().script("i = 6 * 7\nprint(i)\n");
            assertThat(end(order.wantingResult())).isEqualTo(result("42"));
        }

        @Test
        void of_the_image_argosay_says_what_Argo_s_examples_expect() throws IOException {
            var order = shell("").image("argoproj/argosay:v2").calling();
            assertThat(end(order.with("echo", "hi", "out/x").output("x", "out/x")))
                    .isEqualTo(new Ending.Exited(0, Optional.empty(), Map.of("x", "hi")));
        }

        @Test
        void without_a_command_is_its_image_s_program() {
            assertThat(end(shell("").calling().with("-c", "exit 9"))).isEqualTo(exited(9));
        }

        @Test
        void without_a_command_is_what_its_arguments_say_if_its_image_has_no_entry_point() throws IOException {
            assertThat(end(shell("").image("alpine:3.20").calling().with("echo", "by itself"))).isEqualTo(exited(0));
            assertThat(log()).isEqualTo("by itself\n");
        }

        @Test
        void of_a_script_template_without_a_command_gets_it_after_the_arguments_of_its_image_s_entry_point() {
            var order = shell("").image("argoproj/argosay:v2").calling().with().script("echo $((6 * 7))");
            assertThat(end(order.with("sh").wantingResult())).isEqualTo(result("42"));
        }

        @Test
        void sees_a_clean_environment_with_its_own_values() throws IOException {
            var materials = new Materials(Map.of("MODEL", "resnet"), Map.of());
            assertThat(end(shell("").calling("env").with(), materials)).isEqualTo(exited(0));
            assertThat(log().lines().map(line -> line.substring(0, line.indexOf('='))))
                    .containsExactlyInAnyOrder(
                            "PATH",
                            "HOME",
                            "TMPDIR",
                            "LANG",
                            "MODEL",
                            "TIPHYS_ATTEMPT",
                            "ARGO_NODE_ID",
                            "ARGO_WORKFLOW_NAME",
                            "ARGO_CONTAINER_NAME",
                            "ARGO_INCLUDE_SCRIPT_OUTPUT",
                            "ARGO_DEADLINE",
                            "ARGO_PROGRESS_FILE",
                            "ARGO_PROGRESS_FILE_TICK_DURATION",
                            "ARGO_PROGRESS_PATCH_TICK_DURATION",
                            "HOSTNAME");
        }

        @Test
        void gets_Kubernetes_references_in_its_arguments_replaced() throws IOException {
            var materials = new Materials(Map.of("MODEL", "resnet"), Map.of());
            end(shell("").calling("echo").with("$(MODEL)", "$$(MODEL)", "$(NONE)"), materials);
            assertThat(log()).isEqualTo("resnet $(MODEL) $(NONE)\n");
        }

        @Test
        void reads_the_keys_of_a_secret_as_files_of_the_usual_rights() throws IOException {
            var mount =
                    new Mount(
                            "creds",
                            "etc/creds",
                            Part.WHOLE,
                            true,
                            new Volume.Keys(Origin.SECRET, "s3", List.of(), false));
            var materials = new Materials(Map.of(), Map.of("creds", Map.of("user", "ada".getBytes(UTF_8))));
            assertThat(end(shell("cat etc/creds/user; stat -c %a etc/creds/user").mounts(mount), materials))
                    .isEqualTo(exited(0));
            assertThat(log()).isEqualTo("ada644\n");
        }

        @Test
        void shares_an_empty_directory_between_two_mounts_of_it() throws IOException {
            var here = new Mount("scratch", "a", Part.WHOLE, false, Volume.EmptyDir.ON_DISK);
            var there = new Mount("scratch", "deep/b", Part.WHOLE, false, Volume.EmptyDir.ON_DISK);
            end(shell("echo x > a/file; cat deep/b/file").mounts(here, there));
            assertThat(log()).isEqualTo("x\n");
        }

        @Test
        void keeps_head_and_tail_of_what_it_prints_over_the_limit() throws IOException {
            var order =
                    shell(
                            "echo head; i=0; while [ $i -lt 60 ]; do head -c 200000 /dev/zero | tr '\\0' x; sleep 0.01; i=$((i+1)); done; sleep 0.3; echo tail");
            assertThat(end(order)).isEqualTo(exited(0));
            var text = log();
            assertThat(text).startsWith("head\nxxx").endsWith("xtail\n").contains("bytes were left out here]");
            assertThat(text.indexOf('\0')).isNegative();
            assertThat(text.length()).isLessThan(6 << 20);
        }

        @Test
        void has_its_stdout_and_stderr_in_order() throws IOException {
            end(shell("for i in 1 2 3 4 5; do echo o$i; echo e$i >&2; done"));
            assertThat(log()).isEqualTo("o1\ne1\no2\ne2\no3\ne3\no4\ne4\no5\ne5\n");
        }
    }

    @Test
    void a_step_with_a_result_shows_both_streams_in_the_order_in_which_they_came() throws IOException {
        end(shell("echo 1; sleep 0.3; echo 2 >&2; sleep 0.3; echo 3; sleep 0.3; echo 4 >&2").wantingResult());
        assertThat(log()).isEqualTo("1\n2\n3\n4\n");
    }

    @Test
    void two_hundred_steps_at_once_all_run_once() {
        var orders =
                IntStream.range(0, 200)
                        .mapToObj(i -> Orders.shell("fan-" + i, executor.host(), "").calling("/bin/true").with())
                        .toList();
        orders.forEach(order -> executor.start(order.order(), Orders.NO_MATERIALS));
        assertThat(orders).allSatisfy(order -> assertThat(reports.ending(order.attempt())).isEqualTo(exited(0)));
        assertThat(reports.all().stream().filter(StepReport.Started.class::isInstance)).hasSize(200);
    }

    @Test
    void nothing_starts_while_the_disk_is_full_and_this_is_said(@TempDir Path other) throws IOException {
        try (var blocked =
                ProcessExecutor.inProcess(
                        other, new RunnerSettings(1, 1 << 20, Long.MAX_VALUE), ImageRules.builtIn())) {
            blocked.start(shell("true").order(), Orders.NO_MATERIALS);
            Eventually.within(SOON, () -> blocked.status().blockedReason().isPresent());
            assertThat(blocked.status().waiting()).isEqualTo(1);
            assertThat(blocked.status().blockedReason().orElseThrow()).startsWith("no step starts: ");
        }
    }

    @Test
    void a_purged_attempt_leaves_nothing() throws IOException {
        end(shell("mkdir -p a/b; echo x > a/b/c"));
        executor.forget(new AttemptId("a1"));
        executor.purge(new AttemptId("a1"));
        assertThat(data.resolve("attempts")).isEmptyDirectory();
        assertThat(executor.logs().size(new AttemptId("a1"))).isZero();
    }
}
