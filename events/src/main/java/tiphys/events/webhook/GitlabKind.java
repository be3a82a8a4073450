package tiphys.events.webhook;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.manifest.Value;

/// The type `gitlab`: webhooks of GitLab, which carry `secretToken` as it is.
public final class GitlabKind extends SignedKind {
    private static final String TOKEN = "secretToken";

    public GitlabKind(HttpDoor door) {
        super(door);
    }

    @Override
    public String key() {
        return "gitlab";
    }

    @Override
    public String claims() {
        return """
        events.GitlabEventSource honoured webhook secretToken metadata filter
        events.GitlabEventSource ignored projectID projects groups events accessToken enableSSLVerification gitlabBaseURL deleteHookOnFinish : they are about registering the hook, which is done by hand; with webhook.url it is refused
        """;
    }

    @Override
    List<String> secretFields() {
        return List.of(TOKEN);
    }

    @Override
    List<String> registrationFields() {
        return List.of("accessToken");
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
