package tiphys.events;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Opens HTTP listeners for webhook routes: the port between the rules and the HTTP server.
public interface Webhooks {
    /// Serves exactly these routes from now on: opens what is new, closes what is gone, leaves the rest alone.
    ///
    /// @return for each route that cannot be served, why, in a sentence that says what to do (`port 12000 is in use …`)
    Map<WebhookRoute, Optional<String>> serve(Set<WebhookRoute> routes);
}
