package tiphys.connectors.line;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import tiphys.events.EventData;
import tiphys.events.source.SourceSettings;
import tiphys.language.gotext.GoJson;
import tiphys.language.gotext.GoText;
import tiphys.language.gotext.JsonComplaint;
import tiphys.manifest.Value;

/// An event's data while it is written: an object, its keys in Argo's order.
public final class Payload {
    private final StringBuilder json = new StringBuilder("{");

    private void key(String key) {
        json.append(json.length() == 1 ? "\"" : ",\"").append(key).append("\":");
    }

    /// A text.
    public Payload with(String key, String text) {
        return with(key, Value.text(text));
    }

    /// A whole number.
    public Payload with(String key, long number) {
        key(key);
        json.append(number);
        return this;
    }

    public Payload with(String key, Value value) {
        key(key);
        json.append(GoJson.write(value));
        return this;
    }

    /// What is JSON already.
    public Payload raw(String key, String text) {
        key(key);
        json.append(text);
        return this;
    }

    /// A message's bytes: in base64, or as they are where they are to be JSON.
    public Payload body(String key, byte[] bytes, boolean isJson) {
        return isJson ? raw(key, GoText.utf8(bytes)) : with(key, Base64.getEncoder().encodeToString(bytes));
    }

    /// The data, with the manifest's texts if there are any.
    public EventData of(SourceSettings settings) {
        settings.metadata().ifPresent(metadata -> with("metadata", metadata));
        return EventData.of(json + "}");
    }

    /// Why bytes that are to be JSON are none; empty if they are.
    public static Optional<String> complaint(byte[] bytes) {
        return JsonComplaint.about(new String(bytes, StandardCharsets.ISO_8859_1))
                .map(why -> "a message is not JSON, as jsonBody says it is: " + why);
    }
}
