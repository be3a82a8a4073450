package tiphys.runtime.events;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.events.DeliveryRow;
import tiphys.events.trigger.Trigger;
import tiphys.events.trigger.TriggerCommand;
import tiphys.events.trigger.TriggerFact;
import tiphys.events.trigger.TriggerFacts;
import tiphys.journal.CloseStream;
import tiphys.journal.CursorMove;
import tiphys.journal.EntryPlace;
import tiphys.journal.Journal;
import tiphys.journal.SaveSnapshot;
import tiphys.journal.StreamName;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.Objects;
import tiphys.runtime.stream.StreamActor;

/// One trigger's decisions, with its cursor and its rows in the same transaction, and the firings that follow. Called by
/// the trigger's actor alone.
///
/// A firing's object is stored in the transaction that records the firing, where it can be planned beforehand. Where it
/// cannot, or that transaction was refused, the firing is recorded alone and its object made afterwards.
public final class TriggerDecider implements StreamActor.Decider<TriggerMessage> {
    private static final int READ = 2_000;
    private static final long SNAPSHOT_BYTES = 1 << 20;

    /// What may be shown: true after the last flush.
    ///
    /// @param position up to where events were consumed
    public record Shown(
            long after,
            long position,
            long fired,
            long filtered,
            long failed,
            List<String> held,
            int open,
            Optional<Instant> lastAt) {}

    /// What makes the objects of firings.
    interface Firings {
        /// What storing the firing's object takes now; empty if it is to be made by [#fire].
        Optional<Objects.Planned> plan(TriggerFact.Fired fired, TriggerName name);

        /// The firing is recorded and its object was stored with it. Called after the flush.
        void made(ApiObject object);

        /// The firing is recorded and its object is to be made. Called after the flush.
        void fire(TriggerFact.Fired fired, TriggerName name);
    }

    private final TriggerName name;
    private final StreamName stream;
    private final Journal journal;
    private final Firings firings;
    private final Runnable closed;

    private volatile Shown shown = new Shown(0, 0, 0, 0, 0, List.of(), 0, Optional.empty());
    private Trigger trigger = Trigger.fresh();
    private long number;
    private long position;
    private long bytesSinceSnapshot;
    private boolean retiring;
    private boolean closing;

    /// Whether the next batch records firings alone, because the last one was not stored.
    private boolean alone;

    private boolean loadedBefore;

    /// Where the trigger stands in replays of many events, of those it was asked about since it was loaded.
    private final Map<String, Long> replays = new HashMap<>();

    /// @param closed called when the stream was closed
    TriggerDecider(TriggerName name, Journal journal, Firings firings, Runnable closed) {
        this.name = name;
        this.stream = name.stream();
        this.journal = journal;
        this.firings = firings;
        this.closed = closed;
    }

    Shown shown() {
        return shown;
    }

    /// Firings that are neither made nor given up; for queries of the actor.
    List<TriggerFact.Fired> open() {
        return trigger.view().open();
    }

    @Override
    public Optional<String> decide(TriggerMessage message, Instant at, StreamActor.Work work) {
        if (closing) {
            return Optional.of(stream + " is closed, because its sensor is gone");
        }
        switch (message) {
            case TriggerMessage.Decide(var command) -> {
                var rows = parts(command);
                var decision = trigger.handle(command, at);
                record(decision.facts(), at, work);
                rows.ifPresent(row -> decision.facts().forEach(fact -> work.writes.addAll(row.of(fact, at))));
                if (command instanceof TriggerCommand.Listen(_, _, var after) && !decision.facts().isEmpty()) {
                    move(after, work);
                }
            }
            case TriggerMessage.Consume consume -> consume(consume, at, work);
            case TriggerMessage.ReplayOnce(var replay, var once) -> replay(replay, once, at, work);
            case TriggerMessage.Retire _ -> retiring = true;
        }
        if (retiring && trigger.view().open().isEmpty()) {
            closing = true;
            work.writes.add(new CloseStream(stream));
            work.afterFlush(closed);
        }
        return Optional.empty();
    }

    @Override
    public String about(TriggerMessage message) {
        return switch (message) {
            case TriggerMessage.Decide(var command) ->
                    switch (command) {
                        case TriggerCommand.Listen _ -> "its beginning";
                        case TriggerCommand.Consume _ -> "events";
                        case TriggerCommand.Replay replay -> "the replay of event " + replay.event().id();
                        case TriggerCommand.ReportMade made -> "the object of firing " + made.firing();
                        case TriggerCommand.ReportAnswered answered -> "the answer to firing " + answered.firing();
                        case TriggerCommand.ReportFailed failed -> "the failure of firing " + failed.firing();
                    };
            case TriggerMessage.Consume consume ->
                    consume.events().isEmpty()
                            ? "the events that it passes over"
                            : "the events from " + consume.events().getFirst().event().id() + " on";
            case TriggerMessage.ReplayOnce(var replay, _) -> "the replay of event " + replay.event().id();
            case TriggerMessage.Retire _ -> "its end";
        };
    }

    /// An event that waits in the join is there already, and one that this replay gave is done.
    private void replay(TriggerCommand.Replay replay, Optional<CursorMove> once, Instant at, StreamActor.Work work) {
        var id = replay.event().id();
        boolean done = once.filter(move -> move.sequence() <= stands(move.consumer())).isPresent();
        if (done || trigger.view().held().values().stream().anyMatch(held -> held.event().id().equals(id))) {
            return;
        }
        record(trigger.handle(replay, at).facts(), at, work);
        once.ifPresent(move -> {
            work.cursors.add(move);
            replays.put(move.consumer(), move.sequence());
        });
    }

    private long stands(String replay) {
        return replays.computeIfAbsent(replay, journal::cursor);
    }

    /// The state as it is kept; for queries of the actor.
    byte[] snapshot() {
        return trigger.snapshot();
    }

    private void consume(TriggerMessage.Consume consume, Instant at, StreamActor.Work work) {
        if (consume.upTo() <= position) {
            return;
        }
        var fresh = consume.events().stream().filter(heard -> heard.sequence() > position).toList();
        var decision =
                trigger.handle(
                        new TriggerCommand.Consume(
                                consume.sensor(),
                                consume.trigger(),
                                fresh.stream().map(SourceFeed.Heard::event).toList(),
                                consume.mostFirings()),
                        at);
        record(decision.facts(), at, work);
        if (decision.consumed() == fresh.size()) {
            move(consume.upTo(), work);
        } else if (decision.consumed() > 0) {
            move(fresh.get(decision.consumed() - 1).sequence(), work);
        }
    }

    private void move(long to, StreamActor.Work work) {
        position = to;
        work.cursors.add(new CursorMove(name.consumer(), to));
    }

    private void record(List<TriggerFact> facts, Instant at, StreamActor.Work work) {
        var making = new ArrayList<Making>();
        for (var fact : facts) {
            Optional<String> object = Optional.empty();
            if (fact instanceof TriggerFact.Fired fired && fired.error().isEmpty()) {
                var planned = alone ? Optional.<Objects.Planned>empty() : firings.plan(fired, name);
                planned.ifPresentOrElse(
                        plan -> making.add(new Making(fired.firing(), plan)),
                        () -> work.afterFlush(() -> firings.fire(fired, name)));
                object = planned.map(plan -> plan.object().name());
            }
            var place = new EntryPlace.Appended(work.entries.size());
            append(fact, work);
            work.writes.addAll(DeliveryRows.of(name, fact, object, at, place));
        }
        making.forEach(one -> make(one, at, work)); // in the order in which the state takes them
    }

    private record Making(String firing, Objects.Planned planned) {}

    /// Stores a firing's object together with the firing.
    private void make(Making making, Instant at, StreamActor.Work work) {
        var object = making.planned().object();
        var made =
                new TriggerCommand.ReportMade(
                        making.firing(), object.type().kind(), object.namespace(), object.name(), object.uid(), 1);
        trigger.handle(made, at).facts().forEach(fact -> append(fact, work));
        work.writes.addAll(making.planned().writes());
        work.afterFlush(committed ->
                firings.made(object.withMetadata("resourceVersion", Value.text("" + committed.version()))));
    }

    private void append(TriggerFact fact, StreamActor.Work work) {
        var entry = TriggerFacts.encode(fact);
        bytesSinceSnapshot += entry.body().length;
        number++;
        work.entries.add(entry);
    }

    /// A report changes the rows of its firing, which are those of the entry that recorded it.
    private Optional<Reported> parts(TriggerCommand command) {
        var firing =
                switch (command) {
                    case TriggerCommand.ReportMade made -> made.firing();
                    case TriggerCommand.ReportAnswered answered -> answered.firing();
                    case TriggerCommand.ReportFailed failed -> failed.firing();
                    case TriggerCommand.Listen _, TriggerCommand.Consume _, TriggerCommand.Replay _ -> "";
                };
        return trigger.view()
                .open(firing)
                .map(fired -> new Reported(name, fired, sequence(trigger.view().numberOf(firing))));
    }

    private record Reported(TriggerName name, TriggerFact.Fired fired, long sequence) {
        List<DeliveryRow> of(TriggerFact fact, Instant at) {
            return DeliveryRows.ended(name, fired, fact, at, new EntryPlace.Stored(sequence));
        }
    }

    private long sequence(long entry) {
        return journal.read(stream, entry - 1, 1).getFirst().sequence();
    }

    @Override
    public void beforeCommit(Instant at, StreamActor.Work work) {
        if (bytesSinceSnapshot > SNAPSHOT_BYTES && !closing) {
            work.writes.add(new SaveSnapshot(stream, number, "trigger/1", trigger.snapshot()));
            bytesSinceSnapshot = 0;
        }
        var now = now();
        work.afterFlush(() -> {
            shown = now;
            alone = false;
        });
    }

    private Shown now() {
        var view = trigger.view();
        return new Shown(
                view.after(),
                position,
                view.fired(),
                view.filtered(),
                view.failed(),
                List.copyOf(view.held().keySet()),
                view.open().size(),
                view.lastAt());
    }

    @Override
    public long reload() {
        alone = loadedBefore;
        loadedBefore = true;
        replays.clear();
        var snapshot = journal.snapshot(stream);
        trigger = snapshot.map(found -> Trigger.restore(found.body())).orElseGet(Trigger::fresh);
        number = snapshot.map(found -> found.number()).orElse(0L);
        bytesSinceSnapshot = 0;
        closing = false;
        while (true) {
            var entries = journal.read(stream, number, READ);
            for (var entry : entries) {
                trigger.apply(TriggerFacts.decode(entry), entry.at());
                bytesSinceSnapshot += entry.body().length;
                number = entry.number();
            }
            if (entries.size() < READ) {
                break;
            }
        }
        position = journal.cursor(name.consumer());
        shown = now();
        return number;
    }
}
