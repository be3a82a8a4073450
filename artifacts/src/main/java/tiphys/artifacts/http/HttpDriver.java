package tiphys.artifacts.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tiphys.artifacts.driver.Driver;
import tiphys.artifacts.driver.Secrets;
import tiphys.artifacts.web.Answer;
import tiphys.artifacts.web.Checksum;
import tiphys.artifacts.web.Download;
import tiphys.artifacts.web.Web;
import tiphys.engine.Artifacts.Content;
import tiphys.engine.Artifacts.Item;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// `http`: a file at a URL, had by GET and put there by PUT; and `artifactory`, which is such a place with a name and a password.
public final class HttpDriver implements Driver {
    private static final int MOST_REDIRECTS = 10;

    private final Secrets secrets;
    private final String kind;
    private final Certified clients = new Certified(HttpClient.Redirect.NORMAL);

    /// Redirects of a PUT are followed by ourselves, for the body goes along.
    private final Certified strict = new Certified(HttpClient.Redirect.NEVER);

    public HttpDriver(Secrets secrets) {
        this(secrets, "http");
    }

    /// @param kind `http` or `artifactory`
    public HttpDriver(Secrets secrets, String kind) {
        this.secrets = secrets;
        this.kind = kind;
    }

    @Override
    public void fetch(Place place, Path to) throws IOException {
        Download.to(
                to,
                at -> {
                    var answer = get(place, at);
                    return answer.piece(version(answer), sum(answer));
                });
    }

    /// Empty if the server says nothing by which its file could be told from another one.
    private static String version(Answer answer) {
        return answer.header("ETag")
                .filter(tag -> !tag.startsWith("W/"))
                .or(() -> answer.header("Last-Modified"))
                .orElse("");
    }

    /// As Artifactory tells it.
    private static Optional<Checksum.Expected> sum(Answer answer) {
        return answer.header("X-Checksum-Md5")
                .filter(text -> text.matches("[0-9A-Fa-f]{32}"))
                .map(text -> new Checksum.Expected(Checksum.MD5, HexFormat.of().parseHex(text)));
    }

    /// The answer, which is fine. To be closed.
    private Answer get(Place place, long from) throws IOException {
        var request = request(place, Web.uri(place.text("url"))).GET();
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
        }
        var answer = clients.of(pair(place)).ask(request.build());
        if (!answer.fine()) {
            answer.close();
            throw new Trouble(
                    answer.kind(), "loading file from \"" + place.text("url") + "\" failed with: " + answer.status());
        }
        return answer;
    }

    @Override
    public Content open(Place place, String part) throws IOException {
        return open(place, part, 0);
    }

    @Override
    public Content open(Place place, String part, long from) throws IOException {
        if (!part.isEmpty()) {
            throw new Trouble(Trouble.Kind.MISSING, "there is nothing below the file at a URL");
        }
        try {
            return get(place, from).content();
        } catch (Trouble e) {
            if (e.kind() != Trouble.Kind.REFUSED || from == 0) {
                throw e;
            }
            return get(place, 0).content(); // it has fewer bytes; or this is refused, too
        }
    }

    @Override
    public void store(Path from, Place place) throws IOException {
        if (Files.isDirectory(from)) {
            throw new Trouble(Trouble.Kind.REFUSED, "a directory cannot be put at a URL with archive: none");
        }
        var uri = Web.uri(place.text("url"));
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            var request = request(place, uri).PUT(Web.body(from, 0, Files.size(from))).build();
            try (var answer = strict.of(pair(place)).ask(request)) {
                var next = answer.header("Location");
                if (answer.fine()) {
                    return;
                } else if (answer.status() / 100 == 3 && next.isPresent()) {
                    uri = uri.resolve(next.get());
                } else {
                    throw new Trouble(
                            answer.kind() == Trouble.Kind.UNAVAILABLE ? Trouble.Kind.UNAVAILABLE : Trouble.Kind.REFUSED,
                            "saving file to \"" + place.text("url") + "\" failed with: " + answer.status());
                }
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
        throw new Trouble(Trouble.Kind.REFUSED, "delete not supported for " + kind + " artifacts");
    }

    private HttpRequest.Builder request(Place place, URI uri) throws IOException {
        try {
            var request = Web.request(uri);
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

    private Certified.Pair pair(Place place) throws Trouble {
        var shown = place.fields().mapAt("auth", "clientCert");
        return shown.fields().isEmpty()
                ? Certified.Pair.NONE
                : new Certified.Pair(text(place, shown, "clientCertSecret"), text(place, shown, "clientKeySecret"));
    }

    private @Nullable String authorization(Place place) throws IOException {
        var auth = place.fields().mapAt("auth");
        var basic = kind.equals("artifactory") ? place.fields() : auth.mapAt("basicAuth");
        if (basic.find("usernameSecret").isPresent() || basic.find("passwordSecret").isPresent()) {
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
                Web.request(Web.uri(text(place, oauth, "tokenURLSecret").strip()))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)))
                        .POST(HttpRequest.BodyPublishers.ofString(String.join("&", form)));
        try (var answer = clients.of(Certified.Pair.NONE).ask(request.build())) {
            if (answer.kind() == Trouble.Kind.UNAVAILABLE) {
                throw new Trouble(Trouble.Kind.UNAVAILABLE, "the token's server answered " + answer.status());
            }
            return Optional.of(answer.text())
                    .map(HttpDriver::json)
                    .flatMap(json -> json.textAt("access_token"))
                    .orElseThrow(() ->
                            new Trouble(
                                    Trouble.Kind.REFUSED,
                                    "the token's server answered " + answer.status() + " without a token"));
        }
    }

    private static Value json(String text) {
        try {
            return Json.parse(text);
        } catch (InvalidInput _) {
            return Value.Mapping.EMPTY;
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }
}
