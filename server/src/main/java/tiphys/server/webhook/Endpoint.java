package tiphys.server.webhook;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import tiphys.events.EventData;
import tiphys.language.gotext.GoJson;
import tiphys.manifest.Value;
import tiphys.server.http.Metrics;

/// A route that is being served, with what need not be worked out for each request.
///
/// @param secretHeaders canonical names of headers that the EventSource calls secret
record Endpoint(
        WebhookRoute route, RoutePath path, Optional<byte[]> token, Set<String> secretHeaders, LongAdder accepted) {
    private static final long DEFAULT_PAYLOAD = 1 << 20;

    static Endpoint of(WebhookRoute route, Metrics metrics) {
        return new Endpoint(
                route,
                RoutePath.of(route.endpoint()),
                route.token().map(token -> token.strip().getBytes(StandardCharsets.UTF_8)),
                route.senders().secretHeaders().stream()
                        .map(HeaderNames::canonical)
                        .collect(Collectors.toUnmodifiableSet()),
                metrics.counter(
                        "tiphys_webhook_events_accepted_total",
                        "Events of webhooks that are on disk.",
                        "namespace",
                        route.namespace(),
                        "event_source",
                        route.eventSource(),
                        "event_name",
                        route.eventName()));
    }

    /// Argo's default where the manifest gives no limit, and no more than memory allows.
    int limit() {
        var limit = route.maxPayloadBytes() > 0 ? route.maxPayloadBytes() : DEFAULT_PAYLOAD;
        return (int) Math.min(limit, BodyBudget.LONGEST);
    }

    /// Whether the bearer token is the route's.
    boolean isToken(String given) {
        return token.isPresent() && MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), token.get());
    }

    /// The event's data: `header`, `body` and, if the manifest gives some, `metadata`.
    ///
    /// @param body JSON text
    EventData data(Value.Mapping header, String body) {
        var metadata =
                route.metadata()
                        .filter(some -> !some.fields().isEmpty())
                        .map(some -> ",\"metadata\":" + GoJson.write(some))
                        .orElse("");
        return EventData.of("{\"header\":" + GoJson.write(header) + ",\"body\":" + body + metadata + "}");
    }
}
