package tiphys.server.api;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.URIUtil;
import org.eclipse.jetty.util.component.Graceful;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tiphys.engine.Artifacts;
import tiphys.engine.Logs;
import tiphys.engine.Runs;
import tiphys.events.Events;
import tiphys.events.cron.Crons;
import tiphys.events.past.Past;
import tiphys.journal.Journal;
import tiphys.journal.StoreUnavailable;
import tiphys.journal.StreamName;
import tiphys.manifest.Value;
import tiphys.objects.Objects;
import tiphys.objects.Refusal;
import tiphys.server.follow.Followers;
import tiphys.server.follow.Stopping;
import tiphys.server.http.Answers;
import tiphys.server.http.Problem;

/// The API of UI and CLI. It holds no rules: it asks the faces and writes what they say. Whoever reaches it is the owner.
public final class TiphysApi extends Handler.Abstract implements Graceful {
    private static final Logger LOG = LoggerFactory.getLogger(TiphysApi.class);
    private static final String BASE = "/tiphys/v1/";

    /// What `GET /status` answers.
    @FunctionalInterface
    public interface Status {
        /// @param sizes whether what is slow to measure is wanted, too
        Value.Mapping json(boolean sizes);
    }

    /// What `POST /repair` does.
    @FunctionalInterface
    public interface Repairs {
        /// Lets a stream that was set aside go on.
        ///
        /// @return whether it was set aside
        boolean repair(StreamName stream);
    }

    /// The faces that it stands on.
    ///
    /// @param followers counts the feeds and followed logs
    public record Faces(
            Runs runs,
            Events events,
            Past past,
            Crons crons,
            Objects objects,
            Logs logs,
            Artifacts artifacts,
            Journal journal,
            Status status,
            HostImages images,
            Followers followers,
            Repairs repairs,
            InstantSource clock) {}

    private final Stopping stopping = new Stopping();
    private final Feed feed;
    private final ArtifactRequests artifacts;
    private final BindingRequests bindings;
    private final List<Route> routes;

    public TiphysApi(Faces faces) {
        var events = new EventRequests(faces.events());
        var past = new PastRequests(faces.past());
        var runs = new RunRequests(faces.runs());
        var templates = new TemplateRequests(faces.objects(), faces.runs());
        var crons = new CronRequests(faces.crons(), faces.objects());
        var objects = new ObjectRequests(faces.objects());
        var search = new RunSearch(faces.runs(), faces.objects());
        var logs = new LogRequests(faces.runs(), faces.logs(), faces.followers(), stopping);
        artifacts = new ArtifactRequests(faces.runs(), faces.artifacts());
        bindings = new BindingRequests(faces.objects(), faces.clock());
        feed = new Feed(faces.journal(), faces.followers());
        var control = "namespaces/{namespace}/runs/{name}/";
        routes =
                List.of(
                        Route.of("GET", "status", call -> call.answer(faces.status().json(call.flag("sizes")))),
                        Route.of("POST", "repair", call -> repair(call, faces.repairs())),
                        Route.of("GET", "flow", events::flow),
                        Route.of("GET", "arrivals", events::arrivals),
                        Route.of("GET", "events", events::list),
                        Route.of("GET", "events/{id}", events::one),
                        Route.of("POST", "events/{id}/replay", events::replay),
                        Route.of("POST", "replays/plan", past::plan),
                        Route.of("POST", "replays/step", past::replay),
                        Route.of("POST", "whatif", past::whatIf),
                        Route.of("POST", "namespaces/{namespace}/eventsources/{source}/{event}/send", events::send),
                        Route.of("GET", "images", call -> images(call, faces.images())),
                        Route.of("GET", "locks", runs::locks),
                        Route.of("GET", "runs", search::list),
                        Route.of("POST", "namespaces/{namespace}/runs", templates::submit),
                        Route.of("GET", "namespaces/{namespace}/runs/{name}", runs::one),
                        Route.of("GET", "namespaces/{namespace}/runs/{name}/explain", runs::explain),
                        Route.of("POST", control + "stop", runs::stop),
                        Route.of("POST", control + "terminate", runs::terminate),
                        Route.of("POST", control + "suspend", runs::suspend),
                        Route.of("POST", control + "resume", runs::resume),
                        Route.of("POST", control + "set", runs::set),
                        Route.of("POST", control + "retry", runs::retry),
                        Route.of("POST", control + "resubmit", templates::resubmit),
                        Route.of("DELETE", "namespaces/{namespace}/runs/{name}", templates::delete),
                        Route.of("GET", control + "nodes/{node}/log", logs::read),
                        Route.of("GET", control + "artifacts", artifacts::list),
                        Route.of("GET", control + "nodes/{node}/artifacts/{side}/{artifact}", artifacts::bytes),
                        Route.of("GET", control + "nodes/{node}/artifacts/{side}/{artifact}/items", artifacts::items),
                        Route.of("GET", "templates", templates::list),
                        Route.of("GET", "cronworkflows", crons::list),
                        Route.of("GET", "namespaces/{namespace}/cronworkflows/{name}", crons::one),
                        Route.of("POST", "namespaces/{namespace}/cronworkflows/{name}/suspend", crons::suspend),
                        Route.of("POST", "namespaces/{namespace}/cronworkflows/{name}/resume", crons::resume),
                        Route.of("POST", "namespaces/{namespace}/cronworkflows/{name}/trigger", crons::trigger),
                        Route.of("POST", "namespaces/{namespace}/cronworkflows/{name}/backfill", crons::backfill),
                        Route.of("GET", "objects/{kind}", objects::list),
                        Route.of("GET", "objects/{kind}/{namespace}/{name}", objects::one),
                        Route.of("GET", "feed", feed::stream));
    }

    private static void images(Call call, HostImages images) {
        var namespace = call.text("namespace").isEmpty() ? "default" : call.text("namespace");
        var image = call.text("image");
        if (image.isEmpty()) {
            call.items(images.rules(namespace));
        } else {
            call.answer(images.check(namespace, image));
        }
    }

    private static void repair(Call call, Repairs repairs) throws Exception {
        var name = call.object().textAt("stream").orElse("");
        if (name.indexOf('/') < 1 || !repairs.repair(StreamName.parse(name))) {
            throw new Problem(
                            404,
                            "TIP-4040",
                            "no stream " + Call.shortened(name) + " is set aside",
                            "`tiphys status` names those that are")
                    .thrown();
        }
        call.answer(Value.object("stream", name));
    }

    /// The server is about to stop and gives requests a moment: those that would go on for ever end now.
    @Override
    public CompletableFuture<Void> shutdown() {
        stopping.begin();
        feed.close();
        return CompletableFuture.allOf();
    }

    @Override
    public boolean isShutdown() {
        return stopping.hasBegun();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        var once = new Once(callback);
        try {
            route(request, response, once);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            once.failed(e);
        } catch (EofException e) {
            once.failed(e); // the client is gone
        } catch (Exception e) {
            var cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            if (response.isCommitted()) {
                LOG.debug("the answer to {} was cut off", request.getHttpURI().getPath(), cause);
                once.failed(cause);
            } else {
                Answers.problem(response, once, problem(request, cause));
            }
        }
        return true;
    }

    private void route(Request request, Response response, Callback callback) throws Exception {
        var path = request.getHttpURI().getPath();
        if (ArtifactRequests.has(path) && request.getMethod().equals("GET")) {
            artifacts.argo(call(request, response, callback, Map.of()), path);
            return;
        }
        if (BindingRequests.has(path)) {
            if (!request.getMethod().equals("POST")) {
                throw notTaken(request, "POST");
            }
            bindings.receive(call(request, response, callback, Map.of()), path);
            return;
        }
        var parts =
                path.startsWith(BASE)
                        ? Arrays.stream(path.substring(BASE.length()).split("/", -1)).map(URIUtil::decodePath).toList()
                        : List.<String>of();
        var others = new TreeSet<String>();
        for (var route : routes) {
            var match = route.match(parts);
            if (match.isPresent() && route.method().equals(request.getMethod())) {
                route.action().answer(call(request, response, callback, match.get()));
                return;
            }
            match.ifPresent(_ -> others.add(route.method()));
        }
        throw others.isEmpty()
                ? new Problem(404, "TIP-4041", "there is no request " + Call.shortened(path), "see docs/api.md")
                        .thrown()
                : notTaken(request, String.join(", ", others));
    }

    private static Problem.Thrown notTaken(Request request, String methods) {
        return new Problem(405, "TIP-4050", request.getMethod() + " is not taken here, only " + methods, "")
                .header("Allow", methods)
                .thrown();
    }

    private static Call call(Request request, Response response, Callback callback, Map<String, String> path) {
        try {
            return new Call(request, response, callback, path, Request.extractQueryParameters(request));
        } catch (RuntimeException e) {
            throw new Problem(400, "TIP-4002", "the query cannot be read: " + e.getMessage(), "").thrown();
        }
    }

    private static Problem problem(Request request, Throwable cause) {
        return switch (cause) {
            case Problem.Thrown thrown -> thrown.problem();
            case Refusal refusal -> refused(refusal);
            case Followers.TooMany tooMany ->
                    new Problem(429, "TIP-4290", tooMany.text(), "close some, or try again in a moment")
                            .header("Retry-After", Integer.toString(Followers.RETRY_SECONDS));
            case StoreUnavailable e ->
                    new Problem(
                                    503,
                                    "TIP-5030",
                                    "the store cannot be used now: " + e.getMessage(),
                                    "try again in a moment")
                            .header("Retry-After", "1");
            case TimeoutException _ ->
                    new Problem(
                            504, "TIP-5040", "the server did not get to it in time", "it may still happen; look again");
            default -> {
                LOG.error("{} {} failed", request.getMethod(), request.getHttpURI().getPath(), cause);
                yield new Problem(
                        500,
                        "TIP-5000",
                        "the server failed at this request: " + cause,
                        "this is a bug of Tiphys; its log has the details");
            }
        };
    }

    private static Problem refused(Refusal refusal) {
        var code =
                switch (refusal.code()) {
                    case 403 -> "TIP-4033";
                    case 404 -> "TIP-4040";
                    case 409 -> "TIP-4090";
                    case 422 -> "TIP-4220";
                    default -> "TIP-4000";
                };
        var causes = new ArrayList<Value>();
        for (var cause : refusal.causes()) {
            causes.add(Value.object("field", cause.field(), "message", cause.message()));
        }
        return new Problem(refusal.code(), code, String.valueOf(refusal.getMessage()), "")
                .details(Value.object("reason", refusal.reason(), "causes", causes));
    }

    /// Lets only the first end of an answer count, so that a failure after the last write is not told twice.
    private static final class Once implements Callback {
        private final Callback callback;
        private final AtomicBoolean ended = new AtomicBoolean();

        Once(Callback callback) {
            this.callback = callback;
        }

        @Override
        public void succeeded() {
            if (ended.compareAndSet(false, true)) {
                callback.succeeded();
            }
        }

        @Override
        public void failed(Throwable failure) {
            if (ended.compareAndSet(false, true)) {
                callback.failed(failure);
            }
        }
    }
}
