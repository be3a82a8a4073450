package tiphys.server.webhook;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tiphys.events.Arrival;
import tiphys.events.Intake;
import tiphys.events.source.Assignment;
import tiphys.events.source.Source;
import tiphys.events.source.SourceName;
import tiphys.events.source.SourceState;
import tiphys.events.source.Surroundings;
import tiphys.events.webhook.HttpDoor;
import tiphys.events.webhook.Receiver;
import tiphys.events.webhook.WebhookSettings;
import tiphys.journal.StoreUnavailable;
import tiphys.server.http.Metrics;

/// Event sources whose events are HTTP requests: all of them share the [WebhookListeners], which are made when the first one starts. Safe for
/// every thread.
public final class WebhookSources implements HttpDoor, AutoCloseable {
    private final WebhookListeners.Options options;
    private final Metrics metrics;
    private final Map<SourceName, Served> served = new ConcurrentHashMap<>();
    private @Nullable WebhookListeners listeners;
    private int opening;

    public WebhookSources(WebhookListeners.Options options, Metrics metrics) {
        this.options = options;
        this.metrics = metrics;
    }

    @Override
    public String host() {
        return options.reachable();
    }

    @Override
    public byte[] get(String url, Map<String, String> query) throws NotGot {
        return Elsewhere.get(url, query);
    }

    @Override
    public synchronized Source open(
            Assignment assignment,
            WebhookSettings settings,
            String type,
            Optional<Receiver> receiver,
            Surroundings around) {
        if (listeners == null) {
            listeners = new WebhookListeners(this::accept, around.clock(), options, metrics);
        }
        return serve(new Served(assignment.name(), route(assignment, settings, type, receiver), around));
    }

    @Override
    public synchronized void together(Runnable opens) {
        opening++;
        try {
            opens.run();
        } finally {
            if (--opening == 0) {
                serveAll();
            }
        }
    }

    /// What came in at a route that ended meanwhile is not acknowledged.
    private CompletableFuture<String> accept(Arrival arrival) {
        var source = served.get(new SourceName(arrival.namespace(), arrival.eventSource(), arrival.eventName()));
        return source == null
                ? CompletableFuture.failedFuture(
                        new StoreUnavailable("the event source has ended", new IllegalStateException("ended")))
                : source.intake.accept(arrival);
    }

    private Served serve(Served source) {
        served.put(source.name, source);
        serveAll();
        return source;
    }

    private synchronized void forget(Served source) {
        if (served.remove(source.name, source)) {
            serveAll();
        }
    }

    private void serveAll() {
        if (listeners == null || opening > 0) {
            return;
        }
        var routes = new LinkedHashSet<WebhookRoute>();
        served.values().forEach(source -> routes.add(source.route));
        var answers = listeners.serve(routes);
        served.values().forEach(source -> source.is(answers.getOrDefault(source.route, Optional.empty())));
    }

    private Optional<Source.Refusals> refusals(SourceName name) {
        var open = opened();
        return open == null
                ? Optional.empty()
                : open.refusedPages(name.namespace(), name.eventSource(), name.eventName());
    }

    private synchronized @Nullable WebhookListeners opened() {
        return listeners;
    }

    private static WebhookRoute route(
            Assignment assignment, WebhookSettings settings, String type, Optional<Receiver> receiver) {
        var name = assignment.name();
        return new WebhookRoute(
                name.namespace(),
                name.eventSource(),
                name.eventName(),
                settings.port(),
                settings.endpoint(),
                settings.method(),
                settings.token().map(key -> assignment.secrets().getOrDefault(key, "")),
                settings.maxPayloadBytes(),
                settings.metadata(),
                settings.senders(),
                type,
                receiver);
    }

    /// Closes every port.
    @Override
    public synchronized void close() {
        served.clear();
        if (listeners != null) {
            listeners.close();
        }
    }

    /// One event's route.
    private final class Served implements Source {
        private final SourceName name;
        private final WebhookRoute route;
        private final InstantSource clock;
        private final Intake intake;
        private volatile SourceState state;

        Served(SourceName name, WebhookRoute route, Surroundings around) {
            this.name = name;
            this.route = route;
            this.clock = around.clock();
            this.intake = around.intake();
            this.state = new SourceState.Running(clock.instant());
        }

        private void is(Optional<String> problem) {
            if (!state.problem().equals(problem)) {
                Instant now = clock.instant();
                state =
                        problem.<SourceState>map(why -> new SourceState.Stopped(now, why))
                                .orElseGet(() -> new SourceState.Running(now));
            }
        }

        @Override
        public SourceState state() {
            return state;
        }

        @Override
        public Optional<Refusals> refusals() {
            return WebhookSources.this.refusals(name);
        }

        @Override
        public void close() {
            forget(this);
        }
    }
}
