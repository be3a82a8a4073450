package tiphys.container.choice;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.attempts.Machine;
import tiphys.container.ContainerSettings;
import tiphys.container.TestEngines;
import tiphys.container.api.Engines.Search;
import tiphys.engine.ManualExecutor;
import tiphys.engine.Orders;
import tiphys.engine.ReportLog;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport.Ending;
import tiphys.manifest.Value;

final class ChoosingExecutorTest {
    private static final Search NONE = new Search(Optional.empty(), List.of("/run/docker.sock is not there"));

    @TempDir private Path data;

    private final ManualExecutor processes =
            new ManualExecutor(Machine.bootId(), Instant.EPOCH, ManualExecutor.BY_HAND);
    private final ReportLog reports = new ReportLog();
    private Optional<ChoosingExecutor> open = Optional.empty();

    private ChoosingExecutor open(Choice usual, Search search) {
        var settings = ContainerSettings.ofThisMachine(ContainerSettings.Leaving.END);
        var executor = new ChoosingExecutor(processes, new EngineDoor(() -> search, data, settings), usual, data);
        executor.onReports(reports);
        open = Optional.of(executor);
        return executor;
    }

    private ChoosingExecutor withPodman(Choice usual) {
        return open(usual, new Search(Optional.of(TestEngines.podman()), List.of()));
    }

    @AfterEach
    void close() {
        open.ifPresent(ChoosingExecutor::close);
    }

    private StepOrder order(String executor) {
        var container = Value.object("image", "alpine:3.20", "command", List.of("sh", "-c"), "args", List.of("exit 7"));
        var template = Value.object("container", container);
        return Orders.of(
                "a1",
                processes.host(),
                executor.isEmpty()
                        ? template
                        : template.with(
                                "metadata", Value.object("annotations", Value.object(Choice.ANNOTATION, executor))));
    }

    private static Ending exited() {
        return new Ending.Exited(7, Optional.empty(), Map.of());
    }

    @Test
    void what_a_process_can_run_is_a_process_though_there_is_an_engine() {
        var executor = withPodman(Choice.AUTO);
        assertThat(executor.refusals(order(""))).isEmpty();
        executor.start(order(""), Orders.NO_MATERIALS);
        assertThat(processes.running()).hasSize(1);
    }

    @Test
    void what_a_process_cannot_run_runs_in_a_container() {
        processes.refuse("no host program stands for the image");
        var executor = withPodman(Choice.AUTO);
        assertThat(executor.refusals(order(""))).isEmpty();
        executor.start(order(""), Orders.NO_MATERIALS);
        assertThat(reports.ending(order("").attempt())).isEqualTo(exited());
        assertThat(processes.starts()).isZero();
    }

    @Test
    void without_an_engine_what_a_process_cannot_run_is_refused_as_before() {
        processes.refuse("no host program stands for the image");
        assertThat(open(Choice.AUTO, NONE).refusals(order(""))).containsExactly("no host program stands for the image");
    }

    @Test
    void a_template_says_it_better_than_the_server() {
        var executor = withPodman(Choice.PROCESS);
        executor.start(order("container"), Orders.NO_MATERIALS);
        assertThat(reports.ending(order("").attempt())).isEqualTo(exited());
        assertThat(processes.starts()).isZero();
    }

    @Test
    void a_template_that_wants_a_container_is_refused_where_no_engine_answers() {
        assertThat(open(Choice.AUTO, NONE).refusals(order("container")))
                .singleElement()
                .asString()
                .contains("TIP-6073", "/run/docker.sock is not there");
    }

    @Test
    void an_executor_that_nobody_knows_is_refused() {
        assertThat(open(Choice.AUTO, NONE).refusals(order("vm"))).singleElement().asString().contains("TIP-6070");
    }

    @Test
    void a_server_that_was_started_otherwise_still_asks_who_has_the_attempt() {
        var executor = withPodman(Choice.CONTAINER);
        executor.start(order(""), Orders.NO_MATERIALS);
        reports.ending(order("").attempt());
        assertThat(Files.exists(data.resolve("attempts/a1/container"))).isTrue();
        executor.close();
        var next = withPodman(Choice.PROCESS);
        var again = new ReportLog();
        next.onReports(again);
        next.reconcile(List.of(order("")));
        assertThat(again.ending(order("").attempt())).isEqualTo(exited());
    }
}
