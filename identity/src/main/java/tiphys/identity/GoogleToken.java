package tiphys.identity;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// A token with which Google lets one in: for a service account's key, or a user's own credentials, as `gcloud` writes them.
///
/// @param text empty if nobody asks who is there
/// @param until when it ends
public record GoogleToken(String text, Instant until) {
    private static final String TOKENS = "https://oauth2.googleapis.com/token";
    private static final Duration LIFE = Duration.ofHours(1);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int LARGEST = 64 << 10;
    private static final int BUSY = 500;

    /// Google will give none for these credentials, however often it is asked.
    public static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }

        Refused(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// @param credentials the JSON text of a service account's key, or of a user's credentials
    /// @param scope what one may do with it, `https://www.googleapis.com/auth/…`
    /// @throws IOException if Google gives none for them
    public static GoogleToken of(String credentials, String scope, HttpClient http, Instant now)
            throws IOException, InterruptedException {
        Value.Mapping json;
        try {
            json = Json.parse(credentials) instanceof Value.Mapping object ? object : Value.Mapping.EMPTY;
        } catch (InvalidInput e) {
            throw new Refused("the Google credentials are not JSON", e);
        }
        var form =
                switch (json.textAt("type").orElse("")) {
                    case "service_account" ->
                            Map.of(
                                    "grant_type",
                                    "urn:ietf:params:oauth:grant-type:jwt-bearer",
                                    "assertion",
                                    assertion(json, scope, now));
                    case "authorized_user" ->
                            Map.of(
                                    "grant_type",
                                    "refresh_token",
                                    "client_id",
                                    json.textAt("client_id").orElse(""),
                                    "client_secret",
                                    json.textAt("client_secret").orElse(""),
                                    "refresh_token",
                                    json.textAt("refresh_token").orElse(""));
                    default ->
                            throw new Refused(
                                    "the Google credentials must be the key of a service account, or a user's own");
                };
        return ask(json.textAt("token_uri").orElse(TOKENS), form, http, now);
    }

    /// The credentials that this machine has for whoever names none: those that `GOOGLE_APPLICATION_CREDENTIALS` names, or those that
    /// `gcloud` wrote.
    public static Optional<String> ofThisMachine() throws IOException {
        for (var file :
                List.of(
                        Optional.ofNullable(System.getenv("GOOGLE_APPLICATION_CREDENTIALS")).orElse(""),
                        System.getProperty("user.home") + "/.config/gcloud/application_default_credentials.json")) {
            if (!file.isEmpty() && Files.isRegularFile(Path.of(file))) {
                return Optional.of(Files.readString(Path.of(file)));
            }
        }
        return Optional.empty();
    }

    private static GoogleToken ask(String uri, Map<String, String> form, HttpClient http, Instant now)
            throws IOException, InterruptedException {
        var body =
                form.entrySet().stream()
                        .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
        try {
            var request =
                    HttpRequest.newBuilder(URI.create(uri))
                            .timeout(PATIENCE)
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.ofString(body));
            var response = http.send(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST));
            var text = new String(response.body(), StandardCharsets.UTF_8);
            var answer = Json.parse(text) instanceof Value.Mapping object ? object : Value.Mapping.EMPTY;
            if (response.statusCode() != 200) {
                var why =
                        "Google gives no token: "
                                + answer.textAt("error").orElse(Integer.toString(response.statusCode()))
                                + " "
                                + answer.textAt("error_description").orElse("");
                throw response.statusCode() >= BUSY ? new IOException(why) : new Refused(why);
            }
            return new GoogleToken(answer.textAt("access_token").orElse(""), now.plus(LIFE));
        } catch (InvalidInput | IllegalArgumentException e) {
            throw new IOException("Google gives no token: " + e.getMessage(), e);
        }
    }

    /// What a service account says of itself, signed with its key.
    private static String assertion(Value.Mapping account, String scope, Instant now) throws IOException {
        var claims =
                Value.object(
                        "iss",
                        account.textAt("client_email").orElse(""),
                        "scope",
                        scope,
                        "aud",
                        account.textAt("token_uri").orElse(TOKENS),
                        "iat",
                        now.getEpochSecond(),
                        "exp",
                        now.plus(LIFE).getEpochSecond());
        var text = encoded(Json.bytes(Value.object("alg", "RS256", "typ", "JWT"))) + "." + encoded(Json.bytes(claims));
        try {
            var signer = Signature.getInstance("SHA256withRSA");
            signer.initSign(PrivateKeys.read("private_key", account.textAt("private_key").orElse("")));
            signer.update(text.getBytes(StandardCharsets.US_ASCII));
            return text + "." + encoded(signer.sign());
        } catch (GeneralSecurityException e) {
            throw new Refused("the key of the service account cannot be used: " + e.getMessage(), e);
        }
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// Not the token.
    @Override
    public String toString() {
        return "until " + until;
    }
}
