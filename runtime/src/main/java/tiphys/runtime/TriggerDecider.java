package tiphys.runtime;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
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

/// One trigger's decisions, with its cursor and its rows in the same transaction, and the firings that follow. Called by
/// the trigger's actor alone.
final class TriggerDecider implements StreamActor.Decider<TriggerMessage> {
    private static final int READ = 2_000;
    private static final long SNAPSHOT_BYTES = 1 << 20;

    /// What may be shown: true after the last flush.
    ///
    /// @param position up to where events were consumed
    record Shown(
            long after,
            long position,
            long fired,
            long filtered,
            long failed,
            List<String> held,
            int open,
            Optional<Instant> lastAt) {}

    private final TriggerName name;
    private final StreamName stream;
    private final Journal journal;
    private final BiConsumer<TriggerFact.Fired, TriggerName> fire;
    private final Runnable closed;

    private volatile Shown shown = new Shown(0, 0, 0, 0, 0, List.of(), 0, Optional.empty());
    private Trigger trigger = Trigger.fresh();
    private long number;
    private long position;
    private long bytesSinceSnapshot;
    private boolean retiring;
    private boolean closing;

    /// @param fire called after the flush for each firing that wants an object
    /// @param closed called when the stream was closed
    TriggerDecider(
            TriggerName name, Journal journal, BiConsumer<TriggerFact.Fired, TriggerName> fire, Runnable closed) {
        this.name = name;
        this.stream = name.stream();
        this.journal = journal;
        this.fire = fire;
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
                for (var fact : decision.facts()) {
                    record(fact, at, work);
                    rows.ifPresent(row -> work.writes.addAll(row.of(fact, at)));
                }
                if (command instanceof TriggerCommand.Listen(_, _, var after) && !decision.facts().isEmpty()) {
                    move(after, work);
                }
            }
            case TriggerMessage.Consume consume -> consume(consume, at, work);
            case TriggerMessage.Retire _ -> retiring = true;
        }
        if (retiring && trigger.view().open().isEmpty()) {
            closing = true;
            work.writes.add(new CloseStream(stream));
            work.afterFlush(closed);
        }
        return Optional.empty();
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
        decision.facts().forEach(fact -> record(fact, at, work));
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

    private void record(TriggerFact fact, Instant at, StreamActor.Work work) {
        var entry = TriggerFacts.encode(fact);
        bytesSinceSnapshot += entry.body().length;
        number++;
        var place = new EntryPlace.Appended(work.entries.size());
        work.entries.add(entry);
        work.writes.addAll(DeliveryRows.of(name, fact, at, place));
        if (fact instanceof TriggerFact.Fired fired && fired.error().isEmpty()) {
            work.afterFlush(() -> fire.accept(fired, name));
        }
    }

    /// A report changes the rows of its firing, which are those of the entry that recorded it.
    private Optional<Reported> parts(TriggerCommand command) {
        var firing =
                switch (command) {
                    case TriggerCommand.ReportMade made -> made.firing();
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
        work.afterFlush(() -> shown = now);
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
