package tiphys.server.webhook;

import java.util.Optional;
import tiphys.events.webhook.Receiver;
import tiphys.events.webhook.WebhookSenders;
import tiphys.manifest.Value;

/// One HTTP endpoint that a webhook event source asks for.
///
/// @param port where to listen
/// @param endpoint the path, `/trigger`
/// @param method the only method that is taken; empty takes none (as Argo does)
/// @param token the bearer token of `authSecret`, once its Secret was read
/// @param maxPayloadBytes default 1 MiB
/// @param metadata copied into each event
/// @param senders what is said of those who send
/// @param type of the events
/// @param receiver makes events of requests, whatever their method; empty for plain webhooks
public record WebhookRoute(
        String namespace,
        String eventSource,
        String eventName,
        int port,
        String endpoint,
        String method,
        Optional<String> token,
        long maxPayloadBytes,
        Optional<Value.Mapping> metadata,
        WebhookSenders senders,
        String type,
        Optional<Receiver> receiver) {

    /// A route of a plain webhook, of whose senders nothing is said.
    public WebhookRoute(
            String namespace,
            String eventSource,
            String eventName,
            int port,
            String endpoint,
            String method,
            Optional<String> token,
            long maxPayloadBytes,
            Optional<Value.Mapping> metadata) {
        this(
                namespace,
                eventSource,
                eventName,
                port,
                endpoint,
                method,
                token,
                maxPayloadBytes,
                metadata,
                WebhookSenders.PLAIN,
                "webhook",
                Optional.empty());
    }
}
