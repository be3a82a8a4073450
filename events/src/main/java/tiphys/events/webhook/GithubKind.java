package tiphys.events.webhook;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tiphys.events.hook.Registrars;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.value.Plain;
import tiphys.language.value.PlainText;
import tiphys.manifest.Value;

/// The type `github`: webhooks of GitHub, signed with `webhookSecret` by SHA-256, or SHA-1 where there is no other signature.
public final class GithubKind extends SignedKind {
    private static final String SECRET = "webhookSecret";
    private static final Map<String, String> ALGORITHMS =
            Map.of("sha1", "HmacSHA1", "sha256", "HmacSHA256", "sha512", "HmacSHA512");

    public GithubKind(HttpDoor door, Registrars registrars) {
        super(door, registrars);
    }

    @Override
    public String key() {
        return "github";
    }

    @Override
    public String claims() {
        return """
        events.GithubEventSource honoured webhook webhookSecret metadata filter
        events.GithubEventSource emulated owner repository repositories organizations events contentType insecure githubBaseURL deleteHookOnFinish apiToken githubApp : without webhook.url and credentials the hook is registered by hand, and they have no meaning
        events.GithubEventSource emulated active : also if it is not said
        events.GithubEventSource ignored id githubUploadURL : they have no effect in Argo Events either
        events.OwnedRepositories honoured owner names
        events.GithubAppCreds honoured privateKey appID installationID
        """;
    }

    @Override
    List<String> secretFields() {
        return List.of(SECRET);
    }

    @Override
    List<String> registrationSecrets() {
        return List.of("apiToken", "githubApp.privateKey");
    }

    @Override
    void checkRegistration(Fields fields) {
        if (fields.has("repositories") == fields.has("organizations") && !fields.has("owner")) {
            fields.error(
                    Codes.MISSING,
                    "repositories",
                    fields.path() + " needs one of repositories and organizations, where the hook is registered");
        }
        if (fields.texts("events").isEmpty()) {
            fields.required("events");
        }
        if (fields.has("githubApp")) {
            fields.at("githubApp").required("appID");
            fields.at("githubApp").required("installationID");
        }
    }

    @Override
    Receiver receiver(SignedSettings settings, Map<String, String> secrets) {
        return new GithubReceiver(secrets.getOrDefault(SECRET, ""), settings.metadata());
    }

    private record GithubReceiver(String secret, Optional<Value.Mapping> metadata) implements Receiver {
        @Override
        public Reception receive(Request request) {
            var type = request.header("Content-Type");
            var media = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
            byte[] payload;
            if (media.equals("application/json")) {
                payload = request.body();
            } else if (media.equals("application/x-www-form-urlencoded")) {
                var form = Form.parse(new String(request.body(), StandardCharsets.UTF_8));
                if (form.error().isPresent()) {
                    return new Reception.Refusal(400, form.error().get(), false);
                }
                payload = Signatures.bytes(form.first("payload"));
            } else if (media.isEmpty()) {
                return new Reception.Refusal(400, "mime: no media type", false);
            } else {
                return new Reception.Refusal(
                        400, "webhook request has unsupported Content-Type \"" + media + "\"", false);
            }
            var unproved = secret.isEmpty() ? Optional.<String>empty() : unproved(request);
            if (unproved.isPresent()) {
                return new Reception.Refusal(400, unproved.get(), true);
            }
            var complaint = Bodies.complaint(payload);
            if (complaint.isPresent()) {
                return new Reception.Refusal(400, complaint.get(), false);
            }
            return event(request, payload);
        }

        private Optional<String> unproved(Request request) {
            var given = request.header("X-Hub-Signature-256");
            if (given.isEmpty()) {
                given = request.header("X-Hub-Signature");
            }
            if (given.isEmpty()) {
                return Optional.of("missing signature");
            }
            var parts = given.split("=", 2);
            if (parts.length != 2) {
                return Optional.of("error parsing signature \"" + given + "\"");
            }
            var algorithm = ALGORITHMS.get(parts[0]);
            if (algorithm == null) {
                return Optional.of("unknown hash type prefix: \"" + parts[0] + "\"");
            }
            try {
                HexFormat.of().parseHex(parts[1]);
            } catch (IllegalArgumentException _) {
                return Optional.of("error decoding signature \"" + given + "\"");
            }
            return Signatures.fits(parts[1].toLowerCase(Locale.ROOT), algorithm, secret, request.body())
                    ? Optional.empty()
                    : Optional.of("payload signature check failed");
        }

        /// Written anew, its keys in order, as Argo does, with two of the headers among them.
        private Reception event(Request request, byte[] payload) {
            var budget = Budget.standard();
            try {
                var read = Plain.parse(Bodies.text(payload), budget);
                if (!(read instanceof Map<?, ?> object)) {
                    return new Reception.Refusal(
                            400,
                            "json: cannot unmarshal " + named(read) + " into Go value of type map[string]interface {}",
                            false);
                }
                var body = new HashMap<@Nullable Object, @Nullable Object>(object);
                var delivery = request.header("X-Github-Delivery");
                body.put("X-GitHub-Event", request.header("X-Github-Event"));
                body.put("X-GitHub-Delivery", delivery);
                var json = PlainText.json(body, PlainText.Layout.COMPACT, budget);
                return Bodies.one(Bodies.enveloped(request, json, metadata), Bodies.identity("github", delivery));
            } catch (EvaluationFailed e) {
                return new Reception.Refusal(400, e.getMessage(), false);
            }
        }

        private static String named(@Nullable Object value) {
            return switch (value) {
                case List<?> _ -> "array";
                case String _ -> "string";
                case Boolean _ -> "bool";
                case null, default -> "number";
            };
        }

        /// Not the secret.
        @Override
        public String toString() {
            return "github";
        }
    }
}
