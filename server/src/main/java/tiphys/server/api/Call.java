package tiphys.server.api;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import tiphys.manifest.Value;
import tiphys.server.http.Answers;
import tiphys.server.http.Problem;
import tiphys.server.http.RequestBodies;

/// One request on its way to its answer: the parts of the path that the route names, the query, the body.
record Call(Request request, Response response, Callback callback, Map<String, String> path, Fields query) {
    private static final int LARGEST_BODY = 1 << 20;
    private static final int LARGEST_PAGE = 500;

    /// The part of the path that the route calls by that name.
    String part(String name) {
        var part = path.get(name);
        if (part == null) {
            throw new IllegalStateException("the route has no {" + name + "}");
        }
        return part;
    }

    /// A parameter of the query; empty if it is not there.
    String text(String name) {
        var value = query.getValue(name);
        return value == null ? "" : value;
    }

    /// Whether a parameter of the query says `true`.
    boolean flag(String name) {
        return text(name).equals("true") || text(name).equals("1");
    }

    /// A parameter of the query that is a whole number, not below 0.
    ///
    /// @throws Problem.Thrown 400 if it is something else
    long number(String name, long otherwise) {
        var text = text(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        if (text.length() > 18 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new Problem(
                            400,
                            "TIP-4002",
                            "the parameter " + name + " should be a whole number, not \"" + shortened(text) + "\"",
                            "")
                    .thrown();
        }
        return Long.parseLong(text);
    }

    /// How many items a page has, from `limit`.
    int limit() {
        return Math.clamp(number("limit", 50), 1, LARGEST_PAGE);
    }

    /// The body as a JSON object.
    Value.Mapping object() throws IOException {
        return RequestBodies.object(request, LARGEST_BODY);
    }

    /// The body as any JSON.
    Value json() throws IOException {
        return RequestBodies.json(request, LARGEST_BODY);
    }

    void answer(int status, Value value) {
        Answers.json(response, callback, status, value);
    }

    void answer(Value value) {
        answer(200, value);
    }

    /// A list.
    void items(List<? extends Value> items) {
        answer(Value.object("items", items));
    }

    static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
