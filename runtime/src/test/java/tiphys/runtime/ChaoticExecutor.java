package tiphys.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import tiphys.engine.AttemptId;
import tiphys.engine.Executor;
import tiphys.engine.Materials;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.Ending;

/// An executor that outlives servers and keeps the promises of the port, and nothing more: its reports come late, twice, in
/// another order, or only after a question. It complains when it is used in a way that loses a step or runs one twice.
final class ChaoticExecutor implements Executor {
    private final RandomGenerator random;
    private final InstantSource clock;
    private final Predicate<AttemptId> orderRecorded;
    private final Predicate<AttemptId> endRecorded;
    private final Set<AttemptId> ran = new HashSet<>();
    private final Set<AttemptId> running = new java.util.LinkedHashSet<>();
    private final Map<AttemptId, List<StepReport>> kept = new LinkedHashMap<>();
    private final List<StepReport> onTheWay = new ArrayList<>();
    private final Map<AttemptId, StepOrder> grouped = new HashMap<>();
    private Consumer<List<StepReport>> listener = _ -> {};
    private int boots = 1;

    /// @param orderRecorded whether the journal has the order of an attempt
    /// @param endRecorded whether the journal has its end
    ChaoticExecutor(
            RandomGenerator random,
            InstantSource clock,
            Predicate<AttemptId> orderRecorded,
            Predicate<AttemptId> endRecorded) {
        this.random = random;
        this.clock = clock;
        this.orderRecorded = orderRecorded;
        this.endRecorded = endRecorded;
    }

    @Override
    public void onReports(Consumer<List<StepReport>> next) {
        listener = next;
    }

    @Override
    public String host() {
        return "boot-" + boots;
    }

    @Override
    public void start(StepOrder order, Materials materials) {
        var attempt = order.attempt();
        assertThat(orderRecorded.test(attempt)).as("the order of %s is flushed before it is given", attempt).isTrue();
        if (kept.containsKey(attempt)) {
            onTheWay.addAll(kept.get(attempt));
        } else if (order.host().equals(host())) {
            assertThat(ran.add(attempt)).as("%s runs once: its end was recorded, its claim is gone", attempt).isTrue();
            running.add(attempt);
            if (order.template().grouped()) {
                grouped.put(attempt, order);
            }
            say(new StepReport.Started(attempt, now(), "program"));
            if (order.template().daemon() && random.nextInt(4) > 0) {
                say(new StepReport.Ready(attempt, now(), "127.1.2.3"));
            }
        } else {
            say(new StepReport.Ended(attempt, now(), new Ending.Lost("the host was rebooted")));
        }
    }

    @Override
    public void cancel(AttemptId attempt) {
        if (running.contains(attempt)) {
            end(attempt, new Ending.Cancelled());
        } else if (kept.containsKey(attempt)) {
            onTheWay.addAll(kept.get(attempt));
        } else if (!ran.contains(attempt)) {
            say(new StepReport.Ended(attempt, now(), new Ending.Cancelled()));
        }
    }

    @Override
    public void reconcile(Collection<StepOrder> underWay) {
        for (var order : underWay) {
            onTheWay.addAll(kept.getOrDefault(order.attempt(), List.of()));
        }
    }

    @Override
    public void forget(AttemptId attempt) {
        assertThat(endRecorded.test(attempt)).as("the end of %s is flushed before it is forgotten", attempt).isTrue();
        kept.remove(attempt);
    }

    @Override
    public void release(String namespace, String claim) {}

    @Override
    public List<String> refusals(StepOrder order) {
        return List.of();
    }

    @Override
    public void close() {}

    private Instant now() {
        return clock.instant();
    }

    private void end(AttemptId attempt, Ending ending) {
        if (running.remove(attempt)) {
            say(new StepReport.Ended(attempt, now(), ofAll(attempt, ending)));
        }
    }

    /// The ending of an attempt with several processes, whose one process would have ended thus.
    private Ending ofAll(AttemptId attempt, Ending ending) {
        var order = grouped.get(attempt);
        return order != null && ending instanceof Ending.Exited(var code, var result, var parameters)
                ? new Ending.GroupExited(
                        order.template().containers().stream()
                                .map(one -> new StepReport.ContainerEnd(one.name(), code, ""))
                                .toList(),
                        result,
                        parameters)
                : ending;
    }

    private void say(StepReport report) {
        kept.computeIfAbsent(report.attempt(), _ -> new ArrayList<>()).add(report);
        if (random.nextInt(8) > 0) {
            onTheWay.add(report);
        }
    }

    private <T> Optional<T> one(Collection<T> from) {
        return from.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(from).get(random.nextInt(from.size())));
    }

    /// Some process ends somehow.
    void endOne() {
        one(running)
                .ifPresent(attempt ->
                        end(
                                attempt,
                                switch (random.nextInt(8)) {
                                    case 0, 1 -> exited(1);
                                    case 2 -> new Ending.Lost("the runner was killed");
                                    case 3 -> new Ending.Signalled(9);
                                    default -> exited(0);
                                }));
    }

    private static Ending exited(int code) {
        return new Ending.Exited(code, Optional.of("1"), Map.of());
    }

    /// Some report arrives, perhaps not for the last time.
    void hearOne() {
        var repeated = random.nextInt(8) == 0 ? one(kept.values()).flatMap(this::one) : Optional.<StepReport>empty();
        if (repeated.isPresent()) {
            listener.accept(List.of(repeated.get()));
        } else if (!onTheWay.isEmpty()) {
            listener.accept(List.of(onTheWay.remove(random.nextInt(onTheWay.size()))));
        }
    }

    /// The server is gone: what was on its way to it is lost.
    void serverGone() {
        onTheWay.clear();
        listener = _ -> {};
    }

    /// The host is gone, and every process.
    void reboot() {
        boots++;
        List.copyOf(running).forEach(attempt -> end(attempt, new Ending.Lost("the host was rebooted")));
    }

    /// Everything ends well and is heard, again and again as the port promises.
    void behave() {
        List.copyOf(running).forEach(attempt -> end(attempt, exited(0)));
        onTheWay.clear();
        List.copyOf(kept.values()).forEach(reports -> listener.accept(List.copyOf(reports)));
    }

    /// What was not forgotten.
    Set<AttemptId> kept() {
        return kept.keySet();
    }

    /// What ran.
    Set<AttemptId> ran() {
        return ran;
    }
}
