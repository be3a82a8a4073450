package tiphys.events;

import java.time.Instant;
import tiphys.manifest.Value;

/// Something that happened outside and was accepted: a CloudEvent.
///
/// @param id 32 hex digits
/// @param source the EventSource's name
/// @param subject the event's name in the EventSource
/// @param data for a webhook `header`, `body` and perhaps `metadata`
public record Event(String id, String namespace, String source, String type, String subject, Instant time, Value data) {
    public static final String SPEC_VERSION = "1.0";
    public static final String CONTENT_TYPE = "application/json";

    /// The CloudEvent's attributes, as `contextKey` reads them.
    public Value.Mapping context() {
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
                time.toString());
    }

    /// The whole event as JSON, as it is recorded.
    public Value.Mapping json() {
        return context().with("namespace", namespace).with("data", data);
    }

    /// What [#json] wrote.
    public static Event of(Value json) {
        return new Event(
                json.textAt("id").orElse(""),
                json.textAt("namespace").orElse(""),
                json.textAt("source").orElse(""),
                json.textAt("type").orElse(""),
                json.textAt("subject").orElse(""),
                json.textAt("time").map(Instant::parse).orElse(Instant.EPOCH),
                json.find("data").orElse(Value.nothing()));
    }
}
