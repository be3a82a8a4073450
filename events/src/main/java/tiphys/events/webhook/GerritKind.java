package tiphys.events.webhook;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.events.hook.Registrars;
import tiphys.events.spec.Fields;
import tiphys.manifest.Value;

/// The type `gerrit`: webhooks of Gerrit's plugin, which signs nothing: only a bearer token can keep others out.
public final class GerritKind extends SignedKind {
    public GerritKind(HttpDoor door, Registrars registrars) {
        super(door, registrars);
    }

    @Override
    public String key() {
        return "gerrit";
    }

    @Override
    public String claims() {
        return """
        events.GerritEventSource honoured webhook metadata filter
        events.GerritEventSource emulated hookName events auth gerritBaseURL deleteHookOnFinish projects sslVerify maxTries : without webhook.url and credentials the hook is registered by hand, and they have no meaning
        """;
    }

    @Override
    List<String> secretFields() {
        return List.of();
    }

    @Override
    List<String> registrationSecrets() {
        return List.of("auth.username", "auth.password");
    }

    @Override
    void checkRegistration(Fields fields) {
        fields.required("gerritBaseURL");
        fields.required("hookName");
        if (fields.texts("events").isEmpty()) {
            fields.required("events");
        }
        if (fields.texts("projects").isEmpty()) {
            fields.required("projects");
        }
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
