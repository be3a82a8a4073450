package tiphys.connectors.hook;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import tiphys.events.hook.Hook;
import tiphys.identity.PrivateKeys;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Lets one in as an app of GitHub: the app signs who it is, and GitHub gives a token for one installation of it.
final class GithubApp {
    /// GitHub takes ten minutes at most, and its clock may be behind.
    private static final Duration LIFE = Duration.ofMinutes(8);

    private static final Duration BEHIND = Duration.ofMinutes(1);

    private GithubApp() {}

    static String token(String base, Hook hook, Instant now) throws IOException, InterruptedException {
        var app = hook.manifest().mapAt("githubApp");
        var assertion = assertion(number(app, "appID"), hook.secret("githubApp.privateKey"), now);
        var headers = Map.of("Authorization", Api.bearer(assertion), "Accept", "application/vnd.github+json");
        try (var api = new Api(base, headers)) {
            var path = "/app/installations/" + Api.encoded(number(app, "installationID")) + "/access_tokens";
            var answer = Hooks.object(api.send("POST", path, Value.Mapping.EMPTY));
            return answer.textAt("token").orElseThrow(() -> new IOException("GitHub gives no token to the app"));
        }
    }

    private static String number(Value.Mapping app, String field) {
        return app.find(field).filter(Value.Number.class::isInstance).map(Json::text).orElse("");
    }

    private static String assertion(String app, String key, Instant now) throws IOException {
        var claims =
                Value.object(
                        "iss", app, "iat", now.minus(BEHIND).getEpochSecond(), "exp", now.plus(LIFE).getEpochSecond());
        var text = encoded(Json.bytes(Value.object("alg", "RS256", "typ", "JWT"))) + "." + encoded(Json.bytes(claims));
        try {
            var signer = Signature.getInstance("SHA256withRSA");
            signer.initSign(PrivateKeys.read("githubApp.privateKey", key));
            signer.update(text.getBytes(StandardCharsets.US_ASCII));
            return text + "." + encoded(signer.sign());
        } catch (GeneralSecurityException e) {
            throw new IOException("the key of the GitHub app cannot be used: " + e.getMessage(), e);
        }
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
