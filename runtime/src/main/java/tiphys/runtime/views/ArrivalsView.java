package tiphys.runtime.views;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tiphys.events.SourceFacts;
import tiphys.journal.StreamName;
import tiphys.manifest.Value;
import tiphys.runtime.events.EventPorts;
import tiphys.runtime.events.EventReconciler;

/// How many events came in lately, in the JSON of docs/api.md. The entries of a source are numbered and in the order of time, so
/// the first one of a span is found by halving: an hour costs a few dozen look-ups, however many events it had.
public final class ArrivalsView {
    private static final Duration SPAN = Duration.ofMinutes(5);
    private static final int SPANS = 12;

    private final EventPorts ports;
    private final EventReconciler reconciler;

    public ArrivalsView(EventPorts ports, EventReconciler reconciler) {
        this.ports = ports;
        this.reconciler = reconciler;
    }

    /// @param eventSource empty for all of the namespace
    public List<Value.Mapping> of(String namespace, String eventSource) {
        var totals = ports.journal().live(SourceFacts.KIND);
        var now = ports.clock().instant();
        return reconciler.served().values().stream()
                .filter(served -> served.name().namespace().equals(namespace))
                .filter(served -> eventSource.isEmpty() || served.name().eventSource().equals(eventSource))
                .sorted(Comparator.comparing(served -> served.name().toString()))
                .map(served -> {
                    var stream = served.name().stream();
                    return Value.object(
                            "eventSource",
                            served.name().eventSource(),
                            "eventName",
                            served.name().eventName(),
                            "spanSeconds",
                            SPAN.toSeconds(),
                            "counts",
                            counts(stream, totals.getOrDefault(stream, 0L), now));
                })
                .toList();
    }

    private List<Long> counts(StreamName stream, long total, Instant now) {
        var counts = new ArrayList<Long>();
        long until = total;
        long from = total;
        for (int span = 1; span <= SPANS; span++) {
            from = before(stream, until, now.minus(SPAN.multipliedBy(span)));
            counts.add(until - from);
            until = from;
        }
        return counts.reversed();
    }

    /// How many of the first so many entries came before an instant.
    private long before(StreamName stream, long entries, Instant instant) {
        long low = 0;
        long high = entries;
        // most spans are empty or short: the last entries are looked at first
        for (long step = 1; high > low && !isBefore(stream, high, instant); step *= 2) {
            high = Math.max(low, high - step);
        }
        low = high;
        high = entries;
        while (low < high) {
            long middle = (low + high + 1) / 2;
            if (isBefore(stream, middle, instant)) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /// Whether the entry with that number came before an instant; one that is not live any more did.
    private boolean isBefore(StreamName stream, long number, Instant instant) {
        return number == 0
                || ports.journal().read(stream, number - 1, 1).stream()
                        .noneMatch(entry -> entry.number() == number && !entry.at().isBefore(instant));
    }
}
