package tiphys.events.webhook;

import java.util.List;
import java.util.Optional;
import tiphys.events.hook.Registrars;
import tiphys.events.source.Assignment;
import tiphys.events.source.Source;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceKind;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.Surroundings;
import tiphys.manifest.Value;

/// The type `webhook`: whatever is sent with the right method, and with a bearer token if there must be one.
public final class WebhookKind implements SourceKind {
    private final HttpDoor door;

    public WebhookKind(HttpDoor door) {
        this.door = door;
    }

    /// Every type whose events are HTTP requests.
    ///
    /// @param registrars who registers hooks at known senders
    public static List<SourceKind> family(HttpDoor door, Registrars registrars) {
        return List.of(
                new WebhookKind(door),
                new GithubKind(door, registrars),
                new GitlabKind(door, registrars),
                new BitbucketKind(door, registrars),
                new BitbucketServerKind(door, registrars),
                new GerritKind(door, registrars),
                new SlackKind(door, registrars),
                new StripeKind(door, registrars),
                new SnsKind(door, registrars),
                new StorageGridKind(door, registrars));
    }

    @Override
    public String key() {
        return "webhook";
    }

    @Override
    public String claims() {
        return "events.WebhookEventSource honoured filter";
    }

    @Override
    public WebhookSettings read(SourceFields event) {
        return WebhookSettings.read(event);
    }

    @Override
    public String address(SourceSettings settings) {
        var webhook = (WebhookSettings) settings;
        return "http://" + door.host() + ":" + webhook.port() + webhook.endpoint();
    }

    @Override
    public Value sample(SourceSettings settings, Value body) {
        return SourceKind.withMetadata(
                settings,
                Value.object(
                        "header",
                        Value.object("Content-Type", List.of("application/json"), "User-Agent", List.of("tiphys")),
                        "body",
                        body));
    }

    @Override
    public void together(Runnable starts) {
        door.together(starts);
    }

    @Override
    public Source start(Assignment assignment, Surroundings around) {
        return door.open(assignment, (WebhookSettings) assignment.settings(), type(), Optional.empty(), around);
    }

    /// The door lets the new one take the old one's place.
    @Override
    public Source restart(Source before, Assignment assignment, Surroundings around) {
        return start(assignment, around);
    }
}
