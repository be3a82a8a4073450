package tiphys.events;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Something that happened outside and was accepted: a CloudEvent.
///
/// @param id 32 hex digits
/// @param source the EventSource's name
/// @param subject the event's name in the EventSource
/// @param data for a webhook `header`, `body` and perhaps `metadata`; of a body that is nested more deeply than
///     [#DEEPEST_BODY], null
/// @param rawBody the JSON text of `body` as it was sent, in [GoText#compact]'s form, each byte of it one character; empty if
///     it is what [Json#write] makes of the body, in that form
public record Event(
        String id,
        String namespace,
        String source,
        String type,
        String subject,
        Instant time,
        Value data,
        Optional<String> rawBody) {
    public static final String SPEC_VERSION = "1.0";
    public static final String CONTENT_TYPE = "application/json";

    /// How deeply a body may be nested to be kept as a value: what an event is written into can still be read.
    public static final int DEEPEST_BODY = Json.MAX_DEPTH - 20;

    private static final String RAW_BODY = "rawBody";

    /// An event whose body is no other text than its value's.
    public Event(String id, String namespace, String source, String type, String subject, Instant time, Value data) {
        this(id, namespace, source, type, subject, time, data, Optional.empty());
    }

    /// The data as Argo Events keeps it: one JSON text, compact, with the body as it was sent. Bytes of a sender that are not
    /// UTF-8 are still in it.
    public byte[] dataJson() {
        if (rawBody.isEmpty() || !(data instanceof Value.Mapping(var fields, _, _))) {
            return GoText.compact(Json.bytes(data));
        }
        var out = new ByteArrayOutputStream();
        out.write('{');
        fields.forEach((name, value) -> {
            if (out.size() > 1) {
                out.write(',');
            }
            out.writeBytes(GoText.compact(Json.bytes(Value.text(name))));
            out.write(':');
            out.writeBytes(
                    name.equals("body")
                            ? rawBody.get().getBytes(StandardCharsets.ISO_8859_1)
                            : GoText.compact(Json.bytes(value)));
        });
        out.write('}');
        return out.toByteArray();
    }

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
        var json = context().with("namespace", namespace).with("data", data);
        return rawBody.isEmpty() ? json : json.with(RAW_BODY, rawBody.get());
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
                json.find("data").orElse(Value.nothing()),
                json.textAt(RAW_BODY));
    }
}
