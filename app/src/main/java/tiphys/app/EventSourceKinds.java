package tiphys.app;

import java.util.ArrayList;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import tiphys.connectors.file.FileKind;
import tiphys.connectors.hook.HttpRegistrars;
import tiphys.events.calendar.CalendarKind;
import tiphys.events.source.SourceKind;
import tiphys.events.source.SourceKinds;
import tiphys.events.webhook.WebhookKind;
import tiphys.journal.Journal;
import tiphys.objects.ObjectStore;
import tiphys.runtime.sources.DerivedKind;
import tiphys.runtime.sources.ResourceKind;
import tiphys.server.http.Metrics;
import tiphys.server.webhook.WebhookListeners;
import tiphys.server.webhook.WebhookSources;

/// The types of event sources that this program has: its own, and those that the connector modules on the class path provide. A
/// connector's foreign client is loaded when one of its sources starts, not here.
final class EventSourceKinds {
    private EventSourceKinds() {}

    /// All of them, at work.
    static SourceKinds of(WebhookSources webhooks, ObjectStore store, Journal journal) {
        return of(webhooks, () -> store, () -> journal);
    }

    private static SourceKinds of(WebhookSources webhooks, Supplier<ObjectStore> store, Supplier<Journal> journal) {
        var kinds = new ArrayList<>(WebhookKind.family(webhooks, new HttpRegistrars()));
        kinds.add(new CalendarKind());
        kinds.add(new ResourceKind(store));
        kinds.add(new FileKind());
        ServiceLoader.load(SourceKind.class).forEach(kinds::add);
        return new SourceKinds(kinds).with(new DerivedKind(journal));
    }

    /// All of them, for reading manifests alone: nothing is opened before something starts.
    static SourceKinds forReading() {
        return of(
                new WebhookSources(WebhookListeners.Options.LOOPBACK, new Metrics()),
                () -> {
                    throw onlyRead();
                },
                () -> {
                    throw onlyRead();
                });
    }

    private static IllegalStateException onlyRead() {
        return new IllegalStateException("nothing is started where manifests are only read");
    }
}
