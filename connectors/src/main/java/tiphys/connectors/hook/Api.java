package tiphys.connectors.hook;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import tiphys.connectors.line.Causes;
import tiphys.events.hook.Hook;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// An API that speaks JSON. It is asked seldom, so each has a client of its own, which is closed with it. Follows nowhere else, so that no
/// credentials go elsewhere; bounded in time and size.
final class Api implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int LARGEST = 4 << 20;
    private static final int LONGEST_WORD = 300;

    /// Gerrit begins with this, so that no browser runs it.
    private static final String GUARD = ")]}'";

    private final String base;
    private final Map<String, String> headers;
    private final HttpClient http;

    /// @param base in front of every path, without a slash at its end
    /// @param headers of every request
    Api(String base, Map<String, String> headers, Optional<SSLContext> tls) {
        this.base = base;
        this.headers = headers;
        var client =
                HttpClient.newBuilder()
                        .connectTimeout(PATIENCE)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .version(HttpClient.Version.HTTP_1_1);
        tls.ifPresent(client::sslContext);
        this.http = client.build();
    }

    Api(String base, Map<String, String> headers) {
        this(base, headers, Optional.empty());
    }

    /// A request that was refused.
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        private final int status;

        Refused(int status, String words) {
            super(words);
            this.status = status;
        }
    }

    Value get(String path) throws IOException, InterruptedException {
        return ask("GET", path, BodyPublishers.noBody(), "");
    }

    Value send(String method, String path, Value body) throws IOException, InterruptedException {
        return ask(method, path, BodyPublishers.ofByteArray(Json.bytes(body)), "application/json");
    }

    Value sendForm(String path, String form) throws IOException, InterruptedException {
        return ask("POST", path, BodyPublishers.ofString(form), "application/x-www-form-urlencoded");
    }

    /// Deletes what may be gone already.
    void delete(String path) throws IOException, InterruptedException {
        try {
            ask("DELETE", path, BodyPublishers.noBody(), "");
        } catch (Refused e) {
            if (e.status != 404 && e.status != 410) {
                throw e;
            }
        }
    }

    private Value ask(String method, String path, HttpRequest.BodyPublisher body, String type)
            throws IOException, InterruptedException {
        HttpResponse<byte[]> answer;
        URI uri;
        try {
            uri = URI.create(base + path);
            var request = HttpRequest.newBuilder(uri).timeout(PATIENCE).method(method, body);
            request.header("User-Agent", "tiphys");
            headers.forEach(request::header);
            if (!type.isEmpty()) {
                request.header("Content-Type", type);
            }
            answer = http.send(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST));
        } catch (IllegalArgumentException e) {
            throw new IOException(base + path + " is no address, or a Secret holds what cannot be sent", e);
        } catch (IOException e) {
            throw new IOException(base + " cannot be reached: " + Causes.words(e), e);
        }
        var text = new String(answer.body(), StandardCharsets.UTF_8);
        if (answer.statusCode() >= 300) {
            throw new Refused(answer.statusCode(), uri.getHost() + " says " + answer.statusCode() + " " + words(text));
        }
        try {
            return text.isBlank() ? Value.Mapping.EMPTY : Json.parse(text.startsWith(GUARD) ? text.substring(4) : text);
        } catch (InvalidInput e) {
            throw new IOException(uri.getHost() + " does not answer in JSON; is " + base + " its API?", e);
        }
    }

    /// What an API says in its own words, in the places where these APIs say it.
    private static String words(String text) {
        var words = text;
        try {
            if (Json.parse(text) instanceof Value.Mapping json) {
                words =
                        json.textAt("message")
                                .or(() -> json.textAt("error", "message"))
                                .or(() -> json.textAt("message", "text"))
                                .or(() -> json.textAt("error"))
                                .or(() -> first(json.listAt("errors")))
                                .orElse(text);
            }
        } catch (InvalidInput _) {
            // as it is
        }
        return words.length() > LONGEST_WORD ? words.substring(0, LONGEST_WORD) : words;
    }

    private static Optional<String> first(List<Value> errors) {
        return !errors.isEmpty() && errors.getFirst() instanceof Value.Mapping error
                ? error.textAt("message")
                : Optional.empty();
    }

    /// A text as one part of a path, or a value of a query.
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static String bearer(String token) {
        return "Bearer " + token.strip();
    }

    static String basic(String user, String password) {
        var both = user.strip() + ":" + password.strip();
        return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
    }

    /// A URL of the manifest, without slashes at its end.
    static String base(Hook hook, String field) {
        return hook.manifest().textAt(field).orElse("").replaceFirst("/+$", "");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
