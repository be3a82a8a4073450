package tiphys.runtime.past;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import tiphys.events.Deliveries.Delivery;
import tiphys.events.Event;
import tiphys.events.past.Selection;
import tiphys.events.past.Trial;
import tiphys.events.trigger.TriggerCommand;
import tiphys.journal.CursorMove;
import tiphys.journal.Entry;
import tiphys.manifest.Value;
import tiphys.runtime.events.DeliveryRows;
import tiphys.runtime.events.EventPorts;
import tiphys.runtime.events.EventTexts;
import tiphys.runtime.events.TriggerRunner;
import tiphys.runtime.events.Triggers;
import tiphys.runtime.views.EventStories;

/// Gives many events to the sensors again, some at a time: whoever asks for it asks for each step, so nothing goes on that
/// nobody watches, and where it stands is known to the one who asks.
///
/// Steps take turns, and each begins when what the one before gave is recorded. So the list of deliveries tells each step what
/// fired already. Safe for every thread.
final class RangeReplay {
    private static final PastEvents.Bounds PLAN = new PastEvents.Bounds(200_000, 1L << 30, Duration.ofSeconds(20));
    private static final PastEvents.Bounds STEP = new PastEvents.Bounds(20_000, 64 << 20, Duration.ofSeconds(10));
    private static final int MOST = 500;

    private final EventPorts ports;
    private final Triggers triggers;
    private final PastEvents events;
    private final Turns turns;
    private final Executor tasks;

    RangeReplay(EventPorts ports, Triggers triggers, EventStories stories, Turns turns, Executor tasks) {
        this.ports = ports;
        this.triggers = triggers;
        this.events = new PastEvents(ports.journal(), stories);
        this.turns = turns;
        this.tasks = tasks;
    }

    /// A trigger that may be meant, and what it is to do now.
    private record Listener(TriggerRunner runner, TriggerRunner.Use use) {
        String name() {
            return runner.name().sensor() + "/" + runner.name().trigger();
        }
    }

    private List<Listener> listeners(Selection selection) {
        var found = new ArrayList<Listener>();
        for (var runner : triggers.all()) {
            boolean meant =
                    isOrAny(selection.namespace(), runner.name().namespace())
                            && isOrAny(selection.sensor(), runner.name().sensor());
            if (meant && runner.quarantine().isEmpty()) {
                runner.use().ifPresent(use -> found.add(new Listener(runner, use)));
            }
        }
        found.sort(Comparator.comparing(Listener::name));
        return found;
    }

    private static boolean isOrAny(String wanted, String actual) {
        return wanted.isEmpty() || wanted.equals(actual);
    }

    /// See [Past#plan].
    CompletableFuture<Value.Mapping> plan(Selection selection, Optional<String> again) {
        var now = selection.head() == 0 ? selection.upTo(ports.journal().head()) : selection;
        var listeners = listeners(now);
        var snapshots = listeners.stream().map(one -> one.runner().snapshot()).toList();
        return CompletableFuture.allOf(snapshots.toArray(CompletableFuture[]::new))
                .thenApplyAsync(
                        _ -> plan(now, again, listeners, snapshots.stream().map(CompletableFuture::join).toList()),
                        tasks);
    }

    private Value.Mapping plan(
            Selection selection, Optional<String> again, List<Listener> listeners, List<byte[]> snapshots) {
        var tallies = new ArrayList<Tally>();
        var trials = new ArrayList<Trial>();
        for (int i = 0; i < listeners.size(); i++) {
            var use = listeners.get(i).use();
            tallies.add(new Tally());
            trials.add(Trial.from(use.sensor(), use.trigger(), snapshots.get(i)));
        }
        var all = new Tally();
        var at = ports.clock().instant();
        var walked =
                events.walk(
                        selection,
                        0,
                        PLAN,
                        (entry, event) -> {
                            all.events++;
                            var rows = rows(event);
                            for (int i = 0; i < listeners.size(); i++) {
                                var listener = listeners.get(i);
                                if (listener.use().concerns(event)) {
                                    var tally = tallies.get(i);
                                    tally.events++;
                                    var skipped = skipped(listener, entry, rows, again);
                                    if (skipped.isPresent()) {
                                        tally.add(skipped.get());
                                    } else {
                                        tally.add(trials.get(i).giveAgain(event, at));
                                    }
                                }
                            }
                            return true;
                        });
        var plans = new ArrayList<Value.Mapping>();
        for (int i = 0; i < listeners.size(); i++) {
            if (tallies.get(i).events > 0) {
                plans.add(
                        tallies.get(i)
                                .json(
                                        listeners.get(i).runner().name().sensor(),
                                        listeners.get(i).runner().name().trigger()));
            }
        }
        return Value.object(
                "events",
                all.events,
                "head",
                selection.head(),
                "complete",
                walked.complete(),
                "upTo",
                walked.upTo().getEpochSecond() == 0 ? "" : EventTexts.instant(walked.upTo()),
                "triggers",
                plans);
    }

    /// Why an event is not given to a trigger.
    private enum Skipped {
        /// It made an object already, or is about to.
        FIRED_BEFORE,
        /// The trigger has not come to it, and will.
        TO_COME,
        /// This replay gave it already.
        DONE_BEFORE
    }

    /// What the trigger shows is read first: what it has consumed then has its rows when they are read afterwards.
    private Optional<Skipped> skipped(Listener listener, Entry entry, Rows rows, Optional<String> again) {
        var shown = listener.runner().shown();
        if (entry.sequence() > shown.after() && entry.sequence() > shown.position()) {
            return Optional.of(Skipped.TO_COME);
        }
        if (again.isPresent()) {
            return ports.journal().cursor(consumer(listener, again.get())) >= entry.sequence()
                    ? Optional.of(Skipped.DONE_BEFORE)
                    : Optional.empty();
        }
        return rows.of(listener).stream().anyMatch(row -> row.verdict().equals(DeliveryRows.FIRED))
                ? Optional.of(Skipped.FIRED_BEFORE)
                : Optional.empty();
    }

    private static String consumer(Listener listener, String again) {
        return "replay/" + again + "/" + listener.runner().name().stream();
    }

    /// An event's deliveries, read when they are first wanted.
    private final class Rows {
        private final Event event;
        private Optional<List<Delivery>> read = Optional.empty();

        Rows(Event event) {
            this.event = event;
        }

        List<Delivery> of(Listener listener) {
            if (read.isEmpty()) {
                read = Optional.of(ports.deliveries().ofEvent(event.id()));
            }
            var name = listener.runner().name();
            return read.get().stream()
                    .filter(row ->
                            row.namespace().equals(name.namespace())
                                    && row.sensor().equals(name.sensor())
                                    && row.trigger().equals(name.trigger()))
                    .toList();
        }
    }

    private Rows rows(Event event) {
        return new Rows(event);
    }

    /// See [Past#replay].
    CompletableFuture<Value.Mapping> replay(Selection selection, Optional<String> again, long after, int most) {
        return turns.next(() -> step(selection, again, after, Math.clamp(most, 1, MOST)));
    }

    private record Given(Event event, Listener listener, CompletableFuture<Optional<String>> answer) {}

    private CompletableFuture<Value.Mapping> step(Selection selection, Optional<String> again, long after, int most) {
        int room = triggers.room();
        var tally = new Tally();
        if (room <= 0) {
            return CompletableFuture.completedFuture(tally.step(after, true, ""));
        }
        var listeners = listeners(selection);
        var given = new ArrayList<Given>();
        int wanted = Math.min(most, room);
        var walked =
                events.walk(
                        selection,
                        after,
                        STEP,
                        (entry, event) -> {
                            tally.events++;
                            var rows = rows(event);
                            for (var listener : listeners) {
                                if (listener.use().concerns(event)) {
                                    var skipped = skipped(listener, entry, rows, again);
                                    skipped.ifPresentOrElse(
                                            tally::add, () -> given.add(give(entry, event, listener, again)));
                                }
                            }
                            return tally.events < wanted;
                        });
        var at = walked.upTo().getEpochSecond() == 0 ? "" : EventTexts.instant(walked.upTo());
        return CompletableFuture.allOf(given.stream().map(Given::answer).toArray(CompletableFuture[]::new))
                .thenApplyAsync(
                        _ -> {
                            given.forEach(one -> told(one, tally));
                            return tally.step(walked.complete() ? 0 : walked.last(), false, at);
                        },
                        tasks);
    }

    private static Given give(Entry entry, Event event, Listener listener, Optional<String> again) {
        var use = listener.use();
        var once = again.map(name -> new CursorMove(consumer(listener, name), entry.sequence()));
        var command = new TriggerCommand.Replay(use.sensor(), use.trigger(), event);
        return new Given(event, listener, listener.runner().replay(command, once));
    }

    /// Counts what became of an event, by its last row: what it was given is recorded now.
    private void told(Given given, Tally tally) {
        if (given.answer().join().isPresent()) {
            tally.refused++;
            return;
        }
        rows(given.event()).of(given.listener()).stream()
                .max(Comparator.comparingLong(Delivery::sequence))
                .ifPresent(row -> tally.add(row.verdict()));
    }

    /// Counts what became, or would become, of events that were given to triggers.
    private static final class Tally {
        private long events;
        private long refused;
        private final Map<String, Long> counts = new LinkedHashMap<>();
        private String message = "";

        Tally() {
            for (var name : List.of("fired", "waiting", "filtered", "failed", "firedBefore", "toCome", "doneBefore")) {
                counts.put(name, 0L);
            }
        }

        void add(String verdict) {
            counts.merge(verdict, 1L, Long::sum);
        }

        void add(Skipped skipped) {
            add(
                    switch (skipped) {
                        case FIRED_BEFORE -> "firedBefore";
                        case TO_COME -> "toCome";
                        case DONE_BEFORE -> "doneBefore";
                    });
        }

        void add(Trial.Outcome outcome) {
            switch (outcome) {
                case Trial.Outcome.Unheard() -> {}
                case Trial.Outcome.Filtered _ -> add(DeliveryRows.FILTERED);
                case Trial.Outcome.Waits _ -> add(DeliveryRows.WAITING);
                case Trial.Outcome.Fires(var fired) -> {
                    add(fired.error().isEmpty() ? DeliveryRows.FIRED : DeliveryRows.FAILED);
                    message = message.isEmpty() ? fired.error() : message;
                }
            }
        }

        private Value.Mapping json() {
            return Value.object("events", events, "refused", refused, "message", message)
                    .with("counts", Value.of(counts));
        }

        Value.Mapping json(String sensor, String trigger) {
            return json().with("sensor", sensor).with("trigger", trigger);
        }

        Value.Mapping step(long next, boolean heldBack, String at) {
            return json().with("next", Value.number(next)).with("heldBack", Value.bool(heldBack)).with("at", at);
        }
    }
}
