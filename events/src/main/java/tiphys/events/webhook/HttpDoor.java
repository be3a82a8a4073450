package tiphys.events.webhook;

import java.util.Optional;
import tiphys.events.source.Assignment;
import tiphys.events.source.Source;
import tiphys.events.source.Surroundings;

/// Listens to HTTP requests for event sources: the port between the rules of webhooks and the HTTP server. Safe for every thread.
public interface HttpDoor {
    /// By which name or address the listeners are reached, as it stands in a URL.
    String host();

    /// Takes the requests of one event in from now on. If the event is served already this takes its place at once, and a port that both
    /// have is not closed in between.
    ///
    /// @param type the CloudEvents' type
    /// @param receiver makes events of requests; empty for plain webhooks
    Source open(
            Assignment assignment,
            WebhookSettings settings,
            String type,
            Optional<Receiver> receiver,
            Surroundings around);

    /// Opens several at once: no port is opened before all of them are known.
    default void together(Runnable opens) {
        opens.run();
    }
}
