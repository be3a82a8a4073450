package tiphys.events.webhook;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import tiphys.events.webhook.Receiver.Payload;
import tiphys.events.webhook.Receiver.Reception;
import tiphys.events.webhook.Receiver.Request;
import tiphys.language.gotext.GoJson;
import tiphys.language.gotext.GoText;
import tiphys.language.gotext.JsonComplaint;
import tiphys.manifest.Value;

/// Bodies of requests as events have them.
final class Bodies {
    private Bodies() {}

    /// Why a body is no JSON, in Go's words; empty if it is some.
    static Optional<String> complaint(byte[] body) {
        // one character for each byte, so that the message names the byte that Go's would
        return JsonComplaint.about(new String(body, StandardCharsets.ISO_8859_1));
    }

    static String text(byte[] body) {
        return GoText.utf8(body);
    }

    /// `headers` and `body` and, if the manifest gives some, `metadata`.
    ///
    /// @param body JSON text
    static String enveloped(Request request, String body, Optional<Value.Mapping> metadata) {
        return enveloped("headers", request, body, metadata);
    }

    /// @param headers what the headers are called
    static String enveloped(String headers, Request request, String body, Optional<Value.Mapping> metadata) {
        return "{\""
                + headers
                + "\":"
                + GoJson.write(request.headers())
                + ",\"body\":"
                + body
                + metadata(metadata)
                + "}";
    }

    static String metadata(Optional<Value.Mapping> metadata) {
        return metadata.map(some -> ",\"metadata\":" + GoJson.write(some)).orElse("");
    }

    /// The body as it was sent, in an envelope; what is no JSON is refused.
    static Reception asSent(Request request, Optional<Value.Mapping> metadata, Optional<String> identity) {
        if (complaint(request.body()).isPresent()) {
            return new Reception.Refusal(400, "invalid event", false);
        }
        return one(enveloped(request, text(request.body()), metadata), identity);
    }

    static Reception one(String json, Optional<String> identity) {
        return new Reception.Events(List.of(new Payload(json, identity)), "");
    }

    /// An id that is not there, or too long to keep, is none.
    static Optional<String> identity(String sender, String id) {
        return id.isEmpty() || id.length() > 400 ? Optional.empty() : Optional.of(sender + " " + id);
    }
}
