package tiphys.artifacts.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tiphys.artifacts.driver.Driver;
import tiphys.artifacts.driver.Secrets;
import tiphys.engine.Artifacts.Content;
import tiphys.engine.Artifacts.Item;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// `http`: a file at a URL, had by GET and put there by PUT.
public final class HttpDriver implements Driver {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofMinutes(10);
    private static final int MOST_REDIRECTS = 10;

    private final Secrets secrets;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(CONNECT).followRedirects(HttpClient.Redirect.NORMAL).build();

    /// Redirects of a PUT are followed by ourselves, for the body goes along.
    private final HttpClient strict = HttpClient.newBuilder().connectTimeout(CONNECT).build();

    public HttpDriver(Secrets secrets) {
        this.secrets = secrets;
    }

    @Override
    public void fetch(Place place, Path to) throws IOException {
        try (var content = open(place, "")) {
            Files.copy(content.in(), to);
        }
    }

    @Override
    public Content open(Place place, String part) throws IOException {
        if (!part.isEmpty()) {
            throw new Trouble(Trouble.Kind.MISSING, "there is nothing below the file at a URL");
        }
        var answer = send(client, request(place, uri(place)).GET().build(), BodyHandlers.ofInputStream());
        if (answer.statusCode() / 100 != 2) {
            answer.body().close();
            throw refused(place, answer);
        }
        return new Content(answer.body(), answer.headers().firstValueAsLong("Content-Length"));
    }

    private static Trouble refused(Place place, HttpResponse<InputStream> answer) {
        int code = answer.statusCode();
        var kind =
                code == 404
                        ? Trouble.Kind.MISSING
                        : code >= 500 || code == 429 ? Trouble.Kind.UNAVAILABLE : Trouble.Kind.REFUSED;
        return new Trouble(kind, "loading file from \"" + place.text("url") + "\" failed with: " + code);
    }

    @Override
    public void store(Path from, Place place) throws IOException {
        if (Files.isDirectory(from)) {
            throw new Trouble(Trouble.Kind.REFUSED, "a directory cannot be put at a URL with archive: none");
        }
        var uri = uri(place);
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            var request = request(place, uri).PUT(HttpRequest.BodyPublishers.ofFile(from)).build();
            var answer = send(strict, request, BodyHandlers.ofInputStream());
            try (var body = answer.body()) {
                body.readNBytes(1 << 16);
            }
            var next = answer.headers().firstValue("Location");
            if (answer.statusCode() / 100 == 3 && next.isPresent()) {
                uri = uri.resolve(next.get());
            } else if (answer.statusCode() / 100 == 2) {
                return;
            } else {
                throw new Trouble(
                        answer.statusCode() >= 500 ? Trouble.Kind.UNAVAILABLE : Trouble.Kind.REFUSED,
                        "saving file to \"" + place.text("url") + "\" failed with: " + answer.statusCode());
            }
        }
        throw new Trouble(Trouble.Kind.REFUSED, "too many redirects from " + place.text("url"));
    }

    @Override
    public List<Item> list(Place place, int most) {
        return List.of(new Item("", OptionalLong.empty()));
    }

    @Override
    public void delete(Place place) throws Trouble {
        throw new Trouble(Trouble.Kind.REFUSED, "delete not supported for http artifacts");
    }

    private static URI uri(Place place) throws Trouble {
        try {
            return URI.create(place.text("url"));
        } catch (IllegalArgumentException e) {
            throw new Trouble(Trouble.Kind.REFUSED, "no URL: " + place.text("url"), e);
        }
    }

    private HttpRequest.Builder request(Place place, URI uri) throws IOException {
        try {
            var request = HttpRequest.newBuilder(uri).timeout(ANSWER);
            for (var header : place.fields().listAt("headers")) {
                request.header(header.textAt("name").orElse(""), header.textAt("value").orElse(""));
            }
            var authorization = authorization(place);
            if (authorization != null) {
                request.setHeader("Authorization", authorization);
            }
            return request;
        } catch (IllegalArgumentException e) {
            throw new Trouble(Trouble.Kind.REFUSED, "the request cannot be made: " + e.getMessage(), e);
        }
    }

    private @Nullable String authorization(Place place) throws IOException {
        var auth = place.fields().mapAt("auth");
        var basic = auth.mapAt("basicAuth");
        if (!basic.fields().isEmpty()) {
            var pair = text(place, basic, "usernameSecret") + ":" + text(place, basic, "passwordSecret");
            return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
        }
        var oauth = auth.mapAt("oauth2");
        return oauth.fields().isEmpty() ? null : "Bearer " + token(place, oauth);
    }

    private String text(Place place, Value.Mapping map, String field) throws Trouble {
        return secrets.of(place.namespace(), map.mapAt(field)).map(bytes -> new String(bytes, UTF_8)).orElse("");
    }

    /// A token of OAuth 2 for the client's own credentials.
    private String token(Place place, Value.Mapping oauth) throws IOException {
        var form = new ArrayList<String>();
        form.add("grant_type=client_credentials");
        var scopes = oauth.listAt("scopes").stream().map(Json::text).toList();
        if (!scopes.isEmpty()) {
            form.add("scope=" + encoded(String.join(" ", scopes)));
        }
        for (var parameter : oauth.listAt("endpointParams")) {
            form.add(encoded(parameter.textAt("key").orElse("")) + "=" + encoded(parameter.textAt("value").orElse("")));
        }
        var pair =
                encoded(text(place, oauth, "clientIDSecret")) + ":" + encoded(text(place, oauth, "clientSecretSecret"));
        var request =
                HttpRequest.newBuilder(URI.create(text(place, oauth, "tokenURLSecret").strip()))
                        .timeout(ANSWER)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)))
                        .POST(HttpRequest.BodyPublishers.ofString(String.join("&", form)))
                        .build();
        var answer = send(client, request, BodyHandlers.ofString());
        try {
            return Json.parse(answer.body())
                    .textAt("access_token")
                    .orElseThrow(() ->
                            new Trouble(
                                    Trouble.Kind.REFUSED,
                                    "the token's server answered " + answer.statusCode() + " without a token"));
        } catch (InvalidInput e) {
            throw new Trouble(
                    Trouble.Kind.REFUSED, "the token's server answered " + answer.statusCode() + " without JSON", e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    private static <T> HttpResponse<T> send(HttpClient client, HttpRequest request, HttpResponse.BodyHandler<T> body)
            throws IOException {
        try {
            return client.send(request, body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Trouble(Trouble.Kind.UNAVAILABLE, "the server is ending", e);
        } catch (IOException e) {
            throw new Trouble(
                    Trouble.Kind.UNAVAILABLE, "%s \"%s\": %s".formatted(method(request), request.uri(), why(e)), e);
        }
    }

    /// As Go's client says it: `Get "URL": what went wrong`.
    private static String method(HttpRequest request) {
        return request.method().charAt(0) + request.method().substring(1).toLowerCase(java.util.Locale.ROOT);
    }

    private static String why(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
