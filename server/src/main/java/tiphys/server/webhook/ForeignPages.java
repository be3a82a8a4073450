package tiphys.server.webhook;

import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tiphys.events.source.Source;
import tiphys.server.http.Metrics;

/// Counts what pages of other places tried, and who did not prove who they are, by event and by how they were known. Outlives the endpoints, which are made
/// anew when a manifest is applied. Safe for every thread.
final class ForeignPages {
    private static final Logger LOG = LoggerFactory.getLogger(ForeignPages.class);

    /// A page that tries again and again fills no log.
    private static final long LOG_SECONDS = 60;

    private final InstantSource clock;
    private final Metrics metrics;
    private final Map<String, Source.Refusals> byEvent = new ConcurrentHashMap<>();

    ForeignPages(InstantSource clock, Metrics metrics) {
        this.clock = clock;
        this.metrics = metrics;
    }

    /// Counts a request that is refused.
    ///
    /// @param endpoint whose path it named; empty for no event's
    /// @param message what the sender is told
    void count(Optional<Endpoint> endpoint, ForeignPage page, String message) {
        count(endpoint.map(Endpoint::route), page.why().text(), message);
    }

    /// Counts a request whose sender did not prove who it is.
    void unproved(Endpoint endpoint, String message) {
        count(Optional.of(endpoint.route()), "signature", message);
    }

    private void count(Optional<WebhookRoute> route, String reason, String message) {
        metrics.counter(
                        "tiphys_webhook_refused_total",
                        "Requests of web pages elsewhere, or without a right signature, that webhooks refused.",
                        "namespace",
                        route.map(found -> found.namespace()).orElse(""),
                        "event_source",
                        route.map(found -> found.eventSource()).orElse(""),
                        "event_name",
                        route.map(found -> found.eventName()).orElse(""),
                        "reason",
                        reason)
                .increment();
        var event = route.map(found -> event(found.namespace(), found.eventSource(), found.eventName())).orElse("");
        byEvent.compute(event, (_, before) -> after(Optional.ofNullable(before), event, message));
    }

    private Source.Refusals after(Optional<Source.Refusals> before, String event, String message) {
        var now = clock.instant();
        if (before.isEmpty() || before.get().lastAt().plusSeconds(LOG_SECONDS).isBefore(now)) {
            LOG.warn("a request to the webhook {} was refused: {}", event.isEmpty() ? "(none)" : event, message);
        }
        return new Source.Refusals(before.map(found -> found.total()).orElse(0L) + 1, now, message);
    }

    /// What was refused at an event.
    Optional<Source.Refusals> of(String namespace, String eventSource, String eventName) {
        return Optional.ofNullable(byEvent.get(event(namespace, eventSource, eventName)));
    }

    private static String event(String namespace, String eventSource, String eventName) {
        return namespace + "/" + eventSource + "/" + eventName;
    }
}
