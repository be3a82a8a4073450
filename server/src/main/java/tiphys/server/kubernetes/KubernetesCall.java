package tiphys.server.kubernetes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// One request and its answer. Belongs to the request's thread, until an answer that goes on is handed over.
final class KubernetesCall {
    private static final String JSON = "application/json";

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final Fields query;
    private boolean handedOver;

    KubernetesCall(Request request, Response response, Callback callback) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.query = Request.extractQueryParameters(request);
    }

    Request request() {
        return request;
    }

    Response response() {
        return response;
    }

    /// The answer goes on after the request's thread is done with it.
    ///
    /// @return what whoever goes on with it must complete
    Callback handOver() {
        handedOver = true;
        return callback;
    }

    /// The request's thread is done: the answer is complete unless somebody goes on with it.
    void done() {
        if (!handedOver) {
            callback.succeeded();
        }
    }

    String method() {
        return request.getMethod();
    }

    /// A query parameter; empty if it is absent or has no value.
    Optional<String> parameter(String name) {
        return Optional.ofNullable(query.getValue(name)).filter(value -> !value.isEmpty());
    }

    /// Whether a query parameter is there and true, as Go's strconv reads it.
    boolean flag(String name) {
        var field = query.get(name);
        return field != null
                && (field.getValue().isEmpty()
                        || List.of("1", "t", "true").contains(field.getValue().toLowerCase(Locale.ROOT)));
    }

    /// A query parameter that must be a whole number of at least 0.
    Optional<Long> number(String name) {
        return parameter(name)
                .map(text -> {
                    try {
                        long number = Long.parseLong(text);
                        if (number < 0) {
                            throw Statuses.badRequest("expected " + name + " to be at least 0, found " + text);
                        }
                        return number;
                    } catch (NumberFormatException _) {
                        throw Statuses.badRequest("expected " + name + " to be a whole number, found \"" + text + "\"");
                    }
                });
    }

    /// Which objects the query means, as one text that two requests can be compared by.
    String selection(Optional<String> namespace) {
        return String.join(
                " ",
                namespace.orElse("*"),
                parameter("labelSelector").orElse("*"),
                parameter("fieldSelector").orElse("*"));
    }

    /// A header; empty if it is absent.
    String header(String name) {
        return Optional.ofNullable(request.getHeaders().get(name)).orElse("");
    }

    /// Every value of the `Accept` header in one text.
    String accept() {
        return String.join(",", request.getHeaders().getValuesList(HttpHeader.ACCEPT));
    }

    /// Answers JSON.
    void answer(int status, Value body) throws IOException {
        answer(status, JSON, Json.bytes(body));
    }

    /// Answers a whole body.
    void answer(int status, String contentType, byte[] body) throws IOException {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        Content.Sink.write(response, true, ByteBuffer.wrap(body));
    }

    /// Says something beside the answer, in the form that kubectl prints as `Warning: …`.
    void warn(String warning) {
        var quoted = warning.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ");
        response.getHeaders().add("Warning", "299 - \"" + quoted + "\"");
    }

    /// Begins a body of unknown length.
    void begin(String contentType) {
        response.setStatus(200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-cache, private");
    }

    /// Sends a part of a body at once; returns when the connection took it.
    void send(byte[] part) throws IOException {
        Content.Sink.write(response, false, ByteBuffer.wrap(part));
    }

    /// Ends a body of unknown length.
    void end() throws IOException {
        Content.Sink.write(response, true, ByteBuffer.allocate(0));
    }
}
