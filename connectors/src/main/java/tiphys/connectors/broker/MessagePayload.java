package tiphys.connectors.broker;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tiphys.events.EventData;
import tiphys.language.gotext.GoJson;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Makes the payload of a message's event, field by field, as Argo writes it. A body that is JSON stands in it letter for letter.
public final class MessagePayload {
    private final StringBuilder json = new StringBuilder("{");

    /// Adds a field.
    public MessagePayload with(String field, Value value) {
        return raw(field, Json.write(value));
    }

    public MessagePayload with(String field, String text) {
        return with(field, Value.text(text));
    }

    public MessagePayload with(String field, long number) {
        return raw(field, Long.toString(number));
    }

    /// Adds texts, with their names in order.
    public MessagePayload with(String field, Map<String, String> texts) {
        var object = new StringBuilder("{");
        new TreeMap<>(texts)
                .forEach((name, text) ->
                        object.append(object.length() == 1 ? "" : ",")
                                .append(Json.write(Value.text(name)))
                                .append(':')
                                .append(Json.write(Value.text(text))));
        return raw(field, object.append('}').toString());
    }

    /// Adds the texts that the manifest gives every event, if there are any.
    public MessagePayload metadata(Optional<Value.Mapping> metadata) {
        return metadata.map(texts -> raw("metadata", GoJson.write(texts))).orElse(this);
    }

    /// Adds JSON as it is.
    public MessagePayload raw(String field, String value) {
        json.append(json.length() == 1 ? "\"" : ",\"").append(field).append("\":").append(value);
        return this;
    }

    /// What stands for a message's bytes: themselves if they are JSON by the manifest's word, else their text in base64.
    ///
    /// @param bytes null if there are none, which is not the same as no length
    /// @throws NotJson if they are not JSON, against the manifest's word
    public static String body(byte @Nullable [] bytes, boolean isJson) throws NotJson {
        if (bytes == null) {
            return "null";
        }
        if (!isJson) {
            return '"' + Base64.getEncoder().encodeToString(bytes) + '"';
        }
        var text = new String(bytes, StandardCharsets.UTF_8);
        if (!GoJson.isValid(text)) {
            throw new NotJson();
        }
        return text;
    }

    /// What was made.
    public EventData done() {
        return EventData.of(json + "}");
    }

    /// Says that a message is not JSON, though the manifest says `jsonBody`.
    public static final class NotJson extends Exception {
        private static final long serialVersionUID = 1;

        NotJson() {
            super("it is not JSON, which jsonBody says it is");
        }
    }
}
