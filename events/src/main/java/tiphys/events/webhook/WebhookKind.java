package tiphys.events.webhook;

import java.util.List;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceKind;
import tiphys.events.source.SourceSettings;
import tiphys.manifest.Value;

/// The rules of the type `webhook`, whoever listens.
public abstract class WebhookKind implements SourceKind {
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
        return "http://" + host() + ":" + webhook.port() + webhook.endpoint();
    }

    /// By which name or address the listeners are reached, as it stands in a URL.
    protected abstract String host();

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
}
