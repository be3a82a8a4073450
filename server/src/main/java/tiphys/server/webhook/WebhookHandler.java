package tiphys.server.webhook;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tiphys.events.Arrival;
import tiphys.events.Intake;
import tiphys.journal.StoreUnavailable;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.server.http.Answers;
import tiphys.server.http.Patience;

/// Answers the requests of one port as Argo's webhook server does, message by message; where it means to differ is in
/// docs/differences.md. 200 is written when the event is on disk.
final class WebhookHandler extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookHandler.class);
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final int LARGEST_FORM = 10 << 20;
    private static final Duration COMMIT = Duration.ofSeconds(30);

    private final Intake intake;
    private final InstantSource clock;
    private final Patience patience;
    private final BodyBudget budget;
    private volatile List<Endpoint> endpoints = List.of();

    WebhookHandler(Intake intake, InstantSource clock, Patience patience, BodyBudget budget) {
        this.intake = intake;
        this.clock = clock;
        this.patience = patience;
        this.budget = budget;
    }

    /// What to serve from now on; requests on their way are still answered by what was served when they came.
    void serve(List<Endpoint> endpoints) {
        this.endpoints = List.copyOf(endpoints);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        patience.headersCame(request);
        try {
            answer(request, response, callback);
        } catch (Refused e) {
            patience.requestCame(request);
            e.headers.forEach((name, value) -> response.getHeaders().put(name, value));
            Answers.text(response, callback, e.status, e.text);
        } catch (IOException e) {
            callback.failed(e); // the client is gone or too slow: there is nobody to answer
        } catch (RuntimeException e) {
            LOG.error("a webhook request on {} failed", request.getHttpURI().getPath(), e);
            Answers.text(response, callback, 500, "internal error");
        }
        return true;
    }

    private void answer(Request request, Response response, Callback callback) throws IOException, Refused {
        var path = RoutePath.decoded(request.getHttpURI().getPath());
        var clean = RoutePath.clean(path);
        if (!clean.equals(path)) {
            var query = request.getHttpURI().getQuery();
            throw new Refused(301, "", Map.of("Location", query == null ? clean : clean + "?" + query));
        }
        if (path.equals("/health")) {
            patience.requestCame(request);
            Answers.text(response, callback, 200, "OK");
            return;
        }
        for (var endpoint : endpoints) {
            if (endpoint.path().matches(path)) {
                accept(endpoint, request);
                Answers.text(response, callback, 200, "success");
                return;
            }
        }
        throw new Refused(404, "404 page not found\n", Map.of("X-Content-Type-Options", "nosniff"));
    }

    private void accept(Endpoint endpoint, Request request) throws IOException, Refused {
        if (endpoint.token().isPresent()) {
            var authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
            if (authorization == null || !authorization.startsWith("Bearer ")) {
                throw new Refused(401, "Invalid Authorization Header");
            }
            if (!endpoint.isToken(authorization.substring("Bearer ".length()))) {
                throw new Refused(401, "Invalid Auth token");
            }
        }
        var route = endpoint.route();
        if (!request.getMethod().equals(route.method())) {
            throw new Refused(400, "http method does not match");
        }
        int reserved = budget.reserve(request.getLength(), endpoint.limit());
        if (reserved < 0) {
            throw new Refused(503, "too many events at once", Map.of("Retry-After", "1"));
        }
        try {
            var body = body(endpoint, request);
            patience.requestCame(request);
            var arrival =
                    new Arrival(
                            route.namespace(),
                            route.eventSource(),
                            route.eventName(),
                            "webhook",
                            endpoint.data(header(request), body),
                            Identity.of(request, body),
                            clock.instant());
            intake.accept(arrival).get(COMMIT.toMillis(), TimeUnit.MILLISECONDS);
            endpoint.accepted().increment();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof StoreUnavailable)) {
                LOG.error("an event of {} could not be recorded", route, e.getCause());
            }
            throw new Refused(503, "failed to record event", Map.of("Retry-After", "1"));
        } catch (StoreUnavailable | TimeoutException e) {
            throw new Refused(503, "failed to record event", Map.of("Retry-After", "1"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused(503, "failed to record event", Map.of("Retry-After", "1"));
        } finally {
            budget.release(reserved);
        }
    }

    private static Value body(Endpoint endpoint, Request request) throws IOException, Refused {
        return switch (request.getMethod()) {
            case "GET" -> {
                var query = request.getHttpURI().getQuery();
                yield query == null ? Value.Mapping.EMPTY : Form.parse(query).body();
            }
            case "POST" ->
                    FORM.equals(request.getHeaders().get(HttpHeader.CONTENT_TYPE))
                            ? form(request)
                            : json(read(request, endpoint.limit()));
            default -> throw new Refused(400, "unsupoorted method: " + request.getMethod()); // as Argo spells it
        };
    }

    private static Value form(Request request) throws IOException, Refused {
        var bytes = bytes(request, LARGEST_FORM);
        if (bytes.length > LARGEST_FORM) {
            throw new Refused(500, "http: POST too large", Map.of("Connection", "close"));
        }
        var form = Form.parse(new String(bytes, StandardCharsets.UTF_8));
        if (form.error().isPresent()) {
            throw new Refused(500, form.error().get());
        }
        return form.body();
    }

    private static byte[] read(Request request, int limit) throws IOException, Refused {
        var bytes = bytes(request, limit);
        if (bytes.length > limit) {
            throw new Refused(
                    400, "failed to parse request body, http: request body too large", Map.of("Connection", "close"));
        }
        return bytes;
    }

    /// The body, or its first bytes up to one more than the limit.
    private static byte[] bytes(Request request, int limit) throws IOException {
        if (request.getLength() > limit) {
            return new byte[limit + 1];
        }
        try (var in = Request.asInputStream(request)) {
            return in.readNBytes(limit + 1);
        }
    }

    private static Value json(byte[] bytes) throws Refused {
        try {
            return Json.parse(bytes);
        } catch (InvalidInput e) {
            var reason = GoJson.complaint(bytes).orElseGet(() -> e.diagnostics().getFirst().message());
            throw new Refused(400, "json: error calling MarshalJSON for type *json.RawMessage: " + reason);
        }
    }

    private static Value.Mapping header(Request request) {
        var lists = new LinkedHashMap<String, List<String>>();
        for (var field : request.getHeaders()) {
            var name = HeaderNames.canonical(field.getName());
            if (!HeaderNames.isHidden(name)) {
                lists.computeIfAbsent(name, _ -> new ArrayList<>(1))
                        .add(Optional.ofNullable(field.getValue()).orElse(""));
            }
        }
        lists.replaceAll((name, values) -> HeaderNames.isSecret(name) ? List.of(HeaderNames.MASKED) : values);
        return (Value.Mapping) Value.of(lists);
    }

    /// An answer that is not 200.
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        private final int status;
        private final String text;
        private final transient Map<String, String> headers;

        Refused(int status, String text, Map<String, String> headers) {
            super(text, null, false, false);
            this.status = status;
            this.text = text;
            this.headers = headers;
        }

        Refused(int status, String text) {
            this(status, text, Map.of());
        }
    }
}
