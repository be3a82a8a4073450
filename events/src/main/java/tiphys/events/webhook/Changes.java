package tiphys.events.webhook;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.events.webhook.Receiver.Payload;
import tiphys.events.webhook.Receiver.Reception;
import tiphys.events.webhook.Receiver.Request;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Makes an event of each change that a push brings.
final class Changes {
    private Changes() {}

    static Reception each(Request request, Optional<Value.Mapping> metadata, Optional<String> identity) {
        Value read;
        try {
            read = Json.parse(Bodies.text(request.body()));
        } catch (InvalidInput e) {
            return new Reception.Refusal(400, "decoding repo:refs_changed webhook: " + e.getMessage(), false);
        }
        if (!(read instanceof Value.Mapping body)) {
            return new Reception.Refusal(400, "decoding repo:refs_changed webhook: it is no object", false);
        }
        var payloads = new ArrayList<Payload>();
        for (var change : body.listAt("changes")) {
            int number = payloads.size();
            payloads.add(
                    new Payload(
                            Bodies.enveloped(
                                    request, Json.write(body.with("changes", Value.list(List.of(change)))), metadata),
                            identity.map(id -> id + " " + number)));
        }
        return new Reception.Events(payloads, "");
    }
}
