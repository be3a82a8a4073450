package tiphys.runtime.events;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tiphys.events.DeliveryRow;
import tiphys.events.trigger.TriggerFact;
import tiphys.journal.EntryPlace;

/// The rows of the list of deliveries that a trigger's facts lead to.
public final class DeliveryRows {
    public static final String FIRED = "fired";
    public static final String WAITING = "waiting";
    public static final String FILTERED = "filtered";
    public static final String FAILED = "failed";
    public static final String UNHEARD = "unheard";

    private DeliveryRows() {}

    /// The rows of a fact that is recorded with them.
    ///
    /// @param made the name of the object that is stored together with a firing
    static List<DeliveryRow> of(
            TriggerName name, TriggerFact fact, Optional<String> made, Instant at, EntryPlace place) {
        var rows = new ArrayList<DeliveryRow>();
        switch (fact) {
            case TriggerFact.Filtered(_, _, var samples) ->
                    samples.forEach(sample -> rows.add(row(name, sample.eventId(), FILTERED, at, place)));
            case TriggerFact.Held held -> {
                rows.add(row(name, held.event().id(), WAITING, at, place));
                held.replaced().forEach(gone -> rows.add(row(name, gone.eventId(), FILTERED, at, place)));
            }
            case TriggerFact.Fired fired -> {
                rows.addAll(firing(name, fired, fired.error().isEmpty() ? FIRED : FAILED, made, at, place));
                // One that lost a place and has another is part of the firing all the same.
                var parts = fired.parts().stream().map(TriggerFact.Part::eventId).collect(Collectors.toSet());
                fired.replaced().stream()
                        .filter(gone -> !parts.contains(gone.eventId()))
                        .forEach(gone -> rows.add(row(name, gone.eventId(), FILTERED, at, place)));
            }
            case TriggerFact.Forgot(_, var events) ->
                    events.forEach(gone -> rows.add(row(name, gone.eventId(), FILTERED, at, place)));
            case TriggerFact.Listens _, TriggerFact.Made _, TriggerFact.Answered _, TriggerFact.Failed _ -> {}
        }
        return rows;
    }

    /// The rows of a firing once it has ended.
    static List<DeliveryRow> ended(
            TriggerName name, TriggerFact.Fired fired, TriggerFact ending, Instant at, EntryPlace place) {
        return switch (ending) {
            case TriggerFact.Made made -> firing(name, fired, FIRED, Optional.of(made.name()), at, place);
            case TriggerFact.Answered answered ->
                    firing(
                            name,
                            fired,
                            FIRED,
                            Optional.of(answered.answer().object().name()).filter(one -> !one.isEmpty()),
                            at,
                            place);
            case TriggerFact.Failed _ -> firing(name, fired, FAILED, Optional.empty(), at, place);
            case TriggerFact.Listens _,
                    TriggerFact.Filtered _,
                    TriggerFact.Held _,
                    TriggerFact.Fired _,
                    TriggerFact.Forgot _ ->
                    List.of();
        };
    }

    private static List<DeliveryRow> firing(
            TriggerName name,
            TriggerFact.Fired fired,
            String verdict,
            Optional<String> object,
            Instant at,
            EntryPlace place) {
        return fired.parts().stream()
                .map(TriggerFact.Part::eventId)
                .distinct()
                .map(event ->
                        new DeliveryRow(
                                event,
                                name.namespace(),
                                name.sensor(),
                                name.trigger(),
                                verdict,
                                Optional.of(fired.firing()),
                                object,
                                at,
                                place))
                .toList();
    }

    private static DeliveryRow row(TriggerName name, String event, String verdict, Instant at, EntryPlace place) {
        return new DeliveryRow(
                event,
                name.namespace(),
                name.sensor(),
                name.trigger(),
                verdict,
                Optional.empty(),
                Optional.empty(),
                at,
                place);
    }
}
