package tiphys.server.access;

import java.util.List;
import java.util.Locale;

/// The faces of the API's port: where a path leads, and what has to be known of who asks.
public enum Face {
    /// Whether the server lives and is ready.
    HEALTH(Who.ANYBODY),
    /// Makes a session of a ticket.
    LOGIN(Who.ANYBODY),
    /// Numbers for Prometheus.
    METRICS(Who.OWNER),
    /// The Kubernetes-style API, pods' logs among it.
    KUBERNETES(Who.OWNER),
    /// Makes tickets.
    TICKETS(Who.OWNER),
    /// The API of UI and CLI, feed and logs among it.
    TIPHYS(Who.OWNER),
    /// The pages and files of the web application.
    APPLICATION(Who.OWNER);

    private static final List<String> KUBERNETES_ROOTS = List.of("/api", "/apis", "/openapi", "/version");

    /// Argo's paths of artifacts, and of events for bindings: Kubernetes has no path below that of its own events.
    private static final List<String> ARGO_ROOTS =
            List.of(
                    "/artifacts/",
                    "/artifacts-by-uid/",
                    "/input-artifacts/",
                    "/input-artifacts-by-uid/",
                    "/artifact-files/",
                    "/api/v1/events/");

    private final Who who;

    private enum Who {
        ANYBODY,
        OWNER
    }

    Face(Who who) {
        this.who = who;
    }

    /// The face that has a path. A path that nobody knows is the application's.
    public static Face of(String path) {
        return switch (path) {
            case "/healthz", "/livez", "/readyz" -> HEALTH;
            case "/login" -> LOGIN;
            case "/metrics" -> METRICS;
            case "/tiphys/v1/tickets" -> TICKETS;
            default -> {
                if (path.startsWith("/tiphys/") || ARGO_ROOTS.stream().anyMatch(path::startsWith)) {
                    yield TIPHYS;
                }
                yield KUBERNETES_ROOTS.stream().anyMatch(root -> path.equals(root) || path.startsWith(root + "/"))
                        ? KUBERNETES
                        : APPLICATION;
            }
        };
    }

    boolean isOpen() {
        return who == Who.ANYBODY;
    }

    /// Whether what it shows are pages, to which others may link.
    boolean hasPages() {
        return this == LOGIN || this == APPLICATION;
    }

    /// The name in metrics.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
