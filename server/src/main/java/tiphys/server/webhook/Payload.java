package tiphys.server.webhook;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import tiphys.events.webhook.Form;
import tiphys.language.gotext.GoJson;
import tiphys.language.gotext.GoText;
import tiphys.language.gotext.JsonComplaint;
import tiphys.manifest.Value;

/// Makes an event's `header` and `body` of a request, as Argo's webhook source does.
final class Payload {
    /// Go's own limit of a form, if the manifest's is not smaller.
    private static final int LARGEST_FORM = 10 << 20;

    private static final String FORM = "application/x-www-form-urlencoded";

    private Payload() {}

    /// How many bytes are read of a request.
    static int limit(Endpoint endpoint, Request request) {
        return isForm(endpoint, request) ? Math.min(LARGEST_FORM, endpoint.limit()) : endpoint.limit();
    }

    /// Says that a body is longer than its limit.
    static Refused tooLong(Endpoint endpoint, Request request) {
        if (endpoint.route().receiver().isPresent()) {
            return Refused.tooLong(400, "http: request body too large");
        }
        return isForm(request) && endpoint.limit() > LARGEST_FORM
                ? Refused.tooLong(500, "http: POST too large")
                : Refused.tooLong(400, "failed to parse request body, http: request body too large");
    }

    /// The body as JSON text, by Go's rules: as it was sent, and whatever a form or a query says as an object.
    static String body(Request request, byte[] bytes) throws Refused {
        return switch (request.getMethod()) {
            case "GET" -> {
                var query = request.getHttpURI().getQuery();
                yield query == null ? "{}" : GoJson.write(Form.parse(query).body());
            }
            case "POST" -> isForm(request) ? form(bytes) : json(bytes);
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

    private static boolean isForm(Endpoint endpoint, Request request) {
        return endpoint.route().receiver().isEmpty() && isForm(request);
    }

    /// The type must be exactly this: with a charset behind it, Argo reads JSON.
    private static boolean isForm(Request request) {
        return FORM.equals(request.getHeaders().get(HttpHeader.CONTENT_TYPE)) && request.getMethod().equals("POST");
    }

    private static String form(byte[] bytes) throws Refused {
        var form = Form.parse(new String(bytes, StandardCharsets.UTF_8));
        if (form.error().isPresent()) {
            throw new Refused(500, form.error().get());
        }
        return GoJson.write(form.body());
    }

    private static String json(byte[] bytes) throws Refused {
        // one character for each byte, so that the message names the byte that Go's would
        var complaint = JsonComplaint.about(new String(bytes, StandardCharsets.ISO_8859_1));
        if (complaint.isPresent()) {
            throw new Refused(400, "json: error calling MarshalJSON for type *json.RawMessage: " + complaint.get());
        }
        return GoText.utf8(bytes);
    }
}
