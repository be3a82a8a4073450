package tiphys.events;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The list of deliveries, as [DeliveryRow]s stored it. Safe for every thread; sees only what was flushed.
public interface Deliveries {
    /// One delivery; see [DeliveryRow].
    ///
    /// @param sequence the sequence of the trigger's entry
    record Delivery(
            String eventId,
            String namespace,
            String sensor,
            String trigger,
            String verdict,
            Optional<String> firing,
            Optional<String> object,
            Instant at,
            long sequence) {}

    /// The deliveries of an event, oldest first.
    List<Delivery> ofEvent(String eventId);

    /// The latest delivery of each of these events that has one, by the event's id.
    Map<String, Delivery> latest(Collection<String> eventIds);

    /// The latest deliveries of a namespace with that verdict before a sequence, newest first.
    ///
    /// @param namespace empty for every namespace
    /// @param verdict empty for every verdict
    /// @param before 0 for the latest
    List<Delivery> list(String namespace, String verdict, long before, int limit);

    /// How many deliveries each trigger of a namespace had, by verdict; also those whose rows are gone.
    Map<TriggerName, Map<String, Long>> counts(String namespace);

    /// Which trigger.
    record TriggerName(String namespace, String sensor, String trigger) {}
}
