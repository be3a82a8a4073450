package tiphys.runtime.views;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tiphys.engine.RunRow;
import tiphys.events.Deliveries.Delivery;
import tiphys.events.Event;
import tiphys.events.Events;
import tiphys.events.SourceFacts;
import tiphys.journal.Entry;
import tiphys.manifest.Value;
import tiphys.runtime.events.DeliveryRows;
import tiphys.runtime.events.EventPorts;
import tiphys.runtime.events.EventTexts;
import tiphys.runtime.events.Triggers;

/// Tells what became of events, in the JSON of docs/api.md.
public final class EventStories {
    private static final int PAGE = 200;

    /// How many events one question may look at.
    private static final int MOST_LOOKED_AT = 10_000;

    /// How much of their payloads one question may look at.
    private static final long MOST_BYTES = 64 << 20;

    private static final List<String> WORST_FIRST =
            List.of(
                    DeliveryRows.FAILED,
                    DeliveryRows.FIRED,
                    DeliveryRows.WAITING,
                    DeliveryRows.FILTERED,
                    DeliveryRows.UNHEARD);

    private final EventPorts ports;
    private final Triggers triggers;
    private final DeliveryStories deliveries;

    public EventStories(EventPorts ports, Triggers triggers) {
        this.ports = ports;
        this.triggers = triggers;
        this.deliveries = new DeliveryStories(ports);
    }

    /// A recorded event.
    public Optional<Event> event(String id) {
        return entry(id).flatMap(SourceFacts::event);
    }

    private Optional<Entry> entry(String id) {
        return ports.index()
                .sequence(id)
                .flatMap(sequence -> ports.journal().readKind(SourceFacts.KIND, sequence - 1, 1).stream().findFirst())
                .filter(found -> SourceFacts.event(found).filter(event -> event.id().equals(id)).isPresent());
    }

    /// The names of the objects that an event made.
    public List<String> objects(String id) {
        return ports.deliveries().ofEvent(id).stream()
                .flatMap(delivery -> delivery.object().stream())
                .distinct()
                .toList();
    }

    public Events.Page list(Events.Query query) {
        boolean byRows =
                List.of(DeliveryRows.FIRED, DeliveryRows.FAILED, DeliveryRows.WAITING).contains(query.verdict());
        return byRows ? byRows(query) : byEvents(query);
    }

    private Events.Page byEvents(Events.Query query) {
        var found = new ArrayList<Value.Mapping>();
        long before = Math.min(query.before() == 0 ? Long.MAX_VALUE : query.before(), end(query));
        long bytes = 0;
        for (int looked = 0; looked < MOST_LOOKED_AT && bytes < MOST_BYTES; ) {
            var page = ports.journal().readKindBackwards(SourceFacts.KIND, before, PAGE);
            for (var entry : page) {
                before = entry.sequence();
                bytes += entry.body().length;
                if (query.from().filter(start -> entry.at().isBefore(start)).isPresent()) {
                    return new Events.Page(found, 0);
                }
                SourceFacts.event(entry)
                        .filter(event -> isMeant(query, event))
                        .flatMap(event -> story(query, entry, event))
                        .ifPresent(found::add);
                if (found.size() == query.limit()) {
                    return new Events.Page(found, before);
                }
            }
            looked += page.size();
            if (page.size() < PAGE) {
                return new Events.Page(found, 0);
            }
        }
        return new Events.Page(found, before); // not all were looked at: the next page goes on from here
    }

    /// The sequence of the first event after the end of the time that is asked for.
    private long end(Events.Query query) {
        if (query.to().isEmpty()) {
            return Long.MAX_VALUE;
        }
        long low = 0;
        long high = ports.journal().head();
        while (low < high) {
            long middle = (low + high) >>> 1;
            var next = ports.journal().readKind(SourceFacts.KIND, middle, 1);
            if (next.isEmpty() || next.getFirst().at().isAfter(query.to().get())) {
                high = middle;
            } else {
                low = next.getFirst().sequence();
            }
        }
        return low + 1;
    }

    /// Events with a verdict that always has rows; pages end before an event's sequence, so rows are looked at from the
    /// latest on.
    private Events.Page byRows(Events.Query query) {
        var found = new ArrayList<Value.Mapping>();
        var seen = new LinkedHashSet<String>();
        long before = 0;
        int looked = 0;
        while (found.size() < query.limit() && looked < MOST_LOOKED_AT) {
            var rows = ports.deliveries().list(query.namespace(), query.verdict(), before, PAGE);
            for (var row : rows) {
                boolean mine = query.sensor().isEmpty() || query.sensor().equals(row.sensor());
                var entry = mine && seen.add(row.eventId()) ? entry(row.eventId()) : Optional.<Entry>empty();
                boolean inPage =
                        entry.filter(one -> query.before() == 0 || one.sequence() < query.before()).isPresent();
                if (inPage && found.size() < query.limit()) {
                    SourceFacts.event(entry.get())
                            .filter(event -> isMeant(query, event))
                            .flatMap(event -> story(query, entry.get(), event))
                            .ifPresent(found::add);
                }
            }
            looked += rows.size();
            if (rows.size() < PAGE) {
                break;
            }
            before = rows.getLast().sequence();
        }
        found.sort(Comparator.comparingLong((Value.Mapping one) -> sequence(one)).reversed());
        return new Events.Page(found, found.size() < query.limit() ? 0 : sequence(found.getLast()));
    }

    private static long sequence(Value.Mapping story) {
        return story.find("sequence")
                .map(value -> value instanceof Value.Number number ? number.decimal().longValue() : 0L)
                .orElse(0L);
    }

    private static boolean isMeant(Events.Query query, Event event) {
        return (query.namespace().isEmpty() || query.namespace().equals(event.namespace()))
                && (query.eventSource().isEmpty() || query.eventSource().equals(event.source()))
                && query.from().filter(start -> event.time().isBefore(start)).isEmpty()
                && query.to().filter(end -> event.time().isAfter(end)).isEmpty()
                && query.search().matches(event);
    }

    public Optional<Value.Mapping> find(String id) {
        return entry(id)
                .flatMap(entry ->
                        SourceFacts.event(entry)
                                .map(event ->
                                        story(entry, event)
                                                .with("context", event.context())
                                                .with("data", event.data())
                                                .with("deliveries", Value.list(deliveries.of(event, rows(event))))));
    }

    private List<Delivery> rows(Event event) {
        return ports.deliveries().ofEvent(event.id());
    }

    /// The story of an event as lists have it; empty if its verdict is not the one that is asked for, or the sensor that is
    /// asked for has nothing to do with it.
    private Optional<Value.Mapping> story(Events.Query query, Entry entry, Event event) {
        var rows = rows(event);
        var told = told(entry, event, rows, query.sensor());
        var verdict = Verdict.of(told);
        boolean otherVerdict = !query.verdict().isEmpty() && !query.verdict().equals(verdict.verdict());
        boolean otherSensor = !query.sensor().isEmpty() && told.isEmpty();
        if (otherVerdict || otherSensor) {
            return Optional.empty();
        }
        var shown =
                query.sensor().isEmpty()
                        ? rows
                        : rows.stream().filter(row -> row.sensor().equals(query.sensor())).toList();
        return Optional.of(
                story(entry, event, shown, verdict)
                        .with("deliveries", Value.list(told.stream().map(one -> shortly(event, one)).toList())));
    }

    /// What became of an event.
    ///
    /// @param sensor what that sensor made of it; empty for all sensors
    public String verdict(Entry entry, Event event, String sensor) {
        return Verdict.of(told(entry, event, rows(event), sensor)).verdict();
    }

    /// Why a delivery ended as it did, in a few words; empty if it fired, or if that is not kept.
    public String reason(Event event, Delivery row) {
        return deliveries.reason(event, row);
    }

    private Value.Mapping story(Entry entry, Event event) {
        var rows = rows(event);
        return story(entry, event, rows, Verdict.of(told(entry, event, rows, "")));
    }

    private Value.Mapping story(Entry entry, Event event, List<Delivery> rows, Verdict verdict) {
        return Value.object(
                "id",
                event.id(),
                "sequence",
                entry.sequence(),
                "at",
                EventTexts.instant(event.time()),
                "namespace",
                event.namespace(),
                "eventSource",
                event.source(),
                "eventName",
                event.subject(),
                "type",
                event.type(),
                "verdict",
                verdict.verdict(),
                "summary",
                verdict.summary(),
                "runs",
                runs(event, rows, ports.runs().ofEvent(event.id())));
    }

    private List<Value.Mapping> runs(Event event, List<Delivery> rows, List<RunRow> known) {
        var runs = new LinkedHashMap<String, Value.Mapping>();
        for (var row : known) {
            runs.put(row.name(), run(row.namespace(), row.name(), row.uid(), row.phase()));
        }
        for (var delivery : rows) {
            delivery.object()
                    .ifPresent(name ->
                            runs.computeIfAbsent(
                                    name,
                                    _ ->
                                            ports.runs()
                                                    .find(event.namespace(), name)
                                                    .map(row -> run(row.namespace(), name, row.uid(), row.phase()))
                                                    .orElseGet(() -> run(event.namespace(), name, "", ""))));
        }
        return List.copyOf(runs.values());
    }

    private static Value.Mapping run(String namespace, String name, String uid, String phase) {
        return Value.object("namespace", namespace, "name", name, "uid", uid, "phase", phase);
    }

    /// What one trigger made of an event.
    ///
    /// @param row its last delivery; empty if it has none, because it filtered the event out and kept no sample, or has not
    ///     come to it yet
    private record Told(TriggerName trigger, String verdict, Optional<Delivery> row) {
        String said() {
            return row.map(EventStories::said)
                    .orElse(verdict.equals(DeliveryRows.FILTERED) ? "filtered it out" : "has not come to it yet");
        }
    }

    private record TriggerName(String sensor, String trigger) {
        @Override
        public String toString() {
            return sensor + "/" + trigger;
        }
    }

    private record Verdict(String verdict, String summary) {
        static Verdict of(List<Told> told) {
            return told.stream()
                    .map(Told::verdict)
                    .reduce(EventStories::worse)
                    .map(worst ->
                            new Verdict(
                                    worst,
                                    told.stream()
                                            .map(one -> one.trigger() + " " + one.said())
                                            .collect(Collectors.joining("; "))))
                    .orElseGet(() -> new Verdict(DeliveryRows.UNHEARD, "no sensor listened"));
        }
    }

    /// What each trigger made of an event.
    ///
    /// @param sensor empty for all sensors
    private List<Told> told(Entry entry, Event event, List<Delivery> rows, String sensor) {
        var latest = new LinkedHashMap<TriggerName, Delivery>();
        rows.forEach(row -> latest.put(new TriggerName(row.sensor(), row.trigger()), row));
        var told = new ArrayList<Told>();
        latest.forEach((trigger, row) -> told.add(new Told(trigger, row.verdict(), Optional.of(row))));
        for (var runner : triggers.all()) {
            var shown = runner.shown();
            var name = new TriggerName(runner.name().sensor(), runner.name().trigger());
            if (entry.sequence() > shown.after()
                    && !latest.containsKey(name)
                    && runner.use().filter(use -> use.concerns(event)).isPresent()) {
                boolean consumed = entry.sequence() <= shown.position();
                told.add(new Told(name, consumed ? DeliveryRows.FILTERED : DeliveryRows.WAITING, Optional.empty()));
            }
        }
        return told.stream().filter(one -> sensor.isEmpty() || one.trigger().sensor().equals(sensor)).toList();
    }

    private Value.Mapping shortly(Event event, Told told) {
        return Value.object(
                "sensor",
                told.trigger().sensor(),
                "trigger",
                told.trigger().trigger(),
                "verdict",
                told.verdict(),
                "reason",
                told.row().map(row -> deliveries.reason(event, row)).orElse(""),
                "at",
                EventTexts.instant(told.row().map(Delivery::at)),
                "object",
                told.row().flatMap(Delivery::object).orElse(""));
    }

    private static String worse(String one, String other) {
        return WORST_FIRST.indexOf(other) < WORST_FIRST.indexOf(one) ? other : one;
    }

    private static String said(Delivery delivery) {
        return switch (delivery.verdict()) {
            case DeliveryRows.FIRED -> delivery.object().map(name -> "fired " + name).orElse("fired");
            case DeliveryRows.WAITING -> "waits for other events";
            case DeliveryRows.FILTERED -> "filtered it out";
            case DeliveryRows.FAILED -> "failed";
            default -> delivery.verdict();
        };
    }
}
