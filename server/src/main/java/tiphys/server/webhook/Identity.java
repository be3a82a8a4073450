package tiphys.server.webhook;

import java.util.Optional;
import org.eclipse.jetty.server.Request;
import tiphys.language.Budget;
import tiphys.language.gjson.GjsonPath;

/// Finds the sender's own id of an event, by which a second delivery of the same one is known: `Idempotency-Key`, else
/// source and id of a CloudEvent in any of its HTTP forms.
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
                || Batch.isOne(request)
                || (type != null && type.startsWith(CLOUD_EVENT));
    }

    static Optional<String> of(Request request, String body) {
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
        return type != null && type.startsWith(CLOUD_EVENT) ? ofCloudEvent(body) : Optional.empty();
    }

    /// That of a CloudEvent in its structured form.
    static Optional<String> ofCloudEvent(String body) {
        var sent = GjsonPath.find(body, "id", Budget.of(Long.MAX_VALUE, Long.MAX_VALUE));
        var source = GjsonPath.find(body, "source", Budget.of(Long.MAX_VALUE, Long.MAX_VALUE));
        return sent.isText()
                ? bounded("cloudevent " + (source.isText() ? source.text() : "") + " " + sent.text())
                : Optional.empty();
    }

    /// An id that is too long to keep is none.
    private static Optional<String> bounded(String identity) {
        return identity.length() <= LONGEST ? Optional.of(identity) : Optional.empty();
    }
}
