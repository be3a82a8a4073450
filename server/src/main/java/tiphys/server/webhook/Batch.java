package tiphys.server.webhook;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.Request;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// CloudEvents that come together in one request: each is an event of its own, as if it had come alone in its structured form.
final class Batch {
    private static final String TYPE = "application/cloudevents-batch+json";

    private Batch() {}

    /// One of them.
    ///
    /// @param body JSON text
    record Item(String body, Optional<String> identity) {}

    /// Whether a request has several, by its headers alone.
    static boolean isOne(Request request) {
        var type = request.getHeaders().get("Content-Type");
        return type != null && type.startsWith(TYPE) && request.getMethod().equals("POST");
    }

    /// @param body JSON text
    static List<Item> of(String body) throws Refused {
        Value read;
        try {
            read = Json.parse(body);
        } catch (InvalidInput e) {
            throw new Refused(400, "the batch of CloudEvents cannot be read: " + e.getMessage());
        }
        if (!(read instanceof Value.Sequence(var items, _))) {
            throw new Refused(400, "a batch of CloudEvents must be a list");
        }
        var all = new ArrayList<Item>();
        for (var item : items) {
            if (!(item instanceof Value.Mapping event)) {
                throw new Refused(400, "a batch of CloudEvents must be a list of objects");
            }
            var text = Json.write(event);
            all.add(new Item(text, Identity.ofCloudEvent(text)));
        }
        return all;
    }
}
