package tiphys.server;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import tiphys.manifest.Value;
import tiphys.server.http.Answers;
import tiphys.server.http.Metrics;
import tiphys.server.http.Patience;
import tiphys.server.http.Problem;

/// The way of each request: where from, who, and to whom. Only what has passed here reaches an API.
final class Door extends Handler.AbstractContainer {
    private static final Map<String, String> SECURITY_HEADERS =
            Map.of(
                    "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self' "
                            + Pages.STYLE_SOURCE
                            + "; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
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

    /// A path of this server: nothing that a browser takes for another host's.
    private static final Pattern PAGE = Pattern.compile("/(?:[A-Za-z0-9._~-]+(?:/[A-Za-z0-9._~-]+)*)?");

    private final Access access;
    private final Sessions sessions;
    private final Handler kubernetes;
    private final Handler tiphys;
    private final BooleanSupplier ready;
    private final Metrics metrics;
    private final Patience patience;
    private final Application application = new Application();

    Door(Access access, Sessions sessions, FrontDoor.Parts parts, Patience patience) {
        this.access = access;
        this.sessions = sessions;
        this.kubernetes = parts.kubernetes();
        this.tiphys = parts.tiphys();
        this.ready = parts.ready();
        this.metrics = parts.metrics();
        this.patience = patience;
        addBean(kubernetes);
        addBean(tiphys);
    }

    /// Where a path leads.
    private enum Route {
        HEALTH,
        LOGIN,
        METRICS,
        KUBERNETES,
        TICKETS,
        TIPHYS,
        APPLICATION;

        static Route of(String path) {
            return switch (path) {
                case "/healthz", "/livez", "/readyz" -> HEALTH;
                case "/login" -> LOGIN;
                case "/metrics" -> METRICS;
                case "/tiphys/v1/tickets" -> TICKETS;
                default -> {
                    if (path.startsWith("/tiphys/")) {
                        yield TIPHYS;
                    }
                    for (var root : List.of("/api", "/apis", "/openapi", "/version")) {
                        if (path.equals(root) || path.startsWith(root + "/")) {
                            yield KUBERNETES;
                        }
                    }
                    yield APPLICATION;
                }
            };
        }

        /// The name in metrics.
        String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    @Override
    public List<Handler> getHandlers() {
        return List.of(kubernetes, tiphys);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        patience.requestCame(request);
        var path = Request.getPathInContext(request);
        var route = Route.of(path);
        Request.addCompletionListener(request, _ -> count(route, response.getStatus()));
        SECURITY_HEADERS.forEach((name, value) -> response.getHeaders().put(name, value));

        var refusal = access.refusedPlace(request, route == Route.APPLICATION || route == Route.LOGIN);
        if (refusal.isPresent()) {
            refuse(route, request, response, callback, refusal.get());
            return true;
        }
        if (route == Route.HEALTH) {
            var up = !path.equals("/readyz") || ready.getAsBoolean();
            Answers.text(response, callback, up ? 200 : 503, up ? "ok" : "not ready");
            return true;
        }
        if (route == Route.LOGIN) {
            login(request, response, callback);
            return true;
        }
        refusal = access.refusedCaller(request);
        if (refusal.isPresent()) {
            refuse(route, request, response, callback, refusal.get());
            return true;
        }
        return switch (route) {
            case KUBERNETES -> kubernetes.handle(request, response, callback);
            case TIPHYS -> tiphys.handle(request, response, callback);
            case TICKETS -> {
                if (allows(request, response, callback, "POST")) {
                    Answers.json(
                            response, callback, 201, Value.object("path", "/login?ticket=" + sessions.newTicket()));
                }
                yield true;
            }
            case METRICS -> {
                if (allows(request, response, callback, "GET, HEAD")) {
                    var text = metrics.text().getBytes(java.nio.charset.StandardCharsets.UTF_8);
                    Answers.bytes(response, callback, 200, "text/plain; version=0.0.4; charset=utf-8", text);
                }
                yield true;
            }
            case APPLICATION -> {
                if (allows(request, response, callback, "GET, HEAD")) {
                    application.serve(path, response, callback);
                }
                yield true;
            }
            case HEALTH, LOGIN -> throw new IllegalStateException(route + " was answered above");
        };
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

    /// Passes over a refused request's body. If it is not all there yet, the connection ends with the answer, and the answer says
    /// so: a client that found out by itself would lose its next request.
    private static void passOverBody(Request request, Response response) {
        if (!request.consumeAvailable()) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
    }

    private static void refuse(Route route, Request request, Response response, Callback callback, Problem problem) {
        passOverBody(request, response);
        var accept = request.getHeaders().get(HttpHeader.ACCEPT);
        if (route == Route.KUBERNETES) {
            problem.headers().forEach((name, value) -> response.getHeaders().put(name, value));
            Answers.json(response, callback, problem.status(), status(problem));
        } else if (route == Route.APPLICATION && accept != null && accept.contains("text/html")) {
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

    private static boolean allows(Request request, Response response, Callback callback, String methods) {
        if (List.of(methods.split(", ", -1)).contains(request.getMethod())) {
            return true;
        }
        passOverBody(request, response);
        Answers.problem(
                response,
                callback,
                new Problem(405, "TIP-4050", request.getMethod() + " is not taken here, only " + methods, "")
                        .header("Allow", methods));
        return false;
    }

    private void count(Route route, int status) {
        metrics.counter(
                        "tiphys_http_requests_total",
                        "Requests answered, by route and status.",
                        "route",
                        route.text(),
                        "status",
                        Integer.toString(status))
                .increment();
    }
}
