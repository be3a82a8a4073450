package tiphys.events.webhook;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.manifest.Value;

/// The type `gerrit`: webhooks of Gerrit's plugin, which signs nothing: only a bearer token can keep others out.
public final class GerritKind extends SignedKind {
    public GerritKind(HttpDoor door) {
        super(door);
    }

    @Override
    public String key() {
        return "gerrit";
    }

    @Override
    public String claims() {
        return """
        events.GerritEventSource honoured webhook metadata filter
        events.GerritEventSource ignored hookName events auth gerritBaseURL deleteHookOnFinish projects sslVerify maxTries : they are about registering the hook, which is done by hand; with webhook.url it is refused
        """;
    }

    @Override
    List<String> secretFields() {
        return List.of();
    }

    @Override
    List<String> registrationFields() {
        return List.of("auth");
    }

    @Override
    Receiver receiver(SignedSettings settings, Map<String, String> secrets) {
        return new GerritReceiver(settings.metadata());
    }

    private record GerritReceiver(Optional<Value.Mapping> metadata) implements Receiver {
        @Override
        public Reception receive(Request request) {
            return Bodies.asSent(request, metadata, Optional.empty());
        }
    }
}
