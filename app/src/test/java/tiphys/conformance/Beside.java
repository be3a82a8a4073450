package tiphys.conformance;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import tiphys.engine.AttemptId;
import tiphys.engine.Executor;
import tiphys.engine.Materials;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;

/// An executor that many runs share: none of them hears what is said to all, or closes it.
record Beside(Executor shared) implements Executor {
    @Override
    public void onReports(Consumer<List<StepReport>> listener) {
        // Whoever opened it leads its reports to the runs.
    }

    @Override
    public String host() {
        return shared.host();
    }

    @Override
    public void start(StepOrder order, Materials materials) {
        shared.start(order, materials);
    }

    @Override
    public void cancel(AttemptId attempt) {
        shared.cancel(attempt);
    }

    @Override
    public void reconcile(Collection<StepOrder> underWay) {
        shared.reconcile(underWay);
    }

    @Override
    public void forget(AttemptId attempt) {
        shared.forget(attempt);
    }

    @Override
    public void release(String namespace, String claim) {
        shared.release(namespace, claim);
    }

    @Override
    public List<String> refusals(StepOrder order) {
        return shared.refusals(order);
    }

    @Override
    public void close() {
        // Whoever opened it closes it.
    }
}
