package tiphys.server.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Writes whole answers. Each completes the callback; nothing may be written afterwards.
public final class Answers {
    private Answers() {}

    /// A JSON answer.
    public static void json(Response response, Callback callback, int status, Value value) {
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        bytes(response, callback, status, "application/json", Json.bytes(value));
    }

    /// The error form of docs/api.md.
    public static void problem(Response response, Callback callback, Problem problem) {
        problem.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        json(response, callback, problem.status(), problem.json());
    }

    /// A plain text.
    public static void text(Response response, Callback callback, int status, String text) {
        bytes(response, callback, status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /// A page.
    public static void html(Response response, Callback callback, int status, String html) {
        bytes(response, callback, status, "text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8));
    }

    /// Bytes of a stated type.
    public static void bytes(Response response, Callback callback, int status, String type, byte[] bytes) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        response.write(true, ByteBuffer.wrap(bytes), callback);
    }

    /// No content.
    public static void empty(Response response, Callback callback, int status) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, 0);
        response.write(true, null, callback);
    }
}
