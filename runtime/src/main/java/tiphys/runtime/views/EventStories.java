package tiphys.runtime.views;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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

    public List<Value.Mapping> list(Events.Query query) {
        boolean byRows =
                List.of(DeliveryRows.FIRED, DeliveryRows.FAILED, DeliveryRows.WAITING).contains(query.verdict());
        return byRows ? byRows(query) : byEvents(query);
    }

    private List<Value.Mapping> byEvents(Events.Query query) {
        var found = new ArrayList<Value.Mapping>();
        long before = query.before() == 0 ? Long.MAX_VALUE : query.before();
        int looked = 0;
        while (found.size() < query.limit() && looked < MOST_LOOKED_AT) {
            var page = ports.journal().readKindBackwards(SourceFacts.KIND, before, PAGE);
            for (var entry : page) {
                var event = SourceFacts.event(entry).filter(one -> isMeant(query, one));
                if (event.isPresent() && found.size() < query.limit()) {
                    var story = story(entry, event.get());
                    if (query.verdict().isEmpty() || query.verdict().equals(story.textAt("verdict").orElse(""))) {
                        found.add(story);
                    }
                }
            }
            looked += page.size();
            if (page.size() < PAGE) {
                break;
            }
            before = page.getLast().sequence();
        }
        return found;
    }

    /// Events with a verdict that always has rows; pages end before an event's sequence, so rows are looked at from the
    /// latest on.
    private List<Value.Mapping> byRows(Events.Query query) {
        var found = new ArrayList<Value.Mapping>();
        var seen = new LinkedHashSet<String>();
        long before = 0;
        int looked = 0;
        while (found.size() < query.limit() && looked < MOST_LOOKED_AT) {
            var rows = ports.deliveries().list(query.namespace(), query.verdict(), before, PAGE);
            for (var row : rows) {
                var entry = seen.add(row.eventId()) ? entry(row.eventId()) : Optional.<Entry>empty();
                var event = entry.flatMap(SourceFacts::event).filter(one -> isMeant(query, one));
                boolean inPage =
                        entry.filter(one -> query.before() == 0 || one.sequence() < query.before()).isPresent();
                if (event.isPresent() && inPage && found.size() < query.limit()) {
                    var story = story(entry.get(), event.get());
                    if (query.verdict().equals(story.textAt("verdict").orElse(""))) {
                        found.add(story);
                    }
                }
            }
            looked += rows.size();
            if (rows.size() < PAGE) {
                break;
            }
            before = rows.getLast().sequence();
        }
        found.sort(Comparator.comparingLong((Value.Mapping one) -> sequence(one)).reversed());
        return found;
    }

    private static long sequence(Value.Mapping story) {
        return story.find("sequence")
                .map(value -> value instanceof Value.Number number ? number.decimal().longValue() : 0L)
                .orElse(0L);
    }

    private static boolean isMeant(Events.Query query, Event event) {
        return (query.namespace().isEmpty() || query.namespace().equals(event.namespace()))
                && (query.eventSource().isEmpty() || query.eventSource().equals(event.source()));
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

    private Value.Mapping story(Entry entry, Event event) {
        var rows = rows(event);
        var latest = new LinkedHashMap<String, Delivery>();
        rows.forEach(row -> latest.put(row.sensor() + "/" + row.trigger(), row));
        var verdict = verdict(entry, event, latest);
        var runs = ports.runs().ofEvent(event.id());
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
                runs(event, rows, runs));
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

    private record Verdict(String verdict, String summary) {}

    private Verdict verdict(Entry entry, Event event, Map<String, Delivery> latest) {
        var summaries = new ArrayList<String>();
        String worst = null;
        for (var delivery : latest.entrySet()) {
            var verdict = delivery.getValue().verdict();
            worst = worse(worst, verdict);
            summaries.add(delivery.getKey() + " " + said(verdict, delivery.getValue()));
        }
        for (var runner : triggers.all()) {
            var shown = runner.shown();
            if (entry.sequence() > shown.after()
                    && !latest.containsKey(runner.name().toString())
                    && runner.use().filter(use -> use.concerns(event)).isPresent()) {
                boolean consumed = entry.sequence() <= shown.position();
                worst = worse(worst, consumed ? DeliveryRows.FILTERED : DeliveryRows.WAITING);
                summaries.add(runner.name() + (consumed ? " filtered it out" : " has not come to it yet"));
            }
        }
        return worst == null
                ? new Verdict(DeliveryRows.UNHEARD, "no sensor listened")
                : new Verdict(worst, summaries.stream().collect(Collectors.joining("; ")));
    }

    private static String worse(@Nullable String one, String other) {
        return one == null || WORST_FIRST.indexOf(other) < WORST_FIRST.indexOf(one) ? other : one;
    }

    private static String said(String verdict, Delivery delivery) {
        return switch (verdict) {
            case DeliveryRows.FIRED ->
                    delivery.object().map(name -> "fired " + name).orElse("fired; its object is being made");
            case DeliveryRows.WAITING -> "waits for other events";
            case DeliveryRows.FILTERED -> "filtered it out";
            case DeliveryRows.FAILED -> "failed";
            default -> verdict;
        };
    }
}
