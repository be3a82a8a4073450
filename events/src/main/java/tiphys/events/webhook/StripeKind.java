package tiphys.events.webhook;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tiphys.events.hook.Registrars;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings;
import tiphys.events.spec.Fields;
import tiphys.language.Budget;
import tiphys.language.gjson.GjsonPath;
import tiphys.manifest.Value;

/// The type `stripe`: webhooks of Stripe. Their signature is checked if the annotation `tiphys.io/signing-secret` names its Secret, for
/// the fields have no place for it.
public final class StripeKind extends SignedKind {
    /// A request that is older may be somebody else's copy.
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    public StripeKind(HttpDoor door, Registrars registrars) {
        super(door, registrars);
    }

    @Override
    public String key() {
        return "stripe";
    }

    @Override
    public String claims() {
        return """
        events.StripeEventSource honoured webhook eventFilter metadata createWebhook apiKey
        """;
    }

    @Override
    public boolean filtersByExpression() {
        return false;
    }

    @Override
    List<String> secretFields() {
        return List.of();
    }

    @Override
    boolean hasSigningAnnotation() {
        return true;
    }

    @Override
    List<String> registrationSecrets() {
        return List.of("apiKey");
    }

    @Override
    boolean registers(Fields fields) {
        return fields.truth("createWebhook");
    }

    @Override
    void checkRegistration(Fields fields) {
        if (!fields.has("apiKey")) {
            fields.required("apiKey");
        }
    }

    @Override
    public SourceSettings read(SourceFields event) {
        if (event.fields().truth("createWebhook") && !event.fields().at("webhook").has("url")) {
            event.fields().at("webhook").required("url");
        }
        return super.read(event);
    }

    @Override
    Receiver receiver(SignedSettings settings, Map<String, String> secrets) {
        return new StripeReceiver(
                Optional.ofNullable(secrets.get(SIGNING_SECRET)),
                settings.json().listAt("eventFilter").stream()
                        .flatMap(one ->
                                one instanceof Value.Text(var text, _) ? Stream.of(text) : Stream.<String>empty())
                        .toList(),
                settings.metadata());
    }

    private record StripeReceiver(Optional<String> secret, List<String> filter, Optional<Value.Mapping> metadata)
            implements Receiver {
        @Override
        public Reception receive(Request request) {
            if (secret.isPresent()) {
                var why = unproved(request, secret.get());
                if (why.isPresent()) {
                    return new Reception.Refusal(400, why.get(), true);
                }
            }
            if (Bodies.complaint(request.body()).isPresent()) {
                return new Reception.Refusal(400, "failed to parse the event", false);
            }
            var body = Bodies.text(request.body());
            if (!filter.isEmpty() && !filter.contains(at(body, "type"))) {
                return new Reception.Refusal(400, "invalid event", false);
            }
            return Bodies.one(
                    "{\"event\":" + body + Bodies.metadata(metadata) + "}", Bodies.identity("stripe", at(body, "id")));
        }

        private static String at(String body, String path) {
            var found = GjsonPath.find(body, path, Budget.of(Long.MAX_VALUE, Long.MAX_VALUE));
            return found.isText() ? found.text() : "";
        }

        /// `t=…,v1=…`, of which there may be several while the secret is changed.
        private static Optional<String> unproved(Request request, String secret) {
            var header = request.header("Stripe-Signature");
            if (header.isEmpty()) {
                return Optional.of("webhook has no Stripe-Signature header");
            }
            var time = "";
            boolean fits = false;
            for (var part : header.split(",", -1)) {
                time = part.startsWith("t=") ? part.substring(2) : time;
            }
            for (var part : header.split(",", -1)) {
                fits |=
                        part.startsWith("v1=")
                                && Signatures.fits(
                                        part.substring(3),
                                        "HmacSHA256",
                                        secret,
                                        Signatures.bytes(time + "."),
                                        request.body());
            }
            if (!fits) {
                return Optional.of("webhook had no valid signature");
            }
            return Times.isNear(time, request.at(), TOLERANCE)
                    ? Optional.empty()
                    : Optional.of("timestamp wasn't within tolerance");
        }

        /// Not the secret.
        @Override
        public String toString() {
            return "stripe";
        }
    }
}
