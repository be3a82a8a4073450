package tiphys.server.webhook;

import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tiphys.events.Arrival;
import tiphys.events.EventData;
import tiphys.events.Intake;
import tiphys.events.webhook.Receiver;
import tiphys.events.webhook.WebhookSenders;
import tiphys.journal.StoreUnavailable;
import tiphys.server.http.Answers;
import tiphys.server.http.RequestTimeouts;

/// Answers the requests of one port as Argo's webhook server does, message by message; where it means to differ is in
/// docs/differences.md. 200 is written when the event is on disk.
///
/// Unlike the other faces this one never blocks: a small request is read, parsed and handed to the intake on the selector's
/// own thread, and all answers are written by one other thread, which leaves the committing one alone. A virtual thread for
/// each request was measured to take a third more CPU. What may take long, a large body or an identity, goes to a
/// virtual thread.
final class WebhookHandler extends Handler.Abstract.NonBlocking {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookHandler.class);
    private static final int SMALL_BYTES = 32 << 10;
    private static final int PREFLIGHT_SECONDS = 600;

    /// How much of a body that is too long is read without being kept.
    private static final int PASSED_OVER_BYTES = 16 << 20;

    /// What every port shares.
    ///
    /// @param slow runs what may block
    /// @param answers runs the writing of answers, in order
    /// @param names what the listeners may be called by
    record Shared(
            Intake intake,
            InstantSource clock,
            BodyBudget budget,
            Executor slow,
            Executor answers,
            Set<String> names,
            ForeignPages foreignPages) {}

    private final Shared shared;
    private final RequestTimeouts timeouts;
    private volatile List<Endpoint> endpoints = List.of();

    WebhookHandler(Shared shared, RequestTimeouts timeouts) {
        this.shared = shared;
        this.timeouts = timeouts;
    }

    /// What to serve from now on; requests on their way are still answered by what was served when they came.
    void serve(List<Endpoint> endpoints) {
        this.endpoints = List.copyOf(endpoints);
    }

    List<Endpoint> endpoints() {
        return endpoints;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        timeouts.headersCame(request);
        try {
            route(request, response, callback);
        } catch (Refused e) {
            timeouts.requestCame(request);
            refuse(response, callback, e);
        }
        return true;
    }

    private void route(Request request, Response response, Callback callback) throws Refused {
        var path = RoutePath.decoded(request.getHttpURI().getPath());
        var served = endpoints.stream().filter(endpoint -> endpoint.path().matches(path)).findFirst();
        var senders = served.map(endpoint -> endpoint.route().senders()).orElse(WebhookSenders.PLAIN);
        var page = ForeignPage.of(request, shared.names(), senders);
        if (page.isPresent()) {
            throw refused(page.get(), served);
        }
        if (answersPage(request, response, callback, served, senders)) {
            return;
        }
        var clean = RoutePath.clean(path);
        if (!clean.equals(path)) {
            var query = request.getHttpURI().getQuery();
            throw new Refused(301, "", Map.of("Location", query == null ? clean : clean + "?" + query));
        }
        if (path.equals("/health")) {
            timeouts.requestCame(request);
            Answers.text(response, callback, 200, "OK");
            return;
        }
        var endpoint =
                served.orElseThrow(
                        () -> new Refused(404, "404 page not found\n", Map.of("X-Content-Type-Options", "nosniff")));
        check(endpoint, request);
        int limit = Payload.limit(endpoint, request);
        if (request.getLength() > (long) limit + PASSED_OVER_BYTES) {
            throw Payload.tooLong(endpoint, request);
        }
        int reserved = shared.budget().reserve(request.getLength(), limit);
        if (reserved < 0) {
            throw Refused.later("too many events at once");
        }
        new Exchange(endpoint, request, response, callback, limit, reserved).run();
    }

    private Refused refused(ForeignPage page, Optional<Endpoint> served) {
        var advice =
                served.map(endpoint ->
                                "; the annotation %s of EventSource %s/%s allows origins that it names"
                                        .formatted(
                                                WebhookSenders.ALLOWED_ORIGINS,
                                                endpoint.route().namespace(),
                                                endpoint.route().eventSource()))
                        .orElse("");
        var message =
                switch (page.why()) {
                    case ORIGIN -> "pages of " + page.what() + " may not send here";
                    case SITE -> "pages of other places may not send here (Sec-Fetch-Site: " + page.what() + ")";
                    case HOST -> "this listener is not known by the Host " + page.what();
                };
        shared.foreignPages().count(served, page, message + advice);
        return new Refused(403, message + advice);
    }

    /// Says to the browser that a page of an allowed origin may send and read; answers if that is all it asks.
    private boolean answersPage(
            Request request, Response response, Callback callback, Optional<Endpoint> served, WebhookSenders senders) {
        var headers = request.getHeaders();
        var origin = headers.get(HttpHeader.ORIGIN);
        if (origin == null || served.isEmpty() || !ForeignPage.isAllowed(origin, senders)) {
            return false;
        }
        response.getHeaders().put(HttpHeader.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        response.getHeaders().put(HttpHeader.VARY, "Origin");
        if (!request.getMethod().equals("OPTIONS") || !headers.contains(HttpHeader.ACCESS_CONTROL_REQUEST_METHOD)) {
            return false;
        }
        timeouts.requestCame(request);
        response.getHeaders().put(HttpHeader.ACCESS_CONTROL_ALLOW_METHODS, served.get().route().method());
        var wanted = headers.get(HttpHeader.ACCESS_CONTROL_REQUEST_HEADERS);
        if (wanted != null) {
            response.getHeaders().put(HttpHeader.ACCESS_CONTROL_ALLOW_HEADERS, wanted);
        }
        if (headers.contains("Access-Control-Request-Private-Network")) {
            response.getHeaders().put("Access-Control-Allow-Private-Network", "true");
        }
        response.getHeaders().put(HttpHeader.ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS);
        Answers.empty(response, callback, 204);
        return true;
    }

    private static void check(Endpoint endpoint, Request request) throws Refused {
        if (endpoint.token().isPresent()) {
            var authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
            if (authorization == null || !authorization.startsWith("Bearer ")) {
                throw new Refused(401, "Invalid Authorization Header");
            }
            if (!endpoint.isToken(authorization.substring("Bearer ".length()))) {
                throw new Refused(401, "Invalid Auth token");
            }
        }
        if (endpoint.route().receiver().isEmpty() && !request.getMethod().equals(endpoint.route().method())) {
            throw new Refused(400, "http method does not match");
        }
    }

    private static void refuse(Response response, Callback callback, Refused refused) {
        refused.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        Answers.text(response, callback, refused.status(), refused.text());
    }

    /// One request on its way from its first byte of content to its answer. Each step is taken by one thread at a time.
    private final class Exchange implements Invocable.Task {
        private final Endpoint endpoint;
        private final Request request;
        private final Response response;
        private final Callback callback;
        private final int limit;
        private final int reserved;
        private final AtomicBoolean answered = new AtomicBoolean();
        private byte[] body;
        private int length;

        Exchange(Endpoint endpoint, Request request, Response response, Callback callback, int limit, int reserved) {
            this.endpoint = endpoint;
            this.request = request;
            this.response = response;
            this.callback = callback;
            this.limit = limit;
            this.reserved = reserved;
            this.body = new byte[Math.clamp(request.getLength(), 0, SMALL_BYTES)];
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }

        /// Reads what there is of the body, and comes back for the rest.
        @Override
        public void run() {
            while (true) {
                var chunk = request.read();
                if (chunk == null) {
                    request.demand(this);
                    return;
                }
                if (Content.Chunk.isFailure(chunk)) {
                    shared.budget().release(reserved);
                    callback.failed(chunk.getFailure()); // the client is gone or too slow: there is nobody to answer
                    return;
                }
                var whole = chunk.isLast();
                take(chunk.getByteBuffer());
                chunk.release();
                if (whole || length > (long) limit + PASSED_OVER_BYTES) {
                    timeouts.requestCame(request, () -> end(Refused.later("failed to record event")));
                    if (length > limit) {
                        end(Payload.tooLong(endpoint, request));
                    } else if (length > SMALL_BYTES
                            || Identity.isGiven(request)
                            || endpoint.route().receiver().isPresent()) {
                        shared.slow().execute(this::accept);
                    } else {
                        accept();
                    }
                    return;
                }
            }
        }

        /// Keeps what is within the limit, and passes over what is not: a client that is still sending reads no answer.
        private void take(ByteBuffer bytes) {
            int more = bytes.remaining();
            if (length + more > limit) {
                length += more;
                return;
            }
            if (length + more > body.length) {
                body = Arrays.copyOf(body, Math.max(length + more, Math.min(limit, body.length * 2)));
            }
            bytes.get(body, length, more);
            length += more;
        }

        private void accept() {
            try {
                var bytes = length == body.length ? body : Arrays.copyOf(body, length);
                var receiver = endpoint.route().receiver();
                if (receiver.isPresent()) {
                    receive(receiver.get(), bytes);
                    return;
                }
                var parsed = Payload.body(request, bytes);
                if (Batch.isOne(request)) {
                    var header = Payload.header(endpoint, request);
                    record(
                            Batch.of(parsed).stream()
                                    .map(item -> arrival(endpoint.data(header, item.body()), item.identity()))
                                    .toList(),
                            "");
                    return;
                }
                var data = endpoint.data(Payload.header(endpoint, request), parsed);
                var _ =
                        shared.intake()
                                .accept(arrival(data, Identity.of(request, parsed)))
                                .whenComplete((_, failure) -> shared.answers().execute(() -> recorded(failure, "")));
            } catch (Refused e) {
                end(e);
            } catch (RuntimeException e) {
                recorded(e, "");
            }
        }

        private Arrival arrival(EventData data, Optional<String> identity) {
            var route = endpoint.route();
            return new Arrival(
                    route.namespace(),
                    route.eventSource(),
                    route.eventName(),
                    route.type(),
                    data,
                    identity,
                    shared.clock().instant());
        }

        /// Lets those who know the sender make events of it: all of them are on disk before the answer.
        private void receive(Receiver receiver, byte[] bytes) throws Refused {
            var headers = request.getHeaders();
            var given =
                    new Receiver.Request(
                            name -> Optional.ofNullable(headers.get(name)).orElse(""),
                            Payload.header(endpoint, request),
                            bytes,
                            shared.clock().instant());
            switch (receiver.receive(given)) {
                case Receiver.Reception.Refusal(var status, var text, var unproved) -> {
                    if (unproved) {
                        shared.foreignPages().unproved(endpoint, text);
                    }
                    throw new Refused(status, text);
                }
                case Receiver.Reception.Answer(var text) -> throw new Refused(200, text);
                case Receiver.Reception.Events(var payloads, var before) ->
                        record(
                                payloads.stream()
                                        .map(payload -> arrival(EventData.of(payload.json()), payload.identity()))
                                        .toList(),
                                before);
            }
        }

        /// Answers when all of them are on disk.
        private void record(List<Arrival> arrivals, String before) {
            var recorded = arrivals.stream().map(shared.intake()::accept).toArray(CompletableFuture[]::new);
            var _ =
                    CompletableFuture.allOf(recorded)
                            .whenComplete((_, failure) -> shared.answers().execute(() -> recorded(failure, before)));
        }

        private void recorded(@Nullable Throwable failure, String before) {
            if (failure == null) {
                endpoint.accepted().increment();
                if (answered.compareAndSet(false, true)) {
                    shared.budget().release(reserved);
                    Answers.text(response, callback, 200, before + "success");
                }
                return;
            }
            var cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (!(cause instanceof StoreUnavailable)) {
                LOG.error("an event of {} could not be recorded", endpoint.route(), cause);
            }
            end(Refused.later("failed to record event"));
        }

        private void end(Refused refused) {
            if (answered.compareAndSet(false, true)) {
                shared.budget().release(reserved);
                refuse(response, callback, refused);
            }
        }
    }
}
