package tiphys.events;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Opens HTTP listeners for webhook routes: the port between the rules and the HTTP server.
public interface Webhooks {
    /// Serves exactly these routes from now on: opens what is new, closes what is gone, leaves the rest alone.
    ///
    /// @return for each route that cannot be served, why, in a sentence that says what to do (`port 12000 is in use …`)
    Map<WebhookRoute, Optional<String>> serve(Set<WebhookRoute> routes);

    /// By which name or address the listeners are reached, as it stands in a URL.
    default String host() {
        return "localhost";
    }

    /// What pages of other places tried at an event of a source since the server started; empty if nothing was refused.
    default Optional<RefusedPages> refusedPages(String namespace, String eventSource, String eventName) {
        return Optional.empty();
    }

    /// Requests that a browser sent for a page of another place.
    ///
    /// @param message why the last one was refused, and what to do if it was meant to be taken
    record RefusedPages(long total, Instant lastAt, String message) {}
}
