package tiphys.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tiphys.engine.StepReport.Ending;

/// An executor in memory whose steps end when the test says so, or at once by a rule. Keeps the promises of the port: an
/// attempt starts once, however often it is ordered. For one thread, unless the rule says otherwise.
public final class ManualExecutor implements Executor {
    /// How steps end by themselves.
    @FunctionalInterface
    public interface Script {
        /// The ending of a step that ends at once; empty for one that the test ends by hand.
        java.util.Optional<Ending> play(StepOrder order, Materials materials);
    }

    /// No step ends by itself.
    public static final Script BY_HAND = (_, _) -> java.util.Optional.empty();

    private final java.util.Queue<String> released = new java.util.concurrent.ConcurrentLinkedQueue<>();
    private final String host;
    private final Instant at;
    private final Script script;
    private final Map<AttemptId, StepOrder> orders = new LinkedHashMap<>();
    private final Map<AttemptId, List<StepReport>> kept = new LinkedHashMap<>();
    private final List<AttemptId> cancels = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private Consumer<List<StepReport>> listener = _ -> {};

    /// @param host its boot id
    /// @param at the time that every report carries
    public ManualExecutor(String host, Instant at, Script script) {
        this.host = host;
        this.at = at;
        this.script = script;
    }

    @Override
    public synchronized void onReports(Consumer<List<StepReport>> listener) {
        this.listener = listener;
    }

    @Override
    public void release(String namespace, String claim) {
        released.add(namespace + "/" + claim);
    }

    /// The claims that were given up.
    public java.util.List<String> released() {
        return java.util.List.copyOf(released);
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public synchronized void start(StepOrder order, Materials materials) {
        if (kept.containsKey(order.attempt()) || orders.putIfAbsent(order.attempt(), order) != null) {
            repeat(order.attempt());
            return;
        }
        if (!order.host().equals(host)) {
            end(order.attempt(), new Ending.Lost("the host was rebooted while the step was under way"));
            return;
        }
        say(new StepReport.Started(order.attempt(), at, "by hand for " + order.template().image()));
        script.play(order, materials).ifPresent(ending -> end(order.attempt(), ending));
    }

    /// Ends a step by hand.
    public synchronized void end(AttemptId attempt, Ending ending) {
        if (!isOver(attempt)) {
            say(new StepReport.Ended(attempt, at, ending));
        }
    }

    /// The orders that were started and have not ended, in order.
    public synchronized List<StepOrder> running() {
        return orders.values().stream().filter(order -> !isOver(order.attempt())).toList();
    }

    /// How often steps were started, each attempt counted once.
    public synchronized int starts() {
        return orders.size();
    }

    /// The attempt that was started last.
    public synchronized AttemptId last() {
        return List.copyOf(orders.keySet()).getLast();
    }

    /// What was to be cancelled, in order.
    public synchronized List<AttemptId> cancels() {
        return List.copyOf(cancels);
    }

    /// Tells of attempts, whatever is known of them.
    public void tell(List<StepReport> reports) {
        listener.accept(reports);
    }

    /// From now on every order is refused with this sentence.
    public synchronized void refuse(String sentence) {
        refused.add(sentence);
    }

    @Override
    public synchronized void cancel(AttemptId attempt) {
        cancels.add(attempt);
        if (isOver(attempt)) {
            repeat(attempt);
        } else {
            end(attempt, new Ending.Cancelled());
        }
    }

    @Override
    public synchronized void reconcile(Collection<StepOrder> underWay) {
        for (var order : underWay) {
            if (kept.containsKey(order.attempt())) {
                repeat(order.attempt());
            } else if (!order.host().equals(host)) {
                end(order.attempt(), new Ending.Lost("the host was rebooted while the step was under way"));
            }
        }
    }

    @Override
    public synchronized void forget(AttemptId attempt) {
        kept.computeIfPresent(attempt, (_, _) -> List.of());
    }

    @Override
    public synchronized List<String> refusals(StepOrder order) {
        return List.copyOf(refused);
    }

    @Override
    public void close() {}

    private boolean isOver(AttemptId attempt) {
        var reports = kept.get(attempt);
        return reports != null && (reports.isEmpty() || reports.getLast() instanceof StepReport.Ended);
    }

    private void repeat(AttemptId attempt) {
        var reports = kept.getOrDefault(attempt, List.of());
        if (!reports.isEmpty()) {
            listener.accept(reports);
        }
    }

    private void say(StepReport report) {
        var reports = new ArrayList<>(kept.getOrDefault(report.attempt(), List.of()));
        reports.add(report);
        kept.put(report.attempt(), List.copyOf(reports));
        listener.accept(List.of(report));
    }
}
