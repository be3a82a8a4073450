package tiphys.served.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// The request that an `http` template wants.
///
/// @param method as it is written; empty for GET
/// @param timeout of the whole exchange, redirects included; empty for none
/// @param condition of success; empty for any 2xx
record Call(
        String method,
        String url,
        List<Header> headers,
        byte[] body,
        String bodyText,
        Optional<Duration> timeout,
        boolean unverified,
        String condition) {

    /// A header of the request.
    ///
    /// @param secret whether its value came from a Secret, so that it is shown to nobody
    record Header(String name, String value, boolean secret) {
        boolean host() {
            return name.equalsIgnoreCase("host");
        }
    }

    /// Says that a request cannot be made as it is written.
    static final class Unusable extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unusable(String why) {
            super(why, null, false, false);
        }

        String why() {
            return String.valueOf(getMessage());
        }
    }

    /// Where the values of Secrets come from.
    @FunctionalInterface
    interface Secrets {
        /// @throws Unusable if there is no such key
        String value(String name, String key);
    }

    /// Reads what a resolved template says.
    ///
    /// @throws Unusable if a Secret is not there, or a body is not what it says
    static Call of(Value.Mapping http, Secrets secrets) {
        var headers = new ArrayList<Header>();
        for (var header : http.listAt("headers")) {
            var name = header.textAt("name").orElse("");
            var reference = header.mapAt("valueFrom", "secretKeyRef");
            if (reference.fields().isEmpty()) {
                headers.add(new Header(name, header.find("value").map(Json::text).orElse(""), false));
            } else {
                var value = secrets.value(reference.textAt("name").orElse(""), reference.textAt("key").orElse(""));
                headers.add(new Header(name, value, true));
            }
        }
        var text = http.find("body").map(Json::text).orElse("");
        var bytes = http.textAt("bodyFrom", "bytes");
        return new Call(
                http.textAt("method").orElse(""),
                http.textAt("url").orElse(""),
                List.copyOf(headers),
                bytes.map(Call::decoded).orElseGet(() -> text.getBytes(StandardCharsets.UTF_8)),
                text,
                http.find("timeoutSeconds").map(Json::text).flatMap(Call::seconds),
                http.find("insecureSkipVerify").equals(Optional.of(Value.bool(true))),
                http.textAt("successCondition").orElse(""));
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new Unusable("bodyFrom.bytes is not base64: " + e.getMessage());
        }
    }

    private static Optional<Duration> seconds(String text) {
        try {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text.strip())));
        } catch (NumberFormatException e) {
            throw new Unusable("timeoutSeconds '" + text + "' is no whole number");
        }
    }

    /// The method as it is sent.
    String verb() {
        return method.isEmpty() ? "GET" : method;
    }

    /// The method as Go's errors begin with it: `Get`.
    String operation() {
        var verb = verb();
        return verb.substring(0, 1) + verb.substring(1).toLowerCase(Locale.ROOT);
    }
}
