package tiphys.runtime.events;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import tiphys.events.Arrival;
import tiphys.events.Intake;
import tiphys.events.source.EventFilter;
import tiphys.events.source.Source.Refusals;
import tiphys.journal.CursorMove;

/// Lets through what a source's filter lets through. What it does not is acknowledged all the same, as Argo does, and counted.
final class FilteredIntake implements Intake {
    private final Intake intake;
    private final EventFilter filter;
    private final Executor threads;
    private final AtomicReference<Optional<Refusals>> passedOver = new AtomicReference<>(Optional.empty());

    /// @param threads evaluates the filter, which may take a moment
    FilteredIntake(Intake intake, EventFilter filter, Executor threads) {
        this.intake = intake;
        this.filter = filter;
        this.threads = threads;
    }

    @Override
    public CompletableFuture<String> accept(Arrival arrival) {
        return CompletableFuture.supplyAsync(() -> filter.objection(arrival.payload()), threads)
                .thenCompose(
                        objection -> objection.isEmpty() ? intake.accept(arrival) : passed(arrival, objection.get()));
    }

    private CompletableFuture<String> passed(Arrival arrival, String objection) {
        return intake.passOver(arrival.moves(), arrival.at())
                .thenApply(_ -> {
                    count(arrival, objection);
                    return "";
                });
    }

    private void count(Arrival arrival, String objection) {
        passedOver.updateAndGet(before ->
                Optional.of(new Refusals(before.map(Refusals::total).orElse(0L) + 1, arrival.at(), objection)));
    }

    @Override
    public CompletableFuture<Void> acceptAll(List<Arrival> arrivals) {
        return CompletableFuture.supplyAsync(
                        () -> arrivals.stream().map(one -> filter.objection(one.payload())).toList(), threads)
                .thenCompose(objections -> acceptAll(arrivals, objections));
    }

    /// What is let through takes along where the source stands behind what is not.
    private CompletableFuture<Void> acceptAll(List<Arrival> arrivals, List<Optional<String>> objections) {
        var through = new ArrayList<Arrival>();
        var moves = new ArrayList<CursorMove>();
        for (int i = 0; i < arrivals.size(); i++) {
            moves.addAll(arrivals.get(i).moves());
            if (objections.get(i).isEmpty()) {
                through.add(arrivals.get(i).behind(moves));
                moves.clear();
            }
        }
        if (!through.isEmpty()) {
            moves.addAll(0, through.getLast().moves());
            through.add(through.removeLast().behind(moves));
        }
        var done = through.isEmpty() ? intake.passOver(moves, arrivals.getLast().at()) : intake.acceptAll(through);
        return done.thenRun(() -> {
            for (int i = 0; i < arrivals.size(); i++) {
                var arrival = arrivals.get(i);
                objections.get(i).ifPresent(objection -> count(arrival, objection));
            }
        });
    }

    @Override
    public CompletableFuture<Void> passOver(List<CursorMove> moves, Instant at) {
        return intake.passOver(moves, at);
    }

    /// What was not let through since the source started.
    Optional<Refusals> passedOver() {
        return passedOver.get();
    }
}
