package tiphys.events.webhook;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tiphys.events.hook.Registrars;
import tiphys.events.spec.Fields;
import tiphys.events.webhook.BitbucketKind.HubReceiver;
import tiphys.language.gotext.GoDuration;
import tiphys.manifest.Value;

/// The type `bitbucketserver`: webhooks of Bitbucket Server and Data Center, signed with `webhookSecret`.
public final class BitbucketServerKind extends SignedKind {
    private static final String SECRET = "webhookSecret";
    private static final Duration MINUTE = Duration.ofMinutes(1);

    public BitbucketServerKind(HttpDoor door, Registrars registrars) {
        super(door, registrars);
    }

    @Override
    public String key() {
        return "bitbucketserver";
    }

    @Override
    public String claims() {
        return """
        events.BitbucketServerEventSource honoured webhook webhookSecret oneEventPerChange metadata filter
        events.BitbucketServerEventSource emulated projectKey repositorySlug projects repositories events accessToken bitbucketserverBaseURL deleteHookOnFinish tls checkInterval : without webhook.url and credentials the hook is registered by hand, and they have no meaning
        events.BitbucketServerEventSource refused skipBranchRefsChangedOnOpenPR : the server would have to be asked for each push
        events.BitbucketServerRepository honoured projectKey repositorySlug
        """;
    }

    @Override
    List<String> secretFields() {
        return List.of(SECRET);
    }

    @Override
    List<String> registrationSecrets() {
        return List.of("accessToken", "tls.caCertSecret", "tls.clientCertSecret", "tls.clientKeySecret");
    }

    @Override
    boolean registers(Fields fields) {
        return fields.has("accessToken")
                && Stream.of("projects", "repositories", "repositorySlug").anyMatch(fields::has);
    }

    @Override
    void checkRegistration(Fields fields) {
        fields.required("bitbucketserverBaseURL");
        if (fields.texts("events").isEmpty()) {
            fields.required("events");
        }
        var interval = fields.text("checkInterval");
        if (!interval.isEmpty() && GoDuration.parse(interval).filter(Duration::isPositive).isEmpty()) {
            fields.invalid("checkInterval", "must be a duration such as 60s, not \"" + interval + "\"");
        }
    }

    @Override
    Duration look(Value.Mapping json) {
        return json.textAt("checkInterval").flatMap(GoDuration::parse).filter(Duration::isPositive).orElse(MINUTE);
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
