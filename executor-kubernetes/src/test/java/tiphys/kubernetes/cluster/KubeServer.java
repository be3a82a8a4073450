package tiphys.kubernetes.cluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tiphys.kubernetes.client.ApiClient;
import tiphys.kubernetes.client.Kubeconfig;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.testkit.Eventually;

/// Kubernetes' own API server with an etcd, on free ports, with nothing in it. Where the machine has none of them, or `-DskipKube` is
/// set, the test is skipped and says so; `./check` makes them.
public final class KubeServer implements AutoCloseable {
    /// The version of `testing/kube`.
    private static final String VERSION = "1.34.3";

    private static final String TOKEN = "the-tests";
    private static final Duration READY = Duration.ofSeconds(60);

    /// Every write, once it is answered, and whatever service accounts ask for.
    private static final String AUDIT =
            """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitStages: [RequestReceived]
            rules:
            - {level: Metadata, userGroups: ["system:serviceaccounts"]}
            - {level: Metadata, verbs: [create, update, patch, delete, deletecollection]}
            - {level: None}
            """;

    private final Path directory;
    private final int etcdPort;
    private final int port;
    private final Process etcd;
    private Process server;

    private KubeServer(Path directory) throws IOException {
        this.directory = directory;
        etcdPort = freePort();
        port = freePort();
        write(directory.resolve("sa.key"), key());
        write(directory.resolve("audit.yaml"), AUDIT);
        write(directory.resolve("tokens.csv"), TOKEN + ",admin,1,\"system:masters\"\n");
        etcd =
                process(
                        "etcd",
                        List.of(
                                "etcd",
                                "--data-dir=" + directory.resolve("etcd"),
                                "--listen-client-urls=http://127.0.0.1:" + etcdPort,
                                "--advertise-client-urls=http://127.0.0.1:" + etcdPort,
                                "--listen-peer-urls=http://127.0.0.1:0",
                                "--unsafe-no-fsync"));
        server = startServer();
    }

    /// Starts one, or skips the test.
    ///
    /// @param directory for its data and logs
    public static KubeServer start(Path directory) {
        assumeTrue(!Boolean.getBoolean("skipKube"), "-DskipKube");
        assumeTrue(
                Files.isExecutable(program()),
                "no API server at " + program() + "; ./check makes it from testing/kube");
        assumeTrue(onPath("etcd"), "no etcd on this machine; ./check installs it");
        try {
            var server = new KubeServer(Files.createDirectories(directory));
            server.awaitReady();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path program() {
        var cache = System.getenv().getOrDefault("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache");
        return Path.of(cache, "tiphys", "kube-apiserver-" + VERSION);
    }

    private static boolean onPath(String program) {
        for (var folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    private Process startServer() throws IOException {
        return process(
                "kube-apiserver",
                List.of(
                        program().toString(),
                        "--etcd-servers=http://127.0.0.1:" + etcdPort,
                        "--bind-address=127.0.0.1",
                        "--secure-port=" + port,
                        "--cert-dir=" + directory.resolve("certificates"),
                        "--service-account-issuer=https://kubernetes.default.svc",
                        "--service-account-key-file=" + directory.resolve("sa.key"),
                        "--service-account-signing-key-file=" + directory.resolve("sa.key"),
                        "--token-auth-file=" + directory.resolve("tokens.csv"),
                        "--authorization-mode=RBAC",
                        "--disable-admission-plugins=ServiceAccount", // nobody here makes service accounts
                        "--enable-admission-plugins=OwnerReferencesPermissionEnforcement",
                        "--feature-gates=WatchList=false", // which an old etcd cannot serve
                        "--audit-policy-file=" + directory.resolve("audit.yaml"),
                        "--audit-log-path=" + directory.resolve("audit.log"),
                        "--endpoint-reconciler-type=none",
                        "--service-cluster-ip-range=10.0.0.0/24"));
    }

    private Process process(String name, List<String> command) throws IOException {
        var log = directory.resolve(name + ".log").toFile();
        return new ProcessBuilder(new ArrayList<>(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
    }

    private void awaitReady() throws IOException {
        var certificate = directory.resolve("certificates/apiserver.crt");
        Eventually.within(
                READY,
                "an API server",
                () -> {
                    if (!Files.isReadable(certificate)) {
                        return false;
                    }
                    try (var client = client();
                            var in = client.open("/readyz")) {
                        return new String(in.readAllBytes(), StandardCharsets.UTF_8).equals("ok")
                                && client.get("/api/v1/namespaces/kube-system").done();
                    } catch (IOException _) {
                        return false;
                    }
                });
    }

    /// Ends the API server as a crash does, and starts it again on what etcd has.
    public void crash() {
        try {
            server.destroyForcibly().waitFor();
            server = startServer();
            awaitReady();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The kubeconfig of somebody who may do everything.
    public Path kubeconfig() {
        var file = directory.resolve("kubeconfig");
        write(
                file,
                """
                apiVersion: v1
                kind: Config
                current-context: tests
                contexts:
                - {name: tests, context: {cluster: tests, user: admin, namespace: argo}}
                clusters:
                - {name: tests, cluster: {server: "https://127.0.0.1:%d", certificate-authority: certificates/apiserver.crt}}
                users:
                - {name: admin, user: {token: %s}}
                """
                        .formatted(port, TOKEN));
        return file;
    }

    /// The kubeconfig of a service account, with a token as a pod has it.
    public Path kubeconfig(String namespace, String account) {
        var file = directory.resolve("kubeconfig-" + namespace + "-" + account);
        try (var client = client()) {
            var answer =
                    client.create(
                            "/api/v1/namespaces/" + namespace + "/serviceaccounts/" + account + "/token",
                            Value.object(
                                    "apiVersion",
                                    "authentication.k8s.io/v1",
                                    "kind",
                                    "TokenRequest",
                                    "spec",
                                    Value.object("expirationSeconds", 3600)));
            var token = answer.body().textAt("status", "token");
            if (token.isEmpty()) {
                throw new IllegalStateException(answer.message());
            }
            var admin = Files.readString(kubeconfig());
            write(file, admin.replace("namespace: argo", "namespace: " + namespace).replace(TOKEN, token.get()));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A client of its own.
    public ApiClient client() throws IOException {
        return new ApiClient(Kubeconfig.read(kubeconfig()));
    }

    /// The writes that the server has answered, as `VERB RESOURCE[/SUBRESOURCE] NAME`.
    public List<String> writes() {
        return audited().stream().map(KubeServer::write).toList();
    }

    /// What the server has answered, as its audit log has it: every write, and everything that service accounts asked for.
    public List<Value> audited() {
        try {
            return Files.readAllLines(directory.resolve("audit.log")).stream()
                    .<Value>map(line -> Json.parse(line.getBytes(StandardCharsets.UTF_8)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String write(Value event) {
        var part = event.textAt("objectRef", "subresource").map(text -> "/" + text).orElse("");
        return event.textAt("verb").orElse("")
                + " "
                + event.textAt("objectRef", "resource").orElse("")
                + part
                + " "
                + event.textAt("objectRef", "name").orElse("");
    }

    /// Makes a namespace.
    public void namespace(String name) {
        try (var client = client()) {
            var answer =
                    client.create(
                            "/api/v1/namespaces",
                            Value.object(
                                    "apiVersion", "v1", "kind", "Namespace", "metadata", Value.object("name", name)));
            if (!answer.done() && answer.code() != 409) {
                throw new IllegalStateException(answer.message());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String key() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            var der = generator.generateKeyPair().getPrivate().getEncoded();
            return "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                    + "\n-----END PRIVATE KEY-----\n";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has RSA", e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        for (var process : List.of(server, etcd)) {
            process.destroy();
            try {
                if (!process.waitFor(5, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
