package tiphys.events.past;

import java.time.Instant;
import java.util.Optional;
import tiphys.events.Event;
import tiphys.events.EventSearch;

/// Which recorded events are meant; an empty text means any.
///
/// @param sensor whom it is about: these events are given to this sensor alone, and the verdict is its
/// @param verdict `fired`, `waiting`, `filtered`, `failed`, `unheard`
/// @param head no event after this sequence, so that what comes meanwhile is not meant; 0 for all there are
public record Selection(
        String namespace,
        String eventSource,
        String eventName,
        String sensor,
        String verdict,
        EventSearch search,
        Optional<Instant> from,
        Optional<Instant> to,
        long head) {
    /// Whether an event is meant, as far as the event alone tells.
    public boolean matches(Event event) {
        return isOrAny(namespace, event.namespace())
                && isOrAny(eventSource, event.source())
                && isOrAny(eventName, event.subject())
                && from.filter(start -> event.time().isBefore(start)).isEmpty()
                && to.filter(end -> event.time().isAfter(end)).isEmpty()
                && search.matches(event);
    }

    /// The same up to a sequence.
    public Selection upTo(long sequence) {
        return new Selection(namespace, eventSource, eventName, sensor, verdict, search, from, to, sequence);
    }

    /// The same in a namespace.
    public Selection in(String other) {
        return new Selection(other, eventSource, eventName, sensor, verdict, search, from, to, head);
    }

    private static boolean isOrAny(String wanted, String actual) {
        return wanted.isEmpty() || wanted.equals(actual);
    }
}
