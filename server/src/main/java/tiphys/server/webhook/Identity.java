package tiphys.server.webhook;

import java.util.Optional;
import org.eclipse.jetty.server.Request;
import tiphys.manifest.Value;

/// Finds the sender's own id of an event, by which a second delivery of the same one is known: `Idempotency-Key`, else
/// source and id of a CloudEvent in either of its HTTP forms.
final class Identity {
    private static final int LONGEST = 512;
    private static final String CLOUD_EVENT = "application/cloudevents+json";

    private Identity() {}

    /// Whether a request may have one, by its headers alone.
    static boolean isGiven(Request request) {
        var headers = request.getHeaders();
        var type = headers.get("Content-Type");
        return headers.contains("Idempotency-Key")
                || headers.contains("Ce-Id")
                || (type != null && type.startsWith(CLOUD_EVENT));
    }

    static Optional<String> of(Request request, Value body) {
        var headers = request.getHeaders();
        var key = headers.get("Idempotency-Key");
        if (key != null) {
            return bounded("key " + key);
        }
        var id = headers.get("Ce-Id");
        if (id != null) {
            var source = headers.get("Ce-Source");
            return bounded("cloudevent " + (source == null ? "" : source) + " " + id);
        }
        var type = headers.get("Content-Type");
        if (type != null && type.startsWith(CLOUD_EVENT) && body instanceof Value.Mapping event) {
            return event.textAt("id")
                    .flatMap(found -> bounded("cloudevent " + event.textAt("source").orElse("") + " " + found));
        }
        return Optional.empty();
    }

    /// An id that is too long to keep is none.
    private static Optional<String> bounded(String identity) {
        return identity.length() <= LONGEST ? Optional.of(identity) : Optional.empty();
    }
}
