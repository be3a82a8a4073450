package tiphys.served.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Posts JSON to what answers with JSON. Safe for every thread.
public final class Asking {
    private final Exchange exchange;

    public Asking(Exchange exchange) {
        this.exchange = exchange;
    }

    /// What came of it.
    ///
    /// @param status 0 if there was no answer
    /// @param fault why there was none; else empty
    public record Reply(int status, String text, String fault) {
        /// Whether another try may get an answer.
        public boolean passing() {
            return fault.contains("connection refused")
                    || fault.contains("deadline exceeded")
                    || fault.contains("connection reset")
                    || fault.endsWith(": EOF")
                    || fault.contains("no such host");
        }

        /// The status in words, as Go's errors have them.
        public String reason() {
            return switch (status) {
                case 400 -> "Bad Request";
                case 401 -> "Unauthorized";
                case 403 -> "Forbidden";
                case 405 -> "Method Not Allowed";
                case 500 -> "Internal Server Error";
                case 501 -> "Not Implemented";
                case 502 -> "Bad Gateway";
                case 504 -> "Gateway Timeout";
                default -> "";
            };
        }

        /// The same as no answer.
        public Reply asFault(String why) {
            return new Reply(status, text, why.isEmpty() ? "no answer" : why);
        }
    }

    /// Posts a body.
    ///
    /// @param token a bearer token; empty for none
    public Reply post(String url, String token, String json, Duration limit) throws InterruptedException {
        var headers = new ArrayList<Call.Header>();
        headers.add(new Call.Header("Content-Type", "application/json", false));
        if (!token.isEmpty()) {
            headers.add(new Call.Header("Authorization", "Bearer " + token, true));
        }
        var call =
                new Call(
                        "POST",
                        url,
                        List.copyOf(headers),
                        json.getBytes(StandardCharsets.UTF_8),
                        json,
                        Optional.of(limit),
                        false,
                        "");
        try {
            var answer = exchange.of(call);
            return new Reply(answer.status(), answer.text(), "");
        } catch (Exchange.Failed e) {
            return new Reply(0, "", e.why());
        }
    }
}
