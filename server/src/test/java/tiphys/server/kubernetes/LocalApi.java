package tiphys.server.kubernetes;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.InMemoryStore;
import tiphys.objects.ResourceTypes;
import tiphys.server.follow.Followers;

/// The API on a free port of loopback, on objects in memory; without authentication, as the gate in front of it would have done it.
final class LocalApi implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-11-25T12:05:00Z");

    final InMemoryStore store;
    final LocalObjects objects;
    final LocalLogs logs = new LocalLogs();
    private final Server server = new Server(new VirtualThreadPool());
    private final ServerConnector connector = new ServerConnector(server, 1, 1);

    LocalApi() {
        this(new InMemoryStore());
    }

    LocalApi(InMemoryStore store) {
        this.store = store;
        objects = new LocalObjects(store);
        connector.setHost("127.0.0.1");
        connector.setShutdownIdleTimeout(50);
        server.setStopTimeout(10_000);
        server.addConnector(connector);
        server.setHandler(
                new KubernetesApi(
                        new KubernetesApi.Ports(
                                objects,
                                store,
                                logs,
                                InstantSource.fixed(NOW),
                                "0.1.0-test",
                                "0123abc",
                                "2026-11-24T12:00:00Z",
                                new Followers(Followers.Limits.STANDARD))));
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException("the test's server did not start", e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + connector.getLocalPort();
    }

    /// A pod of a step.
    ApiObject pod(String namespace, String name, String phase, String attempt) {
        var pod =
                new ApiObject(
                        ResourceTypes.POD,
                        Value.object(
                                "apiVersion", "v1",
                                "kind", "Pod",
                                "metadata",
                                        Value.object(
                                                "name",
                                                name,
                                                "namespace",
                                                namespace,
                                                "uid",
                                                "uid-" + name,
                                                "resourceVersion",
                                                Long.toString(store.version()),
                                                "creationTimestamp",
                                                "2026-11-25T12:00:00Z",
                                                "labels",
                                                Map.of("workflows.argoproj.io/workflow", "run"),
                                                "annotations",
                                                Map.of(PodLogs.ATTEMPT, attempt)),
                                "spec", Map.of("containers", List.of(Map.of("name", "main", "image", "python:3.9"))),
                                "status", Map.of("phase", phase, "startTime", "2026-11-25T12:00:00Z")));
        objects.pods.put(name, pod);
        return pod;
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the test's server did not stop", e);
        }
    }

    /// Serves until it is stopped, for trying kubectl by hand.
    public static void main(String[] arguments) throws InterruptedException {
        var api = new LocalApi();
        System.out.println(api.url());
        Thread.currentThread().join();
    }
}
