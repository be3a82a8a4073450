package tiphys.events;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tiphys.journal.CursorMove;

/// Something that arrived at an event source and is about to become an event.
///
/// @param type the CloudEvent's type, `webhook`
/// @param payload the CloudEvent's data: for a webhook `header`, `body` and, if the manifest says so, `metadata`
/// @param identity the sender's own id of the event (`Idempotency-Key`, a delivery id); a second arrival with the same one
///     within the stated window is answered with the first one's event
/// @param moves where the source stands behind it ([tiphys.events.source.Checkpoint]), recorded with it or not at all
public record Arrival(
        String namespace,
        String eventSource,
        String eventName,
        String type,
        EventData payload,
        Optional<String> identity,
        Instant at,
        List<CursorMove> moves) {
    public Arrival {
        moves = List.copyOf(moves);
    }

    /// The same with another payload.
    public Arrival with(EventData other) {
        return new Arrival(namespace, eventSource, eventName, type, other, identity, at, moves);
    }

    /// An arrival of which the sender keeps account.
    public Arrival(
            String namespace,
            String eventSource,
            String eventName,
            String type,
            EventData payload,
            Optional<String> identity,
            Instant at) {
        this(namespace, eventSource, eventName, type, payload, identity, at, List.of());
    }

    /// The same, with the source standing elsewhere behind it.
    public Arrival behind(List<CursorMove> moves) {
        return new Arrival(namespace, eventSource, eventName, type, payload, identity, at, moves);
    }
}
