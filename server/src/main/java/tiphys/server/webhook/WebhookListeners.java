package tiphys.server.webhook;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tiphys.events.Intake;
import tiphys.events.source.Source;
import tiphys.server.http.ErrorAnswers;
import tiphys.server.http.Hosts;
import tiphys.server.http.Metrics;
import tiphys.server.http.Ports;
import tiphys.server.http.RequestTimeouts;
import tiphys.server.http.Threads;

/// Opens a listener for each port that webhook event sources ask for; several endpoints may share one. A port is open
/// exactly as long as a route wants it. Safe for every thread.
public final class WebhookListeners implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookListeners.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofSeconds(3);
    private static final int MOST_CONNECTIONS = 1024;

    /// Threads beside the one that each port has. Nothing blocks them, and more of them than processors only wake one another.
    private static final int WORKERS = Math.max(3, Runtime.getRuntime().availableProcessors() + 1);

    private static final int HEADERS_BYTES = 16 << 10;

    /// How to listen.
    ///
    /// @param host the address that every listener binds; loopback unless somebody decided otherwise
    /// @param patience how long a client may take to send a request
    /// @param connections how many connections a port takes; more wait in the system's queue
    public record Options(String host, Duration patience, int connections) {
        /// This machine only.
        public static final Options LOOPBACK = new Options("127.0.0.1", PATIENCE, MOST_CONNECTIONS);

        /// By which name or address the listeners are reached, as it stands in a URL.
        String reachable() {
            var reached = Hosts.reachable(host);
            return reached.equals("127.0.0.1") ? "localhost" : reached;
        }

        /// The same limits on another address.
        public Options on(String host) {
            return new Options(host, patience, connections);
        }
    }

    private final WebhookHandler.Shared shared;
    private final ForeignPages foreignPages;
    private final Options options;
    private final Metrics metrics;
    private final ExecutorService slow =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("webhook-slow-", 0).factory());
    private final ExecutorService answers =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("webhook-answers").factory());
    private final Map<Integer, Listener> listeners = new HashMap<>();
    private final QueuedThreadPool threads = Threads.pool("webhook");

    private record Listener(Server server, WebhookHandler handler) {}

    public WebhookListeners(Intake intake, InstantSource clock, Options options, Metrics metrics) {
        this.foreignPages = new ForeignPages(clock, metrics);
        this.shared =
                new WebhookHandler.Shared(
                        intake, clock, new BodyBudget(), slow, answers, names(options.host()), foreignPages);
        this.options = options;
        this.metrics = metrics;
    }

    /// Serves exactly these routes from now on: opens what is new, closes what is gone, leaves the rest alone.
    ///
    /// @return for each route that cannot be served, why, in a sentence that says what to do (`port 12000 is in use …`)
    public synchronized Map<WebhookRoute, Optional<String>> serve(Set<WebhookRoute> routes) {
        var wanted = new TreeMap<Integer, List<WebhookRoute>>();
        var outcome = new LinkedHashMap<WebhookRoute, Optional<String>>();
        for (var route : routes) {
            wanted.computeIfAbsent(route.port(), _ -> new ArrayList<>()).add(route);
        }
        for (var port : List.copyOf(listeners.keySet())) {
            if (!wanted.containsKey(port)) {
                shut(port);
            }
        }
        wanted.forEach((port, on) -> outcome.putAll(servePort(port, on)));
        return outcome;
    }

    private Map<WebhookRoute, Optional<String>> servePort(int port, List<WebhookRoute> routes) {
        var outcome = new LinkedHashMap<WebhookRoute, Optional<String>>();
        var endpoints = new LinkedHashMap<String, Endpoint>();
        var known = known(port);
        for (var route : routes.stream().sorted(WebhookListeners::inOrder).toList()) {
            outcome.put(route, unserved(route, known, endpoints));
        }
        if (endpoints.isEmpty()) {
            shut(port);
            return outcome;
        }
        try {
            var listener = listeners.get(port);
            if (listener == null) {
                listeners.put(port, open(port, List.copyOf(endpoints.values())));
                LOG.info("webhooks are taken at http://{}:{}", options.host(), port);
            } else {
                listener.handler().serve(List.copyOf(endpoints.values()));
            }
        } catch (IOException e) {
            var advice =
                    e instanceof Ports.InUse
                            ? "; stop that program, or give the event source another port (spec.webhook.*.port)"
                            : "; see the server's log";
            LOG.warn("port {} could not be opened for webhooks", port, e);
            outcome.replaceAll((_, reason) -> reason.isPresent() ? reason : Optional.of(e.getMessage() + advice));
        }
        return outcome;
    }

    /// What a port serves, so that a thousand routes that come one by one are not made ready a thousand times.
    private Map<WebhookRoute, Endpoint> known(int port) {
        var known = new HashMap<WebhookRoute, Endpoint>();
        var listener = listeners.get(port);
        if (listener != null) {
            listener.handler().endpoints().forEach(endpoint -> known.put(endpoint.route(), endpoint));
        }
        return known;
    }

    /// Why a route cannot be served beside those; takes it among them if it can.
    private Optional<String> unserved(
            WebhookRoute route, Map<WebhookRoute, Endpoint> known, Map<String, Endpoint> endpoints) {
        if (route.port() < 1 || route.port() > 65535) {
            return Optional.of("port " + route.port() + " is no port; give one between 1 and 65535");
        }
        var other = endpoints.get(route.endpoint());
        if (other != null) {
            return Optional.of(
                    "port %d already serves %s for the event source %s/%s (event %s); give one of the two another endpoint"
                            .formatted(
                                    route.port(),
                                    route.endpoint(),
                                    other.route().namespace(),
                                    other.route().eventSource(),
                                    other.route().eventName()));
        }
        try {
            var endpoint = known.get(route);
            endpoints.put(route.endpoint(), endpoint == null ? Endpoint.of(route, metrics) : endpoint);
            return Optional.empty();
        } catch (java.util.regex.PatternSyntaxException e) {
            return Optional.of(
                    "the endpoint %s has an expression that cannot be read: %s"
                            .formatted(route.endpoint(), e.getDescription()));
        }
    }

    /// Opens a port that knows its routes with the first request: a sender that hears 404 may never come again.
    private Listener open(int port, List<Endpoint> endpoints) throws IOException {
        threads.setMaxThreads(WORKERS + listeners.size() + 1);
        if (!threads.isStarted()) {
            start();
        }
        var timeouts = new RequestTimeouts(options.patience());
        var server = new Server(threads);
        server.unmanage(threads);
        var http = new HttpConnectionFactory(configuration());
        var connector = new ServerConnector(server, null, null, null, 0, 1, http);
        connector.setHost(options.host());
        connector.setPort(port);
        connector.setReuseAddress(true);
        connector.setAcceptQueueSize(512);
        connector.setIdleTimeout(options.patience().toMillis());
        connector.addEventListener(timeouts);
        connector.addBean(timeouts);
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(options.connections(), connector));
        server.setErrorHandler(new ErrorAnswers(ErrorAnswers.Form.TEXT));
        server.setStopTimeout(STOP.toMillis());
        var handler = new WebhookHandler(shared, timeouts);
        handler.serve(endpoints);
        server.setHandler(handler);
        Ports.start(server, connector);
        metrics.gauge(
                "tiphys_webhook_connections",
                "Open connections of webhook ports.",
                timeouts::connections,
                "port",
                Integer.toString(port));
        return new Listener(server, handler);
    }

    private static Set<String> names(String host) {
        try {
            return Hosts.of(host);
        } catch (IOException e) {
            LOG.warn("the names of this machine cannot be had; webhooks know it by localhost alone", e);
            return Set.of("localhost", "127.0.0.1", "::1");
        }
    }

    /// What pages of other places tried at an event of a source since the server started; empty if nothing was refused.
    Optional<Source.Refusals> refusedPages(String namespace, String eventSource, String eventName) {
        return foreignPages.of(namespace, eventSource, eventName);
    }

    private void start() throws IOException {
        try {
            threads.start();
        } catch (Exception e) {
            throw new IOException("the threads for webhooks could not be started: " + e, e);
        }
    }

    private void shut(int port) {
        var listener = listeners.remove(port);
        if (listener == null) {
            return;
        }
        try {
            listener.server().stop();
            LOG.info("webhooks are no longer taken at port {}", port);
        } catch (Exception e) {
            LOG.error("the listener of port {} did not end in order", port, e);
        }
    }

    private static HttpConfiguration configuration() {
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(HEADERS_BYTES);
        http.setHeaderCacheCaseSensitive(true); // a form is one by its type as it is spelled, as in Argo
        http.setUriCompliance(
                UriCompliance.UNSAFE); // endpoints are compared here, as Go does; no file is opened by them
        return http;
    }

    /// So that the same route wins each time where two ask for the same place.
    private static int inOrder(WebhookRoute one, WebhookRoute other) {
        var order = (one.namespace() + "/" + one.eventSource() + "/" + one.eventName());
        return order.compareTo(other.namespace() + "/" + other.eventSource() + "/" + other.eventName());
    }

    /// Closes every port: requests that are being answered get a moment.
    @Override
    public synchronized void close() {
        for (var port : List.copyOf(listeners.keySet())) {
            shut(port);
        }
        try {
            threads.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the threads for webhooks did not end in order", e);
        } finally {
            slow.shutdown();
            answers.shutdown();
        }
    }
}
