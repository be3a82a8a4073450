package tiphys.app;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import tiphys.cli.terminal.Times;
import tiphys.engine.Quantity;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.objects.StoredPages;
import tiphys.server.http.Metrics;
import tiphys.store.SqliteStore;
import tiphys.store.keep.EventLimits;
import tiphys.store.keep.Leaving;
import tiphys.store.keep.Removed;

/// How long events are kept: what the annotations of their Namespace say, else seven days and 100,000 for each source. Says what goes
/// within a day before it goes, and what went. Safe for every thread.
final class EventRetention {
    /// Annotations of a Namespace.
    static final String KEEP_FOR = "tiphys.io/keep-events-for";

    static final String KEEP_COUNT = "tiphys.io/keep-events-count";
    static final String KEEP_BYTES = "tiphys.io/keep-events-bytes";

    private static final Duration SOON = Duration.ofDays(1);
    private static final Duration STALE = Duration.ofMinutes(1);

    private final SqliteStore store;
    private final Map<String, EventLimits> limits = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();
    private Removed removed = Removed.NOTHING;
    private Optional<Looked> looked = Optional.empty();

    private record Looked(Instant at, Leaving leaving) {}

    EventRetention(SqliteStore store) {
        this.store = store;
    }

    /// Removes what the limits of now do not hold any more. Blocks.
    ///
    /// @return how many rows went
    long clean(Instant now) {
        var gone = store.purgeEvents(now, policy());
        synchronized (this) {
            removed = removed.plus(gone);
            looked = Optional.empty();
        }
        return gone.events() + gone.rows();
    }

    private synchronized EventLimits.Policy policy() {
        limits.clear();
        problems.clear();
        StoredPages.each(store, ResourceTypes.NAMESPACE, Optional.empty(), this::read);
        var known = Map.copyOf(limits);
        return namespace -> known.getOrDefault(namespace, EventLimits.STANDARD);
    }

    private void read(ApiObject namespace) {
        var usual = EventLimits.STANDARD;
        var limit =
                new EventLimits(
                        said(namespace, KEEP_FOR, "30d", EventRetention::age, usual.age()),
                        said(namespace, KEEP_COUNT, "100000", EventRetention::count, usual.count()),
                        said(namespace, KEEP_BYTES, "2Gi", EventRetention::bytes, usual.bytes()));
        if (!limit.equals(usual)) {
            limits.put(namespace.name(), limit);
        }
    }

    private <T> T said(
            ApiObject namespace, String annotation, String example, Function<String, Optional<T>> reader, T usual) {
        var text = namespace.annotations().get(annotation);
        if (text == null) {
            return usual;
        }
        return reader.apply(text)
                .orElseGet(() -> {
                    problems.add(
                            "the annotation "
                                    + annotation
                                    + " of Namespace "
                                    + namespace.name()
                                    + " cannot be read; write it as "
                                    + example
                                    + ". Until then what is usual holds");
                    return usual;
                });
    }

    private static Optional<Duration> age(String text) {
        return Times.parse(text).filter(found -> !found.isZero());
    }

    private static Optional<Long> count(String text) {
        return text.matches("[1-9][0-9]{0,11}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }

    private static Optional<Long> bytes(String text) {
        return Quantity.parse(text).map(Quantity::whole).filter(found -> found > 0);
    }

    private synchronized Leaving leaving(Instant now) {
        if (looked.filter(last -> last.at().isAfter(now.minus(STALE))).isEmpty()) {
            looked = Optional.of(new Looked(now, store.leavingEvents(now, SOON, policy())));
        }
        return looked.get().leaving();
    }

    /// As docs/api.md has it.
    synchronized Value.Mapping json(Instant now) {
        var soon = leaving(now);
        return Value.object(
                "removed",
                Value.object("age", removed.age(), "count", removed.count(), "bytes", removed.bytes()),
                "leaving",
                soon.sources().stream()
                        .map(one -> Value.object("source", one.source(), "why", one.why(), "number", one.number()))
                        .toList(),
                "kept",
                Value.object("events", soon.kept(), "by", soon.keptBy()),
                "problems",
                List.copyOf(problems));
    }

    /// Adds its numbers to the metrics.
    void show(Metrics metrics) {
        metrics.counted(
                "tiphys_events_removed_total",
                "Events that retention removed, by the limit.",
                () -> removed().age(),
                "limit",
                "age");
        metrics.counted(
                "tiphys_events_removed_total",
                "Events that retention removed, by the limit.",
                () -> removed().count(),
                "limit",
                "count");
        metrics.counted(
                "tiphys_events_removed_total",
                "Events that retention removed, by the limit.",
                () -> removed().bytes(),
                "limit",
                "bytes");
    }

    private synchronized Removed removed() {
        return removed;
    }
}
