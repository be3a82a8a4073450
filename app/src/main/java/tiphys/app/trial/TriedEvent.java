package tiphys.app.trial;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.events.Event;
import tiphys.events.firing.Action;
import tiphys.events.firing.Resolved;
import tiphys.events.firing.Wanted;
import tiphys.events.past.Trial;
import tiphys.events.sensor.SensorSpec;
import tiphys.events.trigger.TriggerFact;
import tiphys.events.verdict.Clause;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// What each trigger made of an event, in the JSON that the server tells events in; so commands show both alike.
record TriedEvent(GivenEvent given, List<Delivery> deliveries) {
    private static final List<String> WORST_FIRST = List.of("failed", "fired", "waiting", "filtered");

    TriedEvent {
        deliveries = List.copyOf(deliveries);
    }

    /// A trigger that heard the event.
    ///
    /// @param parameters by destination, as they were resolved
    /// @param wanted what would be made; empty if nothing would
    record Delivery(
            String sensor,
            String trigger,
            String verdict,
            String message,
            Map<String, String> parameters,
            Value.Mapping wanted,
            Value.Mapping json) {
        String name() {
            return sensor + "/" + trigger;
        }
    }

    /// What became of the event in all: the word of `events list`.
    String verdict() {
        return WORST_FIRST.stream()
                .filter(word -> deliveries.stream().anyMatch(one -> one.verdict().equals(word)))
                .findFirst()
                .orElse("unheard");
    }

    /// Gives an event to triggers.
    static TriedEvent of(GivenEvent given, List<Tried> triggers) {
        var deliveries = new ArrayList<Delivery>();
        for (var tried : triggers) {
            delivery(given.event(), tried).ifPresent(deliveries::add);
        }
        return new TriedEvent(given, deliveries);
    }

    /// A trigger of a file, with what it holds.
    record Tried(SensorSpec sensor, Trial trial) {}

    private static Optional<Delivery> delivery(Event event, Tried tried) {
        var json =
                Value.object(
                        "sensor",
                        tried.sensor().name(),
                        "trigger",
                        tried.trial().trigger().name(),
                        "at",
                        event.time().toString(),
                        "replay",
                        0);
        return switch (tried.trial().give(event, event.time())) {
            case Trial.Outcome.Unheard() -> Optional.empty();
            case Trial.Outcome.Filtered(var clauses) ->
                    Optional.of(told(tried, "filtered", culprit(clauses), with(json, clauses)));
            case Trial.Outcome.Waits(var held) ->
                    Optional.of(
                            told(
                                    tried,
                                    "waiting",
                                    "waits for other events",
                                    with(json, held.clauses())
                                            .with(
                                                    "condition",
                                                    Value.object(
                                                            "text",
                                                            String.join(", ", held.holds().keySet()),
                                                            "result",
                                                            false,
                                                            "holds",
                                                            held.holds()))));
            case Trial.Outcome.Fires(var fired) -> Optional.of(fired(event, tried, fired, json));
        };
    }

    private static String culprit(List<Clause> clauses) {
        var culprit = clauses.getFirst().culprit();
        return culprit.what() + (culprit.error().isEmpty() ? ", but was " + culprit.actual() : ": " + culprit.error());
    }

    private static Value.Mapping with(Value.Mapping json, List<Clause> clauses) {
        return json.with("clauses", Value.list(clauses.stream().map(Clause::json).toList()));
    }

    private static Delivery told(Tried tried, String verdict, String message, Value.Mapping json) {
        return new Delivery(
                tried.sensor().name(),
                tried.trial().trigger().name(),
                verdict,
                message,
                Map.of(),
                Value.Mapping.EMPTY,
                json.with("verdict", verdict));
    }

    private static Delivery fired(Event event, Tried tried, TriggerFact.Fired fired, Value.Mapping json) {
        var clauses =
                fired.parts().stream()
                        .filter(part -> part.eventId().equals(event.id()))
                        .findFirst()
                        .map(TriggerFact.Part::clauses)
                        .orElse(List.of());
        boolean failed = !fired.error().isEmpty();
        var object = fired.object();
        var name = object.textAt("metadata", "name").filter(text -> !text.isEmpty());
        var shown = name.orElseGet(() -> object.textAt("metadata", "generateName").orElse("") + "*");
        var firing =
                Value.object(
                        "state",
                        failed ? "failed" : fired.action().isPresent() ? "would be done" : "would make",
                        "message",
                        fired.error(),
                        "attempts",
                        0,
                        "object",
                        Value.object(
                                "kind",
                                object.textAt("kind").orElse(""),
                                "namespace",
                                object.textAt("metadata", "namespace").orElse(""),
                                "name",
                                failed ? "" : shown),
                        "action",
                        fired.action().map(Action::kind).orElse("k8s"),
                        "parameters",
                        fired.parameters().stream().map(TriedEvent::parameter).toList());
        var wanted = fired.action().map(Action::json).orElse(object);
        var parameters = new LinkedHashMap<String, String>();
        fired.parameters().forEach(one -> parameters.put(one.dest(), text(one)));
        var verdict = failed ? "failed" : "fired";
        return new Delivery(
                tried.sensor().name(),
                tried.trial().trigger().name(),
                verdict,
                fired.error(),
                parameters,
                wanted,
                with(json, clauses)
                        .with("verdict", verdict)
                        .with(
                                "condition",
                                Value.object("text", fired.condition(), "result", true, "holds", fired.holds()))
                        .with("firing", firing)
                        .with("wanted", wanted));
    }

    private static String text(Resolved parameter) {
        return parameter.value().map(value -> value instanceof Value.Null ? "null" : Json.text(value)).orElse("");
    }

    private static Value.Mapping parameter(Resolved parameter) {
        boolean fallback = !parameter.fallback().isEmpty();
        return Value.object(
                "dest",
                parameter.dest(),
                "value",
                text(parameter),
                "origin",
                fallback ? parameter.origin() + ": " + parameter.fallback() : parameter.origin(),
                "fallback",
                fallback);
    }

    /// The event as `events get -o json` has one, with `wanted` for what would be made.
    Value.Mapping json() {
        var event = given.event();
        return Value.object(
                "id",
                event.id(),
                "at",
                event.time().toString(),
                "namespace",
                event.namespace(),
                "eventSource",
                event.source(),
                "eventName",
                event.subject(),
                "type",
                event.type(),
                "verdict",
                verdict(),
                "summary",
                deliveries.isEmpty()
                        ? "no sensor of these files listens to " + event.source() + "/" + event.subject()
                        : "",
                "from",
                given.label(),
                "data",
                event.data(),
                "deliveries",
                deliveries.stream().map(Delivery::json).toList());
    }

    /// The marks that every firing leaves are of no interest to a reader of the object.
    static Value.Mapping plain(Value.Mapping object) {
        if (object.find("metadata").isEmpty()) {
            return object;
        }
        var metadata = object.mapAt("metadata");
        var annotations = metadata.mapAt("annotations").without(Wanted.FIRING).without(Wanted.EVENT);
        var labels = metadata.mapAt("labels").without("events.argoproj.io/action-timestamp");
        metadata =
                annotations.fields().isEmpty()
                        ? metadata.without("annotations")
                        : metadata.with("annotations", annotations);
        return object.with("metadata", metadata.with("labels", labels));
    }
}
