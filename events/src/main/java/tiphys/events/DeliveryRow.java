package tiphys.events;

import java.time.Instant;
import java.util.Optional;
import tiphys.journal.EntryPlace;
import tiphys.journal.Write;

/// A line of the list of deliveries: one event given to one trigger. Stored again it replaces itself: an event's row for
/// the same trigger entry.
///
/// @param trigger the trigger's name in the sensor
/// @param verdict `fired`, `waiting`, `filtered`, `failed`
/// @param firing the firing's id, if it fired
/// @param object the name of the object that the firing made, if it is known
/// @param entry the entry of the trigger's stream that records the verdict
public record DeliveryRow(
        String eventId,
        String namespace,
        String sensor,
        String trigger,
        String verdict,
        Optional<String> firing,
        Optional<String> object,
        Instant at,
        EntryPlace entry)
        implements Write {}
