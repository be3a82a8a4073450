package tiphys.events.webhook;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.events.webhook.BitbucketKind.HubReceiver;
import tiphys.manifest.Value;

/// The type `bitbucketserver`: webhooks of Bitbucket Server and Data Center, signed with `webhookSecret`.
public final class BitbucketServerKind extends SignedKind {
    private static final String SECRET = "webhookSecret";

    public BitbucketServerKind(HttpDoor door) {
        super(door);
    }

    @Override
    public String key() {
        return "bitbucketserver";
    }

    @Override
    public String claims() {
        return """
        events.BitbucketServerEventSource honoured webhook webhookSecret oneEventPerChange metadata filter
        events.BitbucketServerEventSource ignored projectKey repositorySlug projects repositories events accessToken bitbucketserverBaseURL deleteHookOnFinish tls checkInterval : they are about registering the hook, which is done by hand; with webhook.url it is refused
        events.BitbucketServerEventSource refused skipBranchRefsChangedOnOpenPR : the server would have to be asked for each push
        """;
    }

    @Override
    List<String> secretFields() {
        return List.of(SECRET);
    }

    @Override
    List<String> registrationFields() {
        return List.of("accessToken");
    }

    @Override
    Receiver receiver(SignedSettings settings, Map<String, String> secrets) {
        return new HubReceiver(
                "bitbucketserver",
                Optional.ofNullable(secrets.get(SECRET)),
                "X-Request-Id",
                settings.json().find("oneEventPerChange").filter(Value.bool(true)::equals).isPresent(),
                settings.metadata());
    }
}
