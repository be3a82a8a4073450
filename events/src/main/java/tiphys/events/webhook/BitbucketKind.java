package tiphys.events.webhook;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.events.hook.Registrars;
import tiphys.events.spec.Fields;
import tiphys.manifest.Value;

/// The type `bitbucket`: webhooks of Bitbucket Cloud, signed with the Secret that the annotation `tiphys.io/signing-secret` names, for
/// the fields have no place for it.
public final class BitbucketKind extends SignedKind {
    public BitbucketKind(HttpDoor door, Registrars registrars) {
        super(door, registrars);
    }

    @Override
    public String key() {
        return "bitbucket";
    }

    @Override
    public String claims() {
        return """
        events.BitbucketEventSource honoured webhook metadata filter
        events.BitbucketEventSource emulated deleteHookOnFinish auth events owner repositorySlug repositories : without webhook.url and credentials the hook is registered by hand, and they have no meaning
        events.BitbucketEventSource ignored projectKey : it has no effect in Argo Events either
        events.BitbucketAuth honoured basic oauthToken
        events.BitbucketBasicAuth honoured username password
        events.BitbucketRepository honoured owner repositorySlug
        """;
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
        return List.of("auth.basic.username", "auth.basic.password", "auth.oauthToken");
    }

    @Override
    void checkRegistration(Fields fields) {
        if (!fields.has("repositories")) {
            fields.required("owner");
            fields.required("repositorySlug");
        }
        if (fields.texts("events").isEmpty()) {
            fields.required("events");
        }
    }

    @Override
    Receiver receiver(SignedSettings settings, Map<String, String> secrets) {
        return new HubReceiver(
                "bitbucket",
                Optional.ofNullable(secrets.get(SIGNING_SECRET)),
                "X-Request-UUID",
                false,
                settings.metadata());
    }

    /// Checks `X-Hub-Signature: sha256=…`, as both Bitbuckets send it.
    ///
    /// @param idHeader the header with the sender's id of the request
    /// @param onePerChange whether each change of a push is an event of its own
    record HubReceiver(
            String sender,
            Optional<String> secret,
            String idHeader,
            boolean onePerChange,
            Optional<Value.Mapping> metadata)
            implements Receiver {
        private static final String PREFIX = "sha256=";

        @Override
        public Reception receive(Request request) {
            if (secret.isPresent()) {
                var given = request.header("X-Hub-Signature");
                var why = "failed to validate " + sender + " webhook request: ";
                if (given.isEmpty()) {
                    return new Reception.Refusal(400, why + "missing signature header", true);
                }
                if (!given.startsWith(PREFIX)
                        || !Signatures.fits(
                                given.substring(PREFIX.length()), "HmacSHA256", secret.get(), request.body())) {
                    return new Reception.Refusal(400, why + "hmac verification failed", true);
                }
            }
            var identity = Bodies.identity(sender, request.header(idHeader));
            if (!onePerChange || !request.header("X-Event-Key").equals("repo:refs_changed")) {
                return Bodies.asSent(request, metadata, identity);
            }
            return Changes.each(request, metadata, identity);
        }

        /// Not the secret.
        @Override
        public String toString() {
            return sender;
        }
    }
}
