package tiphys.connectors.broker;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
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

    /// Texts by their names, in order.
    public Payload with(String key, Map<String, String> texts) {
        return with(key, Value.of(new TreeMap<>(texts)));
    }

    /// What is JSON already.
    public Payload raw(String key, String text) {
        key(key);
        json.append(text);
        return this;
    }

    /// A message's bytes: in base64, or as they are where they are to be JSON.
    ///
    /// @param bytes null if there are none, which is not the same as no length
    public Payload body(String key, byte @Nullable [] bytes, boolean isJson) {
        if (bytes == null) {
            return with(key, Value.nothing());
        }
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

    /// Looks at bytes that are to be JSON, if they are to be.
    ///
    /// @throws NotJson if they are none
    public static void check(byte @Nullable [] bytes, boolean isJson) throws NotJson {
        if (isJson && bytes != null && complaint(bytes).isPresent()) {
            throw new NotJson();
        }
    }

    /// Says that a message is not JSON, though the manifest says `jsonBody`.
    public static final class NotJson extends Exception {
        private static final long serialVersionUID = 1;

        NotJson() {
            super("it is not JSON, which jsonBody says it is");
        }
    }
}
