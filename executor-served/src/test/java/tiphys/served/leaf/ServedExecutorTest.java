package tiphys.served.leaf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.engine.AttemptId;
import tiphys.engine.ManualExecutor;
import tiphys.engine.Orders;
import tiphys.engine.ReportLog;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.Ending;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Template;

class ServedExecutorTest {
    private static final Value.Mapping HTTP = Value.object("http", Value.object("url", "http://x"));
    private static final Ending DONE = Outcomes.succeeded("done");

    @TempDir Path data;

    private final Scripted leaf = new Scripted();
    private final ReportLog reports = new ReportLog();
    private final ManualExecutor processes = new ManualExecutor("a-boot", Instant.EPOCH, ManualExecutor.BY_HAND);
    private ServedExecutor executor;

    /// A leaf that is done when the test says so.
    private static final class Scripted implements Leaf {
        final AtomicInteger runs = new AtomicInteger();
        final LinkedBlockingQueue<Ending.Served> endings = new LinkedBlockingQueue<>();
        final CountDownLatch interrupted = new CountDownLatch(1);
        volatile boolean faulty;
        volatile boolean aside;

        @Override
        public List<String> refusals(StepOrder order) {
            return List.of("refused here");
        }

        @Override
        public Ending.Served run(StepOrder order, Doing doing) throws InterruptedException {
            runs.incrementAndGet();
            if (faulty) {
                throw new IllegalStateException("a fault");
            }
            try {
                if (aside) {
                    doing.aside(() -> endings.add(endings.take()));
                }
                return endings.take();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        }
    }

    @BeforeEach
    void open() {
        executor = executor(2);
    }

    private ServedExecutor executor(int atOnce) {
        var made =
                new ServedExecutor(
                        processes,
                        Map.of(Template.Type.HTTP, leaf),
                        new ServedLogs(data, new NoLogs()),
                        InstantSource.system(),
                        atOnce);
        made.onReports(reports);
        return made;
    }

    @AfterEach
    void close() {
        executor.close();
    }

    private StepOrder order(String attempt) {
        return ServedOrder.of(attempt, HTTP);
    }

    private void begin(StepOrder order) {
        executor.start(order, Orders.NO_MATERIALS);
        reports.awaitStart(order.attempt());
        executor.claimed(order.attempt());
    }

    @Test
    void a_leaf_is_done_only_after_its_start_was_recorded() {
        var order = order("a1");
        executor.start(order, Orders.NO_MATERIALS);
        reports.awaitStart(order.attempt());
        assertThat(leaf.runs).hasValue(0);
        leaf.endings.add((Ending.Served) DONE);
        executor.claimed(order.attempt());
        assertThat(reports.ending(order.attempt())).isEqualTo(DONE);
        assertThat(leaf.runs).hasValue(1);
    }

    @Test
    void an_order_that_is_repeated_starts_nothing_and_is_answered_by_the_same_end() {
        var order = order("a1");
        begin(order);
        executor.start(order, Orders.NO_MATERIALS);
        executor.claimed(order.attempt());
        leaf.endings.add((Ending.Served) DONE);
        var ending = reports.ending(order.attempt());
        var again = new ReportLog();
        executor.onReports(again);
        executor.start(order, Orders.NO_MATERIALS);
        assertThat(again.ending(order.attempt())).isEqualTo(ending);
        assertThat(leaf.runs).hasValue(1);
    }

    @Test
    void a_cancel_interrupts_a_leaf_and_is_its_end() throws InterruptedException {
        var order = order("a1");
        begin(order);
        executor.cancel(order.attempt());
        assertThat(reports.ending(order.attempt())).isEqualTo(new Ending.Cancelled());
        assertThat(reports.all().stream().filter(StepReport.Ended.class::isInstance)).hasSize(1);
    }

    @Test
    void a_cancel_that_overtakes_the_order_keeps_the_leaf_from_being_done() {
        var order = order("a1");
        executor.cancel(order.attempt());
        executor.start(order, Orders.NO_MATERIALS);
        assertThat(reports.ending(order.attempt())).isEqualTo(new Ending.Cancelled());
        assertThat(leaf.runs).hasValue(0);
    }

    @Test
    void a_leaf_ends_at_its_deadline_also_while_it_waits_for_a_place() {
        executor.close();
        executor = executor(1);
        begin(order("a1"));
        var late = ServedOrder.of("a2", HTTP, Optional.of(Instant.now().plus(Duration.ofMillis(50))));
        executor.start(late, Orders.NO_MATERIALS);
        assertThat(reports.ending(late.attempt())).isEqualTo(new Ending.DeadlineExceeded());
        assertThat(leaf.runs.get()).isLessThanOrEqualTo(1);
    }

    @Test
    void no_more_leaves_are_done_at_once_than_there_are_places() {
        executor.close();
        executor = executor(1);
        begin(order("a1"));
        executor.start(order("a2"), Orders.NO_MATERIALS);
        assertThat(reports.all()).noneMatch(report -> report.attempt().text().equals("a2"));
        leaf.endings.add((Ending.Served) DONE);
        reports.awaitStart(new AttemptId("a2"));
    }

    @Test
    void a_leaf_that_waits_for_long_gives_its_place_to_another() {
        executor.close();
        executor = executor(1);
        leaf.aside = true;
        begin(order("a1"));
        executor.start(order("a2"), Orders.NO_MATERIALS);
        reports.awaitStart(new AttemptId("a2"));
    }

    @Test
    void what_was_recorded_as_started_is_done_again_after_a_restart_without_a_new_order() {
        var order = order("a1");
        executor.reconcile(List.of(order));
        assertThat(leaf.runs).hasValue(0);
        leaf.endings.add((Ending.Served) DONE);
        executor.claimed(order.attempt());
        assertThat(reports.ending(order.attempt())).isEqualTo(DONE);
    }

    @Test
    void what_was_ordered_and_never_started_waits_for_its_order_after_a_restart() {
        var order = order("a1");
        executor.reconcile(List.of(order));
        leaf.endings.add((Ending.Served) DONE);
        begin(order);
        assertThat(reports.ending(order.attempt())).isEqualTo(DONE);
        assertThat(leaf.runs).hasValue(1);
    }

    @Test
    void a_server_that_ends_leaves_a_leaf_off_without_an_end() throws InterruptedException {
        begin(order("a1"));
        leaf.aside = true;
        while (leaf.runs.get() == 0) {
            Thread.onSpinWait();
        }
        executor.close();
        assertThat(leaf.interrupted.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(reports.all()).noneMatch(StepReport.Ended.class::isInstance);
    }

    @Test
    void a_fault_of_a_leaf_is_an_error_of_its_step_alone() {
        leaf.faulty = true;
        var order = order("a1");
        begin(order);
        assertThat(reports.ending(order.attempt()))
                .isInstanceOfSatisfying(
                        Ending.Served.class,
                        served -> {
                            assertThat(served.outcome()).isEqualTo(Ending.Outcome.ERROR);
                            assertThat(served.message()).contains("a fault");
                        });
    }

    @Test
    void other_steps_are_the_other_executors() {
        var order = Orders.shell("p1", executor.host(), "exit 0").order();
        assertThat(executor.refusals(order)).isEqualTo(processes.refusals(order));
        assertThat(executor.refusals(order("a1"))).containsExactly("refused here");
    }
}
