package tiphys.events;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import tiphys.language.gotext.GoJson;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Something that happened outside and was accepted: a CloudEvent.
///
/// @param id 32 hex digits
/// @param source the EventSource's name
/// @param subject the event's name in the EventSource
/// @param payload for a webhook `header`, `body` and perhaps `metadata`
public record Event(
        String id, String namespace, String source, String type, String subject, Instant time, EventData payload) {
    public static final String SPEC_VERSION = "1.0";
    public static final String CONTENT_TYPE = "application/json";

    public Event(String id, String namespace, String source, String type, String subject, Instant time, Value data) {
        this(id, namespace, source, type, subject, time, EventData.of(data));
    }

    /// The same with another payload.
    public Event with(EventData other) {
        return new Event(id, namespace, source, type, subject, time, other);
    }

    /// The payload as a value, for those who show it.
    public Value data() {
        return payload.value();
    }

    /// The CloudEvent's attributes.
    public Value.Mapping context() {
        return context(time);
    }

    private Value.Mapping context(Instant at) {
        return Value.object(
                "id",
                id,
                "source",
                source,
                "specversion",
                SPEC_VERSION,
                "type",
                type,
                "datacontenttype",
                CONTENT_TYPE,
                "subject",
                subject,
                "time",
                at.toString());
    }

    /// The attributes' JSON text, as `contextKey` reads it: the time has whole seconds there.
    public String contextText() {
        return GoJson.compact(Json.write(context(time.truncatedTo(ChronoUnit.SECONDS))));
    }

    /// The whole event as JSON, as it is recorded.
    public Value.Mapping json() {
        return payload.recorded(context().with("namespace", namespace));
    }

    /// What [#json] wrote.
    public static Event of(Value.Mapping json) {
        return of(json, EventData.of(json));
    }

    /// The event of a recorded context.
    static Event of(Value.Mapping json, EventData payload) {
        return new Event(
                json.textAt("id").orElse(""),
                json.textAt("namespace").orElse(""),
                json.textAt("source").orElse(""),
                json.textAt("type").orElse(""),
                json.textAt("subject").orElse(""),
                json.textAt("time").map(Instant::parse).orElse(Instant.EPOCH),
                payload);
    }
}
