package tiphys.events.hook;

import java.time.Duration;
import java.util.Map;
import tiphys.manifest.Value;

/// What a sender is to be told for one event.
///
/// @param sender the key of the type of event source, `github`
/// @param event the event's name
/// @param url where to send
/// @param manifest the event as it stands in the manifest
/// @param secrets the values of Secrets, by the fields that name them: `auth.username`
/// @param goesAtTheEnd whether it is deleted when nobody wants the event any more
/// @param look how long until it is looked whether it is still there
public record Hook(
        String sender,
        String event,
        String url,
        Value.Mapping manifest,
        Map<String, String> secrets,
        boolean goesAtTheEnd,
        Duration look) {
    /// If nothing is said.
    public static final Duration LOOK = Duration.ofMinutes(10);

    public Hook {
        secrets = Map.copyOf(secrets);
    }

    /// A Secret's value; empty if no field names it.
    public String secret(String field) {
        return secrets.getOrDefault(field, "");
    }

    /// A text without the values of Secrets that stand in it.
    public String masked(String text) {
        var masked = text;
        for (var secret : secrets.values()) {
            masked = secret.isBlank() ? masked : masked.replace(secret.strip(), "***");
        }
        return masked;
    }

    /// Not the secrets.
    @Override
    public String toString() {
        return sender + " " + event + " " + url;
    }
}
