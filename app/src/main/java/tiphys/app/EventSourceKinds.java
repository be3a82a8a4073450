package tiphys.app;

import java.util.ArrayList;
import tiphys.events.calendar.CalendarKind;
import tiphys.events.source.SourceKinds;
import tiphys.events.webhook.WebhookKind;
import tiphys.server.http.Metrics;
import tiphys.server.webhook.WebhookListeners;
import tiphys.server.webhook.WebhookSources;

/// The types of event sources that this program has.
final class EventSourceKinds {
    private EventSourceKinds() {}

    /// All of them, at work.
    static SourceKinds of(WebhookSources webhooks) {
        var kinds = new ArrayList<>(WebhookKind.family(webhooks));
        kinds.add(new CalendarKind());
        return new SourceKinds(kinds);
    }

    /// All of them, for reading manifests alone: nothing is opened before something starts.
    static SourceKinds forReading() {
        return of(new WebhookSources(WebhookListeners.Options.LOOPBACK, new Metrics()));
    }
}
