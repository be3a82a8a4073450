package tiphys.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tiphys.engine.StepReport.Ending;

/// What every executor promises. A step of the contract's orders is a line of shell; an executor without a shell plays the two
/// lines that occur here: `exit N` ends with that code, `sleep 60` does not end by itself.
public abstract class ExecutorContract {
    protected Executor executor;
    protected ReportLog reports;

    /// A new executor without any past.
    protected abstract Executor open() throws Exception;

    @BeforeEach
    void openExecutor() throws Exception {
        executor = open();
        reports = new ReportLog();
        executor.onReports(reports);
    }

    @AfterEach
    protected void closeExecutor() {
        if (executor == null) {
            return; // what it needs is not on this machine
        }
        executor.close();
    }

    protected StepOrder order(String attempt, String line) {
        return Orders.shell(attempt, executor.host(), line).order();
    }

    @Test
    void a_step_is_reported_started_and_then_ended_with_its_exit_code() {
        var order = order("a1", "exit 3");
        executor.start(order, Orders.NO_MATERIALS);
        assertThat(reports.ending(order.attempt()))
                .isInstanceOfSatisfying(Ending.Exited.class, exited -> assertThat(exited.code()).isEqualTo(3));
        assertThat(reports.all().getFirst()).isInstanceOf(StepReport.Started.class);
    }

    @Test
    void an_order_that_is_repeated_while_the_step_runs_starts_nothing() {
        var order = order("a1", "sleep 60");
        for (int i = 0; i < 20; i++) {
            executor.start(order, Orders.NO_MATERIALS);
        }
        reports.awaitStart(order.attempt());
        executor.cancel(order.attempt());
        reports.ending(order.attempt());
        assertThat(ended(order).stream().map(StepReport.Ended::at).distinct()).hasSize(1);
    }

    @Test
    void an_order_that_is_repeated_after_the_end_is_answered_by_the_same_end() {
        var order = order("a1", "exit 4");
        executor.start(order, Orders.NO_MATERIALS);
        reports.ending(order.attempt());
        var again = new ReportLog();
        executor.onReports(again);
        executor.start(order, Orders.NO_MATERIALS);
        assertThat(again.ending(order.attempt())).isEqualTo(reports.ending(order.attempt()));
    }

    @Test
    void a_cancelled_step_ends_as_cancelled() {
        var order = order("a1", "sleep 60");
        executor.start(order, Orders.NO_MATERIALS);
        reports.awaitStart(order.attempt());
        executor.cancel(order.attempt());
        assertThat(reports.ending(order.attempt())).isInstanceOf(Ending.Cancelled.class);
    }

    @Test
    void a_cancel_that_overtakes_the_order_keeps_the_step_from_starting() {
        var order = order("a1", "sleep 60");
        executor.cancel(order.attempt());
        assertThat(reports.ending(order.attempt())).isEqualTo(new Ending.Cancelled());
        executor.start(order, Orders.NO_MATERIALS);
        executor.cancel(order.attempt());
        assertThat(reports.all()).noneMatch(StepReport.Started.class::isInstance);
    }

    @Test
    void a_cancel_after_the_end_changes_nothing() {
        var order = order("a1", "exit 0");
        executor.start(order, Orders.NO_MATERIALS);
        var ending = reports.ending(order.attempt());
        executor.cancel(order.attempt());
        executor.reconcile(List.of(order));
        assertThat(ended(order)).allMatch(end -> end.ending().equals(ending));
    }

    @Test
    void an_order_of_another_boot_is_lost() {
        var order = Orders.shell("a1", "another-boot", "exit 0").order();
        executor.start(order, Orders.NO_MATERIALS);
        assertThat(reports.ending(order.attempt())).isInstanceOf(Ending.Lost.class);
    }

    @Test
    void what_is_under_way_of_another_boot_is_lost() {
        var order = Orders.shell("a1", "another-boot", "exit 0").order();
        executor.reconcile(List.of(order));
        assertThat(reports.ending(order.attempt())).isInstanceOf(Ending.Lost.class);
    }

    @Test
    void an_end_that_was_not_forgotten_is_told_again_when_the_engine_reconciles() {
        var order = order("a1", "exit 5");
        executor.start(order, Orders.NO_MATERIALS);
        reports.ending(order.attempt());
        var again = new ReportLog();
        executor.onReports(again);
        executor.reconcile(List.of(order));
        assertThat(again.ending(order.attempt())).isEqualTo(reports.ending(order.attempt()));
    }

    @Test
    void what_was_ordered_but_never_claimed_is_started_when_the_engine_gives_its_order_again() {
        var order = order("a1", "exit 0");
        executor.reconcile(List.of(order));
        executor.start(order, Orders.NO_MATERIALS);
        assertThat(reports.ending(order.attempt())).isInstanceOf(Ending.Exited.class);
    }

    @Test
    void an_attempt_with_several_processes_ends_once_with_the_end_of_each() {
        var order = Orders.set("a1", executor.host(), "exit 0", "exit 0");
        executor.start(order, Orders.NO_MATERIALS);
        assertThat(reports.ending(order.attempt()))
                .isInstanceOfSatisfying(
                        Ending.GroupExited.class,
                        group ->
                                assertThat(group.containers())
                                        .containsExactly(
                                                new StepReport.ContainerEnd("a", 0, ""),
                                                new StepReport.ContainerEnd("b", 0, "")));
        assertThat(ended(order)).hasSize(1);
    }

    @Test
    void several_processes_are_cancelled_together() {
        var order = Orders.set("a1", executor.host(), "sleep 60", "sleep 60");
        executor.start(order, Orders.NO_MATERIALS);
        reports.awaitStart(order.attempt());
        executor.cancel(order.attempt());
        assertThat(reports.ending(order.attempt())).isInstanceOf(Ending.Cancelled.class);
    }

    private List<StepReport.Ended> ended(StepOrder order) {
        return reports.all().stream()
                .filter(StepReport.Ended.class::isInstance)
                .map(StepReport.Ended.class::cast)
                .filter(end -> end.attempt().equals(order.attempt()))
                .toList();
    }
}
