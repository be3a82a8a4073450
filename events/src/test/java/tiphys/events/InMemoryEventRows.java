package tiphys.events;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tiphys.journal.Conflict;
import tiphys.journal.InMemoryJournal;
import tiphys.journal.StreamName;
import tiphys.journal.Write;

/// The event index and the list of deliveries for tests: `new InMemoryStore(new InMemoryEventRows())`.
public final class InMemoryEventRows implements EventIndexReader, Deliveries, InMemoryJournal.Rider {
    private final Duration window;
    private final Map<String, Long> sequences = new HashMap<>();
    private final Map<List<String>, Known> identities = new HashMap<>();
    private final Map<List<String>, Delivery> deliveries = new TreeMap<>(Comparator.comparing(List::toString));

    /// Remembers identities for a week.
    public InMemoryEventRows() {
        this(Duration.ofDays(7));
    }

    /// @param window how long identities are remembered
    public InMemoryEventRows(Duration window) {
        this.window = window;
    }

    private record Known(String eventId, Instant at) {}

    @Override
    public boolean knows(Write write) {
        return write instanceof EventIndex || write instanceof DeliveryRow;
    }

    @Override
    public synchronized void keep(Write write, InMemoryJournal.Commit commit) {
        switch (write) {
            case EventIndex(var source, var id, var identity, var entry) -> {
                identity.ifPresent(sent -> {
                    var key = List.of(source.toString(), sent);
                    var known = identities.get(key);
                    if (known != null && !known.eventId().equals(id) && known.at().isAfter(commit.at().minus(window))) {
                        throw new Conflict(
                                Conflict.Reason.ALREADY_EXISTS,
                                source + " took \"" + sent + "\" already as event " + known.eventId());
                    }
                    InMemoryJournal.replace(identities, key, new Known(id, commit.at()), commit.undo());
                });
                InMemoryJournal.replace(sequences, id, entry.sequence(commit.firstSequence()), commit.undo());
            }
            case DeliveryRow row -> {
                long sequence = row.entry().sequence(commit.firstSequence());
                InMemoryJournal.replace(
                        deliveries,
                        List.of(row.eventId(), row.namespace(), row.sensor(), row.trigger(), "" + sequence),
                        new Delivery(
                                row.eventId(),
                                row.namespace(),
                                row.sensor(),
                                row.trigger(),
                                row.verdict(),
                                row.firing(),
                                row.object(),
                                row.at(),
                                sequence),
                        commit.undo());
            }
            case Write other -> throw new IllegalStateException("not kept here: " + other);
        }
    }

    @Override
    public synchronized Optional<Long> sequence(String eventId) {
        return Optional.ofNullable(sequences.get(eventId));
    }

    @Override
    public synchronized Optional<String> eventOf(StreamName source, String identity) {
        return Optional.ofNullable(identities.get(List.of(source.toString(), identity))).map(Known::eventId);
    }

    @Override
    public synchronized List<Delivery> ofEvent(String eventId) {
        return deliveries.values().stream()
                .filter(delivery -> delivery.eventId().equals(eventId))
                .sorted(Comparator.comparingLong(Delivery::sequence))
                .toList();
    }

    @Override
    public synchronized Map<String, Delivery> latest(Collection<String> eventIds) {
        var latest = new HashMap<String, Delivery>();
        for (var id : eventIds) {
            var its = ofEvent(id);
            if (!its.isEmpty()) {
                latest.put(id, its.getLast());
            }
        }
        return latest;
    }

    @Override
    public synchronized List<Delivery> list(String namespace, String verdict, long before, int limit) {
        return deliveries.values().stream()
                .filter(delivery -> namespace.isEmpty() || delivery.namespace().equals(namespace))
                .filter(delivery -> verdict.isEmpty() || delivery.verdict().equals(verdict))
                .filter(delivery -> before == 0 || delivery.sequence() < before)
                .sorted(Comparator.comparingLong(Delivery::sequence).reversed())
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized Map<TriggerName, Map<String, Long>> counts(String namespace) {
        var counts = new HashMap<TriggerName, Map<String, Long>>();
        deliveries.values().stream()
                .filter(delivery -> delivery.namespace().equals(namespace))
                .forEach(delivery ->
                        counts.computeIfAbsent(
                                        new TriggerName(namespace, delivery.sensor(), delivery.trigger()),
                                        _ -> new HashMap<>())
                                .merge(delivery.verdict(), 1L, Long::sum));
        return counts;
    }
}
