package tiphys.engine;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/// Runs steps. Adapters hold no rule of the engine; each passes `ExecutorContract`. Safe for every thread.
public interface Executor extends AutoCloseable {

    /// With what the host of an executor begins whose steps are pods of a cluster. Orders for such a host say what the manifest asks
    /// of pods ([StepOrder#pod]), which has no meaning elsewhere.
    String CLUSTER = "kubernetes/";

    /// Who hears the reports; called once, before any order. The listener is quick and safe for every thread. It hears together what
    /// is known together, never an empty list: of an attempt that is over its start, if it had one, comes with its end or was told
    /// before. A report is repeated until it was acknowledged by [#forget].
    void onReports(Consumer<List<StepReport>> listener);

    /// The boot id of the host that orders are made for now.
    String host();

    /// Starts a step unless its attempt was claimed already; may be repeated blindly. Never blocks for long: more orders
    /// than may run at once wait inside, in order.
    void start(StepOrder order, Materials materials);

    /// The engine has recorded that an attempt started: what must not be done before that may be done now. Told after the report of
    /// the start was recorded, and again for what is under way after [#reconcile]. An executor with claims of its own needs none.
    default void claimed(AttemptId attempt) {}

    /// Ends an attempt: SIGTERM, the grace, SIGKILL. Answered by one `Ended` report, whatever it says.
    void cancel(AttemptId attempt);

    /// After a restart: says which attempts the engine believes to be under way. Each is answered by the reports that are
    /// known of it, or by `Ended(Lost)`. An attempt that was ordered but never claimed is not lost: the engine gives its
    /// order again.
    void reconcile(Collection<StepOrder> underWay);

    /// The engine has recorded the attempt's end: what was kept for it (how it ended) may go; logs stay.
    void forget(AttemptId attempt);

    /// A claimed volume is given up: its files may go. Nothing happens if there are none.
    ///
    /// @param claim the claim's name
    void release(String namespace, String claim);

    /// What this executor cannot honour in an order, each as a sentence that names it; empty if it can run it.
    List<String> refusals(StepOrder order);

    /// Lets go of the executor. Steps that run go on where the executor can let them.
    @Override
    void close();
}
