package tiphys.server.webhook;

import java.util.Map;

/// An answer that is not 200, on its way to the client.
final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String text;
    private final transient Map<String, String> headers;

    Refused(int status, String text, Map<String, String> headers) {
        super(text, null, false, false);
        this.status = status;
        this.text = text;
        this.headers = headers;
    }

    Refused(int status, String text) {
        this(status, text, Map.of());
    }

    /// The store cannot take the event now.
    static Refused later(String text) {
        return new Refused(503, text, Map.of("Retry-After", "1"));
    }

    /// The client sends too much; nothing more is read from it.
    static Refused tooLong(int status, String text) {
        return new Refused(status, text, Map.of("Connection", "close"));
    }

    int status() {
        return status;
    }

    String text() {
        return text;
    }

    Map<String, String> headers() {
        return headers;
    }
}
