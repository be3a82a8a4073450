package tiphys.process.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.attempts.Machine;
import tiphys.engine.Orders;
import tiphys.engine.ReportLog;
import tiphys.engine.StepReport.Ending;
import tiphys.process.ProcessExecutor;
import tiphys.process.RunnerContractTest;
import tiphys.process.images.ImageRules;
import tiphys.testkit.Eventually;

/// The runner as a process of its own: what outlives the server, what does not outlive the runner.
final class RunnerTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir private Path data;

    private final ReportLog reports = new ReportLog();

    private ProcessExecutor open() throws IOException {
        var executor = ProcessExecutor.withRunner(data, RunnerSettings.ofThisMachine(), ImageRules.builtIn());
        executor.onReports(reports);
        return executor;
    }

    private static ProcessHandle runner(ProcessExecutor executor) {
        executor.warmUp();
        Eventually.within(SOON, () -> executor.status().runnerPid().isPresent());
        return ProcessHandle.of(executor.status().runnerPid().orElseThrow()).orElseThrow();
    }

    @AfterEach
    void the_runner_ends_when_nobody_needs_it() {
        RunnerContractTest.awaitNoRunner(data);
    }

    @Test
    void a_runner_that_is_being_started_ends_when_its_server_closes_at_once() throws IOException {
        for (int round = 0; round < 3; round++) {
            try (var executor = open()) {
                executor.warmUp();
            }
            Eventually.within(
                    SOON,
                    "no runner is left",
                    () ->
                            ProcessHandle.current()
                                    .children()
                                    .noneMatch(
                                            child -> child.info().commandLine().orElse("").contains(data.toString())));
        }
    }

    @Test
    void the_first_order_has_a_runner_started() throws IOException {
        var order = Orders.shell("a1", Machine.bootId(), "true");
        try (var executor = open()) {
            executor.reconcile(List.of());
            executor.start(order.order(), Orders.NO_MATERIALS);
            assertThat(reports.ending(order.attempt())).isInstanceOf(Ending.Exited.class);
        }
    }

    @Test
    void a_step_goes_on_without_the_server_and_its_result_is_taken_by_the_next() throws IOException {
        var order = Orders.shell("a1", Machine.bootId(), "sleep 1; echo done").wantingResult();
        try (var before = open()) {
            before.start(order.order(), Orders.NO_MATERIALS);
            reports.awaitStart(order.attempt());
        }
        try (var after = open()) {
            after.reconcile(List.of(order.order()));
            assertThat(reports.ending(order.attempt())).isEqualTo(new Ending.Exited(0, Optional.of("done"), Map.of()));
        }
    }

    @Test
    void a_result_that_no_server_heard_is_told_by_the_next_runner() throws IOException {
        var order = Orders.shell("a1", Machine.bootId(), "sleep 0.2; echo done").wantingResult();
        ProcessHandle first;
        try (var before = open()) {
            first = runner(before);
            before.start(order.order(), Orders.NO_MATERIALS);
            reports.awaitStart(order.attempt());
        }
        Eventually.within(SOON, () -> !first.isAlive());
        try (var after = open()) {
            after.reconcile(List.of(order.order()));
            assertThat(reports.ending(order.attempt())).isEqualTo(new Ending.Exited(0, Optional.of("done"), Map.of()));
        }
    }

    @Test
    void a_step_whose_runner_is_killed_is_lost_and_leaves_no_process_and_the_next_step_runs() throws IOException {
        var order = Orders.shell("a1", Machine.bootId(), "echo $$$$ > pid; sleep 599");
        try (var executor = open()) {
            executor.start(order.order(), Orders.NO_MATERIALS);
            reports.awaitStart(order.attempt());
            runner(executor).destroyForcibly();
            assertThat(reports.ending(order.attempt())).isInstanceOf(Ending.Lost.class);
            Eventually.within(SOON, () -> ProcessHandle.allProcesses().noneMatch(RunnerTest::isTheStep));
            var next = Orders.shell("a2", Machine.bootId(), "exit 0");
            executor.start(next.order(), Orders.NO_MATERIALS);
            assertThat(reports.ending(next.attempt())).isEqualTo(new Ending.Exited(0, Optional.empty(), Map.of()));
        }
    }

    private static boolean isTheStep(ProcessHandle process) {
        return process.info().commandLine().filter(line -> line.endsWith("sleep 599")).isPresent();
    }

    @Test
    void an_order_that_is_repeated_by_several_servers_runs_once() throws IOException {
        var order = Orders.shell("a1", Machine.bootId(), "echo x >> count; sleep 0.3; cat count").wantingResult();
        for (int i = 0; i < 3; i++) {
            try (var executor = open()) {
                executor.start(order.order(), Orders.NO_MATERIALS);
                reports.awaitStart(order.attempt());
                executor.start(order.order(), Orders.NO_MATERIALS);
            }
        }
        try (var executor = open()) {
            executor.start(order.order(), Orders.NO_MATERIALS);
            assertThat(reports.ending(order.attempt())).isEqualTo(new Ending.Exited(0, Optional.of("x"), Map.of()));
        }
    }

    @Test
    void the_runner_is_not_in_the_server_s_session() throws IOException {
        try (var executor = open()) {
            var stat = Files.readString(Path.of("/proc/" + runner(executor).pid() + "/stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            assertThat(Long.parseLong(fields[3])).isEqualTo(runner(executor).pid());
        }
    }
}
