package tiphys.server;

import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import tiphys.manifest.Value;
import tiphys.server.access.Access;
import tiphys.server.access.Face;
import tiphys.server.http.Answers;
import tiphys.server.http.Metrics;
import tiphys.server.http.Problem;
import tiphys.server.http.RequestTimeouts;

/// In front of every face: has each request decided about, and says a refusal in the face's own form. Nothing behind it
/// sees a request that was not let in.
final class AccessGate extends Handler.Wrapper {
    private static final Map<String, String> SECURITY_HEADERS =
            Map.of(
                    "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self' "
                            + Pages.STYLE_SOURCE
                            + "; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; frame-src 'self'; manifest-src 'self'; worker-src 'self'; "
                            + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
                    "X-Content-Type-Options",
                    "nosniff",
                    "Referrer-Policy",
                    "no-referrer",
                    "X-Frame-Options",
                    "DENY",
                    "Cross-Origin-Opener-Policy",
                    "same-origin",
                    "Cross-Origin-Resource-Policy",
                    "same-origin");

    private final Access access;
    private final Metrics metrics;
    private final RequestTimeouts timeouts;

    AccessGate(Handler faces, Access access, Metrics metrics, RequestTimeouts timeouts) {
        super(faces);
        this.access = access;
        this.metrics = metrics;
        this.timeouts = timeouts;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        timeouts.requestCame(request);
        var face = Face.of(Request.getPathInContext(request));
        Request.addCompletionListener(request, _ -> count(face, response.getStatus()));
        SECURITY_HEADERS.forEach((name, value) -> response.getHeaders().put(name, value));
        var refused = access.decide(request, face);
        if (refused.isPresent()) {
            refuse(face, request, response, callback, refused.get());
            return true;
        }
        return super.handle(request, response, callback);
    }

    /// Passes over a refused request's body. If it is not all there yet, the connection ends with the answer, and the answer says
    /// so: a client that found out by itself would lose its next request.
    static void passOverBody(Request request, Response response) {
        if (!request.consumeAvailable()) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
    }

    private static void refuse(Face face, Request request, Response response, Callback callback, Problem problem) {
        passOverBody(request, response);
        var accept = request.getHeaders().get(HttpHeader.ACCEPT);
        if (face == Face.KUBERNETES) {
            problem.headers().forEach((name, value) -> response.getHeaders().put(name, value));
            Answers.json(response, callback, problem.status(), status(problem));
        } else if (face == Face.APPLICATION && accept != null && accept.contains("text/html")) {
            Answers.html(response, callback, problem.status(), Pages.refused(problem));
        } else {
            Answers.problem(response, callback, problem);
        }
    }

    /// Kubernetes' `Status`, whose message kubectl prints.
    private static Value status(Problem problem) {
        var message = problem.message() + (problem.hint().isEmpty() ? "" : "; " + problem.hint());
        return Value.object(
                "kind",
                "Status",
                "apiVersion",
                "v1",
                "metadata",
                Value.Mapping.EMPTY,
                "status",
                "Failure",
                "message",
                message,
                "reason",
                problem.status() == 401 ? "Unauthorized" : "Forbidden",
                "code",
                problem.status());
    }

    private void count(Face face, int status) {
        metrics.counter(
                        "tiphys_http_requests_total",
                        "Requests answered, by route and status.",
                        "route",
                        face.text(),
                        "status",
                        Integer.toString(status))
                .increment();
    }
}
