package tiphys.server;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import tiphys.manifest.Value;
import tiphys.server.access.Face;
import tiphys.server.access.Sessions;
import tiphys.server.http.Answers;
import tiphys.server.http.Metrics;
import tiphys.server.http.Problem;

/// Leads each request that was let in to the face that its path names, and answers for the small ones itself.
final class Faces extends Handler.AbstractContainer {
    /// A path of this server: nothing that a browser takes for another host's.
    private static final Pattern PAGE = Pattern.compile("/(?:[A-Za-z0-9._~-]+(?:/[A-Za-z0-9._~-]+)*)?");

    private final Sessions sessions;
    private final Handler kubernetes;
    private final Handler tiphys;
    private final BooleanSupplier ready;
    private final Metrics metrics;
    private final Application application = new Application();

    Faces(Sessions sessions, ApiServer.Parts parts) {
        this.sessions = sessions;
        this.kubernetes = parts.kubernetes();
        this.tiphys = parts.tiphys();
        this.ready = parts.ready();
        this.metrics = parts.metrics();
        addBean(kubernetes);
        addBean(tiphys);
    }

    @Override
    public List<Handler> getHandlers() {
        return List.of(kubernetes, tiphys);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        var path = Request.getPathInContext(request);
        switch (Face.of(path)) {
            case HEALTH -> {
                var up = !path.equals("/readyz") || ready.getAsBoolean();
                Answers.text(response, callback, up ? 200 : 503, up ? "ok" : "not ready");
            }
            case LOGIN -> login(request, response, callback);
            case KUBERNETES -> {
                return kubernetes.handle(request, response, callback);
            }
            case TIPHYS -> {
                return tiphys.handle(request, response, callback);
            }
            case TICKETS -> {
                if (allows(request, response, callback, "POST")) {
                    Answers.json(
                            response, callback, 201, Value.object("path", "/login?ticket=" + sessions.newTicket()));
                }
            }
            case METRICS -> {
                if (allows(request, response, callback, "GET, HEAD")) {
                    var text = metrics.text().getBytes(StandardCharsets.UTF_8);
                    Answers.bytes(response, callback, 200, "text/plain; version=0.0.4; charset=utf-8", text);
                }
            }
            case APPLICATION -> {
                if (allows(request, response, callback, "GET, HEAD")) {
                    application.serve(path, response, callback);
                }
            }
        }
        return true;
    }

    private void login(Request request, Response response, Callback callback) {
        if (!allows(request, response, callback, "GET")) {
            return;
        }
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        var query = Request.extractQueryParameters(request);
        var ticket = query.getValue("ticket");
        var session = ticket == null ? Optional.<String>empty() : sessions.login(ticket);
        if (session.isEmpty()) {
            Answers.html(response, callback, 401, Pages.LINK_IS_USED);
            return;
        }
        response.getHeaders()
                .put(
                        HttpHeader.SET_COOKIE,
                        Sessions.COOKIE
                                + "="
                                + session.get()
                                + "; Path=/; HttpOnly; SameSite=Strict; Max-Age="
                                + Sessions.SESSION_LIFE.toSeconds());
        var page = query.getValue("page");
        response.getHeaders().put(HttpHeader.LOCATION, page != null && PAGE.matcher(page).matches() ? page : "/");
        Answers.empty(response, callback, 303);
    }

    private static boolean allows(Request request, Response response, Callback callback, String methods) {
        if (List.of(methods.split(", ", -1)).contains(request.getMethod())) {
            return true;
        }
        AccessGate.passOverBody(request, response);
        Answers.problem(
                response,
                callback,
                new Problem(405, "TIP-4050", request.getMethod() + " is not taken here, only " + methods, "")
                        .header("Allow", methods));
        return false;
    }
}
