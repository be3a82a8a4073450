package tiphys.server.webhook;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import tiphys.events.Event;
import tiphys.events.GoText;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Makes an event's `header` and `body` of a request, as Argo's webhook source does.
final class Payload {
    /// Go's own limit of a form, if the manifest's is not smaller.
    private static final int LARGEST_FORM = 10 << 20;

    private static final String FORM = "application/x-www-form-urlencoded";

    private Payload() {}

    /// How many bytes are read of a request.
    static int limit(Endpoint endpoint, Request request) {
        return isForm(request) ? Math.min(LARGEST_FORM, endpoint.limit()) : endpoint.limit();
    }

    /// Says that a body is longer than its limit.
    static Refused tooLong(Endpoint endpoint, Request request) {
        return isForm(request) && endpoint.limit() > LARGEST_FORM
                ? Refused.tooLong(500, "http: POST too large")
                : Refused.tooLong(400, "failed to parse request body, http: request body too large");
    }

    /// A body that was read.
    ///
    /// @param raw its text, where the value does not say it; as [tiphys.events.Event] keeps it
    record Body(Value value, Optional<String> raw) {
        static Body of(Value value) {
            return new Body(value, Optional.empty());
        }
    }

    static Body body(Request request, byte[] bytes) throws Refused {
        return switch (request.getMethod()) {
            case "GET" -> {
                var query = request.getHttpURI().getQuery();
                yield Body.of(query == null ? Value.Mapping.EMPTY : Form.parse(query).body());
            }
            case "POST" -> isForm(request) ? Body.of(form(bytes)) : json(bytes);
            default -> throw new Refused(400, "unsupoorted method: " + request.getMethod()); // as Argo spells it
        };
    }

    /// The headers, without the values that are secret.
    static Value.Mapping header(Endpoint endpoint, Request request) {
        var lists = new TreeMap<String, List<String>>(); // as Go writes a map
        for (var field : request.getHeaders()) {
            var name = HeaderNames.canonical(field.getName());
            if (HeaderNames.isSecret(name, endpoint.secretHeaders())) {
                lists.put(name, List.of(HeaderNames.MASKED));
            } else if (!HeaderNames.isHidden(name)) {
                lists.computeIfAbsent(name, _ -> new ArrayList<>(1))
                        .add(Optional.ofNullable(field.getValue()).orElse(""));
            }
        }
        return (Value.Mapping) Value.of(lists);
    }

    /// The type must be exactly this: with a charset behind it, Argo reads JSON.
    private static boolean isForm(Request request) {
        return FORM.equals(request.getHeaders().get(HttpHeader.CONTENT_TYPE)) && request.getMethod().equals("POST");
    }

    private static Value form(byte[] bytes) throws Refused {
        var form = Form.parse(new String(bytes, StandardCharsets.UTF_8));
        if (form.error().isPresent()) {
            throw new Refused(500, form.error().get());
        }
        return form.body();
    }

    private static Body json(byte[] bytes) throws Refused {
        try {
            if (!mayBeAnotherEncoding(bytes)) {
                var sent = Json.parseSent(bytes, Event.DEEPEST_BODY);
                return sent.exact() ? Body.of(sent.value()) : body(sent.value(), bytes);
            }
        } catch (InvalidInput _) {
            // or it is more than the reader takes: Go's rules decide
        }
        var complaint = GoJson.complaint(bytes);
        if (complaint.isPresent()) {
            throw new Refused(400, "json: error calling MarshalJSON for type *json.RawMessage: " + complaint.get());
        }
        return body(lenient(bytes), bytes);
    }

    /// Go takes UTF-8 without a mark; the reader would take more.
    private static boolean mayBeAnotherEncoding(byte[] bytes) {
        return bytes.length > 1 && (bytes[0] <= 0 || bytes[1] == 0);
    }

    /// What can be had of a text that Go takes: bytes that are not UTF-8 become U+FFFD; what is nested too deeply is null.
    private static Value lenient(byte[] bytes) {
        try {
            var text = new String(bytes, StandardCharsets.UTF_8);
            return Json.parseSent(text.getBytes(StandardCharsets.UTF_8), Event.DEEPEST_BODY).value();
        } catch (InvalidInput _) {
            return Value.nothing();
        }
    }

    /// Keeps the text only where the value does not give it again.
    private static Body body(Value value, byte[] bytes) {
        var sent = GoText.compact(bytes);
        return Arrays.equals(sent, GoText.compact(Json.bytes(value)))
                ? Body.of(value)
                : new Body(value, Optional.of(new String(sent, StandardCharsets.ISO_8859_1)));
    }
}
