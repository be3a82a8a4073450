package tiphys.runtime.events;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import tiphys.events.Arrival;
import tiphys.events.Event;
import tiphys.events.EventIndex;
import tiphys.events.EventIndexReader;
import tiphys.events.Intake;
import tiphys.events.SourceFacts;
import tiphys.journal.Append;
import tiphys.journal.Committed;
import tiphys.journal.Conflict;
import tiphys.journal.CursorMove;
import tiphys.journal.EntryPlace;
import tiphys.journal.Journal;
import tiphys.journal.StreamName;
import tiphys.journal.Transaction;
import tiphys.journal.Write;

/// Makes arrivals events: one entry and one index row each, in a transaction of its own that shares its flush with whatever
/// arrives at the same time. Nothing blocks and no thread is started, but for a sender's repetition.
public final class SourceIntake implements Intake {
    private final Journal journal;
    private final EventIndexReader index;
    private final SourceFeed feed;
    private final Supplier<String> ids;
    private final Executor threads;
    private final ArrivalPressure pressure = new ArrivalPressure(System::nanoTime);

    public SourceIntake(EventPorts ports, SourceFeed feed, Executor threads) {
        this.journal = ports.journal();
        this.index = ports.index();
        this.ids = ports.ids();
        this.feed = feed;
        this.threads = threads;
    }

    /// Whether more events come than can be taken in.
    public boolean isPressed() {
        return pressure.isHigh();
    }

    private Event event(Arrival arrival) {
        return new Event(
                ids.get(),
                arrival.namespace(),
                arrival.eventSource(),
                arrival.type(),
                arrival.eventName(),
                arrival.at(),
                arrival.payload());
    }

    @Override
    public CompletableFuture<String> accept(Arrival arrival) {
        var event = event(arrival);
        var stream = SourceFacts.stream(event);
        var entry = SourceFacts.accepted(event);
        var bytes = entry.body().length;
        pressure.came();
        var stored =
                journal.commit(
                        new Transaction(
                                arrival.at(),
                                List.of(new Append(stream, OptionalLong.empty(), List.of(entry))),
                                arrival.moves(),
                                List.of(
                                        new EventIndex(
                                                stream, event.id(), arrival.identity(), new EntryPlace.Appended(0)))));
        var answered =
                stored.whenComplete((_, _) -> pressure.answered())
                        .thenApply(committed -> known(committed, event, bytes));
        return arrival.identity().isEmpty()
                ? answered
                : answered.exceptionallyCompose(failure -> first(failure, stream, arrival));
    }

    /// In one transaction. If one of them is known already, they go in one by one, each known or new.
    @Override
    public CompletableFuture<Void> acceptAll(List<Arrival> arrivals) {
        if (arrivals.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        var events = arrivals.stream().map(this::event).toList();
        var stream = SourceFacts.stream(events.getFirst());
        var entries = events.stream().map(SourceFacts::accepted).toList();
        var moves = new LinkedHashMap<String, CursorMove>();
        var rows = new ArrayList<Write>();
        for (int i = 0; i < events.size(); i++) {
            arrivals.get(i).moves().forEach(move -> moves.put(move.consumer(), move));
            var place = new EntryPlace.Appended(i);
            rows.add(new EventIndex(stream, events.get(i).id(), arrivals.get(i).identity(), place));
        }
        var transaction =
                new Transaction(
                        arrivals.getLast().at(),
                        List.of(new Append(stream, OptionalLong.empty(), entries)),
                        List.copyOf(moves.values()),
                        rows);
        return journal.commit(transaction)
                .thenAccept(committed -> {
                    for (int i = 0; i < events.size(); i++) {
                        feed.accepted(committed.firstSequence() + i, events.get(i), entries.get(i).body().length);
                    }
                })
                .exceptionallyCompose(failure ->
                        known(cause(failure))
                                ? Intake.super.acceptAll(arrivals)
                                : CompletableFuture.failedFuture(failure));
    }

    private static boolean known(Throwable cause) {
        return cause instanceof Conflict conflict && conflict.reason() == Conflict.Reason.ALREADY_EXISTS;
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /// The source is behind what it handed in a second time, too.
    private CompletableFuture<String> passed(Arrival arrival, String event) {
        return passOver(arrival.moves(), arrival.at()).thenApply(_ -> event);
    }

    @Override
    public CompletableFuture<Void> passOver(List<CursorMove> moves, Instant at) {
        return moves.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : journal.commit(new Transaction(at, List.of(), moves, List.of())).thenAccept(_ -> {});
    }

    private String known(Committed committed, Event event, int bytes) {
        feed.accepted(committed.firstSequence(), event, bytes);
        return event.id();
    }

    /// The event that the sender's identity belongs to already.
    private CompletableFuture<String> first(Throwable failure, StreamName stream, Arrival arrival) {
        var cause = cause(failure);
        if (cause instanceof Conflict conflict && conflict.reason() == Conflict.Reason.ALREADY_EXISTS) {
            var identity = arrival.identity().orElseThrow();
            return CompletableFuture.supplyAsync(
                            () -> index.eventOf(stream, identity).orElseThrow(() -> conflict), threads)
                    .thenCompose(event -> passed(arrival, event));
        }
        return CompletableFuture.failedFuture(cause);
    }
}
