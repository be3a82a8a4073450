package tiphys.events.webhook;

import java.util.Set;

/// What the annotations of an EventSource say of those who send to its webhooks.
///
/// @param origins of web pages elsewhere that may send, as browsers write them: `https://a.example`, `http://b.example:8080`
/// @param secretHeaders names of headers whose values are not kept with an event, as they were written
public record WebhookSenders(Set<String> origins, Set<String> secretHeaders) {
    /// Names the origins whose pages may send, with commas or spaces between them.
    public static final String ALLOWED_ORIGINS = "tiphys.io/allowed-origins";

    /// Names further headers that carry secrets, with commas or spaces between them.
    public static final String SECRET_HEADERS = "tiphys.io/secret-headers";

    /// Nothing is said.
    public static final WebhookSenders PLAIN = new WebhookSenders(Set.of(), Set.of());

    public WebhookSenders {
        origins = Set.copyOf(origins);
        secretHeaders = Set.copyOf(secretHeaders);
    }
}
