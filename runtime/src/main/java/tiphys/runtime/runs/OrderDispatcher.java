package tiphys.runtime.runs;

import java.time.InstantSource;
import java.util.Map;
import java.util.function.Consumer;
import tiphys.engine.AttemptId;
import tiphys.engine.Executor;
import tiphys.engine.Materials;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.journal.Quarantine;
import tiphys.journal.StoreUnavailable;

/// Gives recorded orders to the executor, with what their references stand for. What cannot be given comes back as a
/// report, so that a run hears of every order.
final class OrderDispatcher {
    /// A cluster resolves what its pods refer to itself.
    private static final Materials NONE = new Materials(Map.of(), Map.of());

    private final Executor executor;
    private final MaterialsResolver materials;
    private final InstantSource clock;
    private final Quarantine quarantine;
    private final Consumer<StepReport> reports;

    OrderDispatcher(
            Executor executor,
            MaterialsResolver materials,
            InstantSource clock,
            Quarantine quarantine,
            Consumer<StepReport> reports) {
        this.executor = executor;
        this.materials = materials;
        this.clock = clock;
        this.quarantine = quarantine;
        this.reports = reports;
    }

    /// Gives an order; may be repeated, for the attempt's claim decides.
    void give(StepOrder order) {
        var stream = RunDecider.streamOf(order.attempt().runUid());
        try (var _ = quarantine.begin(stream, "the order of attempt " + order.attempt().text())) {
            var refusals = executor.refusals(order);
            if (refusals.isEmpty()) {
                executor.start(order, order.host().startsWith(Executor.CLUSTER) ? NONE : materials.resolve(order));
            } else {
                refuse(order.attempt(), String.join("; ", refusals));
            }
        } catch (MaterialsResolver.Missing e) {
            refuse(order.attempt(), e.what());
        } catch (StoreUnavailable e) {
            refuse(order.attempt(), "the values it needs cannot be read now: " + e.getMessage());
        } catch (StackOverflowError e) {
            refuse(order.attempt(), "it is nested too deeply to be given to the executor");
        }
    }

    private void refuse(AttemptId attempt, String why) {
        reports.accept(new StepReport.Ended(attempt, clock.instant(), new StepReport.Ending.NotStarted(why)));
    }
}
