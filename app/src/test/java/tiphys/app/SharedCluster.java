package tiphys.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tiphys.kubernetes.client.ApiClient;
import tiphys.kubernetes.client.Kubeconfig;
import tiphys.kubernetes.cluster.ArgoDefinitions;
import tiphys.kubernetes.cluster.KubeServer;
import tiphys.kubernetes.cluster.ProcessKubelet;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.testkit.Eventually;

/// A real API server with a node whose pods are processes, started once for all tests of this module; each suite has a namespace of its
/// own. Where the machine has none, the tests are skipped and say so.
final class SharedCluster {
    static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String ARGO = "/apis/argoproj.io/v1alpha1/namespaces/";
    private static @Nullable SharedCluster only;

    private final Path directory;
    private final KubeServer server;
    private final ApiClient client;
    private final ProcessKubelet kubelet;

    private SharedCluster() throws IOException {
        directory = Files.createTempDirectory("tiphys-cluster");
        server = KubeServer.start(directory.resolve("server"));
        client = server.client();
        ArgoDefinitions.install(client);
        kubelet = ProcessKubelet.join(server, directory.resolve("node"));
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    /// The cluster, with a namespace.
    static synchronized SharedCluster with(String namespace) {
        try {
            if (only == null) {
                only = new SharedCluster();
            }
            only.server.namespace(namespace);
            return only;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    KubeServer server() {
        return server;
    }

    ApiClient client() {
        return client;
    }

    /// A controller of one namespace.
    ClusterHost controller(Path data, String namespace) throws IOException {
        return controller(data, namespace, "", Optional.empty());
    }

    ClusterHost controller(Path data, String namespace, String instanceId, Optional<String> executorImage)
            throws IOException {
        return ClusterHost.open(
                new ClusterHost.Settings(
                        data,
                        Kubeconfig.read(server.kubeconfig()),
                        Optional.of(namespace),
                        instanceId,
                        executorImage,
                        Optional.empty(),
                        Optional.empty(),
                        why -> {
                            throw new IllegalStateException(why);
                        }));
    }

    /// Creates what a manifest says, at the collection of that path.
    Value.Mapping apply(String path, String yaml) {
        var json = (Value.Mapping) Yaml.parse(yaml.getBytes(StandardCharsets.UTF_8), "test.yaml").getFirst();
        try {
            var answer = client.create(path, json);
            assertThat(answer.done()).as(answer.message()).isTrue();
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Creates a Workflow.
    void run(String namespace, String yaml) {
        apply(ARGO + namespace + "/workflows", yaml);
    }

    Value.Mapping workflow(String namespace, String name) {
        return get(ARGO + namespace + "/workflows/" + name);
    }

    boolean there(String path) {
        try {
            return client.get(path).done();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Value.Mapping get(String path) {
        try {
            return client.get(path).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The pods of a Workflow.
    List<Value> pods(String namespace, String workflow) {
        return get("/api/v1/namespaces/"
                        + namespace
                        + "/pods?labelSelector=workflows.argoproj.io%2Fworkflow%3D"
                        + workflow)
                .listAt("items");
    }

    /// The status of a Workflow that is over.
    Value.Mapping ended(String namespace, String name) {
        Eventually.within(
                LIMIT,
                name + " to end",
                () ->
                        workflow(namespace, name)
                                .find("status", "finishedAt")
                                .filter(Value.Text.class::isInstance)
                                .isPresent());
        return workflow(namespace, name).mapAt("status");
    }

    private void close() {
        kubelet.close();
        client.close();
        server.close();
        try (var files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            System.err.println("what a cluster of the tests left stays: " + e.getMessage());
        }
    }
}
