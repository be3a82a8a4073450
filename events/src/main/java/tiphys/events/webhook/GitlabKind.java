package tiphys.events.webhook;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tiphys.events.hook.Registrars;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.manifest.Value;

/// The type `gitlab`: webhooks of GitLab, which carry `secretToken` as it is.
public final class GitlabKind extends SignedKind {
    private static final String TOKEN = "secretToken";
    private static final Pattern EVENT = Pattern.compile("([A-Z][a-zA-Z]*)Events");

    public GitlabKind(HttpDoor door, Registrars registrars) {
        super(door, registrars);
    }

    @Override
    public String key() {
        return "gitlab";
    }

    @Override
    public String claims() {
        return """
        events.GitlabEventSource honoured webhook secretToken metadata filter
        events.GitlabEventSource emulated projectID projects groups events accessToken enableSSLVerification gitlabBaseURL deleteHookOnFinish : without webhook.url and credentials the hook is registered by hand, and they have no meaning
        """;
    }

    @Override
    List<String> secretFields() {
        return List.of(TOKEN);
    }

    @Override
    List<String> registrationSecrets() {
        return List.of("accessToken");
    }

    @Override
    void checkRegistration(Fields fields) {
        fields.required("gitlabBaseURL");
        var events = fields.texts("events");
        if (events.isEmpty()) {
            fields.required("events");
        }
        if (!fields.has("projects") && !fields.has("groups") && !fields.has("projectID")) {
            fields.error(
                    Codes.MISSING,
                    "projects",
                    fields.path() + " needs projects or groups, where the hook is registered");
        }
        for (var event : events) {
            if (!EVENT.matcher(event).matches()) {
                fields.invalid("events", "must name events such as PushEvents, not \"" + event + "\"");
            }
        }
    }

    @Override
    Receiver receiver(SignedSettings settings, Map<String, String> secrets) {
        return new GitlabReceiver(Optional.ofNullable(secrets.get(TOKEN)), settings.metadata());
    }

    private record GitlabReceiver(Optional<String> token, Optional<Value.Mapping> metadata) implements Receiver {
        @Override
        public Reception receive(Request request) {
            if (token.isPresent() && !Signatures.same(request.header("X-Gitlab-Token"), token.get())) {
                return new Reception.Refusal(400, "token mismatch", true);
            }
            return Bodies.asSent(request, metadata, Bodies.identity("gitlab", request.header("Idempotency-Key")));
        }

        /// Not the token.
        @Override
        public String toString() {
            return "gitlab";
        }
    }
}
