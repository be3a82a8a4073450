package tiphys.kubernetes.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import tiphys.kubernetes.client.ApiClient;
import tiphys.kubernetes.client.Following;
import tiphys.manifest.Value;

/// A node whose containers are processes of this machine: it takes every pod that has no node, runs the commands of its containers,
/// writes its status as a kubelet does, serves its logs to the API server, and ends it by its deadline or its deletion. It knows no
/// images, no network and no mounts but directories; a path of a mount in a command is replaced by the directory.
public final class ProcessKubelet implements AutoCloseable {
    static final String NODE = "tests";

    private final ApiClient client;
    private final Path directory;
    private final HttpsServer logs;
    private final Following pods;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ConcurrentHashMap<String, PodProcesses> running = new ConcurrentHashMap<>();

    private ProcessKubelet(ApiClient client, Path directory) throws IOException {
        this.client = client;
        this.directory = Files.createDirectories(directory);
        logs = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        logs.setHttpsConfigurator(new HttpsConfigurator(certificate(directory)));
        logs.setExecutor(threads);
        logs.createContext("/containerLogs/", this::log);
        logs.start();
        register();
        pods = new Following(client, "/api/v1/pods", new Heard());
    }

    /// Joins a cluster.
    public static ProcessKubelet join(KubeServer server, Path directory) {
        try {
            return new ProcessKubelet(server.client(), directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void register() throws IOException {
        client.create(
                "/api/v1/nodes",
                Value.object("apiVersion", "v1", "kind", "Node", "metadata", Value.object("name", NODE)));
        client.patch(
                "/api/v1/nodes/" + NODE + "/status",
                Value.object(
                        "status",
                        Value.object(
                                "addresses",
                                List.of(Value.object("type", "InternalIP", "address", "127.0.0.1")),
                                "daemonEndpoints",
                                Value.object("kubeletEndpoint", Value.object("Port", logs.getAddress().getPort())))));
    }

    private final class Heard implements Following.Listener {
        @Override
        public void listed(List<Value.Mapping> objects) {
            objects.forEach(this::seen);
        }

        @Override
        public void seen(Value.Mapping pod) {
            var uid = pod.textAt("metadata", "uid").orElse("");
            var phase = pod.textAt("status", "phase").orElse("");
            if (phase.equals("Pending") && pod.textAt("spec", "nodeName").isEmpty()) {
                if (pod.find("metadata", "deletionTimestamp").isEmpty() && !held(pod)) {
                    threads.execute(() -> bind(pod));
                }
            } else if (phase.equals("Pending")) {
                running.computeIfAbsent(
                        uid,
                        _ -> {
                            var fresh = new PodProcesses(client, directory.resolve(uid), pod);
                            threads.execute(fresh::run);
                            return fresh;
                        });
            }
            var processes = running.get(uid);
            if (processes != null) {
                processes.changed(pod);
            }
        }

        @Override
        public void gone(Value.Mapping pod) {
            var processes = running.remove(pod.textAt("metadata", "uid").orElse(""));
            if (processes != null) {
                processes.kill();
            }
        }
    }

    /// A test keeps a pod from being scheduled by a node selector that no node has.
    private static boolean held(Value.Mapping pod) {
        return !pod.mapAt("spec", "nodeSelector").fields().isEmpty();
    }

    private void bind(Value.Mapping pod) {
        var namespace = pod.textAt("metadata", "namespace").orElse("");
        var name = pod.textAt("metadata", "name").orElse("");
        try {
            client.create(
                    "/api/v1/namespaces/" + namespace + "/pods/" + name + "/binding",
                    Value.object(
                            "apiVersion",
                            "v1",
                            "kind",
                            "Binding",
                            "metadata",
                            Value.object("name", name),
                            "target",
                            Value.object("apiVersion", "v1", "kind", "Node", "name", NODE)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// `/containerLogs/NAMESPACE/POD/CONTAINER`.
    private void log(HttpExchange exchange) throws IOException {
        try (exchange) {
            var parts = exchange.getRequestURI().getPath().split("/", -1);
            var found =
                    running.values().stream()
                            .filter(one -> one.is(parts[2], parts[3]))
                            .map(one -> one.log(parts[4]))
                            .findFirst();
            if (found.isEmpty() || !Files.exists(found.get())) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            var bytes = Files.readAllBytes(found.get());
            exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static SSLContext certificate(Path directory) throws IOException {
        var file = directory.resolve("kubelet.p12");
        try {
            if (!Files.exists(file)) {
                var made =
                        new ProcessBuilder(
                                        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                                        "-genkeypair",
                                        "-alias",
                                        "kubelet",
                                        "-keyalg",
                                        "EC",
                                        "-dname",
                                        "CN=kubelet",
                                        "-validity",
                                        "2",
                                        "-storetype",
                                        "PKCS12",
                                        "-keystore",
                                        file.toString(),
                                        "-storepass",
                                        "kubelet")
                                .inheritIO()
                                .start()
                                .waitFor();
                if (made != 0) {
                    throw new IOException("keytool made no certificate: " + made);
                }
            }
            var store = KeyStore.getInstance("PKCS12");
            try (var in = Files.newInputStream(file)) {
                store.load(in, "kubelet".toCharArray());
            }
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, "kubelet".toCharArray());
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (InterruptedException | GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /// Says of a pod's status what a kubelet cannot be made to say here: evicted, out of memory.
    public void say(String namespace, String pod, Map<String, ?> status) {
        try {
            client.patch(
                    "/api/v1/namespaces/" + namespace + "/pods/" + pod + "/status",
                    Value.object("status", Value.of(status)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        pods.close();
        logs.stop(0);
        running.values().forEach(PodProcesses::kill);
        threads.shutdownNow();
        client.close();
    }
}
