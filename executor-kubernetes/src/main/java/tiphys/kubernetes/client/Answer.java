package tiphys.kubernetes.client;

import tiphys.manifest.Value;

/// What an API server answered: an object, a list, or a `Status` that says why not.
///
/// @param code of HTTP
public record Answer(int code, Value.Mapping body) {
    /// Whether it did what was asked.
    public boolean done() {
        return code >= 200 && code < 300;
    }

    /// Why it did not, in its own words.
    public String message() {
        return body.textAt("message").orElse("the API server answered " + code);
    }

    /// The reason as a word: `AlreadyExists`.
    public String reason() {
        return body.textAt("reason").orElse("");
    }

    /// Whether the same may go well a little later: the server is busy, or a quota is used up.
    public boolean passing() {
        return code == 429 || code >= 500 || (code == 403 && message().contains("exceeded quota"));
    }
}
