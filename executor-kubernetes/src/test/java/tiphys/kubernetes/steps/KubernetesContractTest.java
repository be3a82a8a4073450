package tiphys.kubernetes.steps;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import tiphys.engine.Executor;
import tiphys.engine.ExecutorContract;
import tiphys.kubernetes.client.ApiClient;
import tiphys.kubernetes.cluster.KubeServer;
import tiphys.kubernetes.cluster.ProcessKubelet;
import tiphys.kubernetes.pod.PodSettings;
import tiphys.manifest.Value;
import tiphys.testkit.Eventually;

/// The promises of every executor, with a real API server and pods that are processes.
class KubernetesContractTest extends ExecutorContract {
    @TempDir static Path directory;
    private static final String PODS = "/api/v1/namespaces/argo-events/pods";
    private static KubeServer server;
    private static ProcessKubelet kubelet;
    private ApiClient client;

    @BeforeAll
    static void startCluster() {
        server = KubeServer.start(directory.resolve("server"));
        server.namespace("argo-events");
        kubelet = ProcessKubelet.join(server, directory.resolve("node"));
    }

    @AfterAll
    static void endCluster() {
        if (kubelet != null) {
            kubelet.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Override
    protected Executor open() throws Exception {
        client = server.client();
        return KubernetesExecutor.open(
                client,
                PodSettings.DEFAULT,
                Optional.empty(),
                KubernetesExecutor.Surroundings.NONE,
                InstantSource.system());
    }

    /// The orders of all tests have one name.
    @AfterEach
    void wipe() throws Exception {
        for (var pod : client.get(PODS).body().listAt("items")) {
            var path = PODS + "/" + pod.textAt("metadata", "name").orElse("");
            client.patch(path, Value.object("metadata", Value.Mapping.EMPTY.with("finalizers", Value.nothing())));
            client.delete(path + "?gracePeriodSeconds=0");
        }
        Eventually.within(Duration.ofSeconds(20), "no pod left", this::empty);
        client.close();
    }

    private boolean empty() {
        try {
            return client.get(PODS).body().listAt("items").isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
