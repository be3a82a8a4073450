package tiphys.kubernetes.client;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

/// Where a cluster is and who we are there.
///
/// @param namespace the one that is meant where none is named
/// @param token where the bearer token stands; read again now and then, for a pod's is renewed. Empty if a certificate says who we are
public record Kubeconfig(URI server, String namespace, SSLContext tls, Optional<Token> token) {
    private static final Path POD = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
    private static final char[] NO_PASSWORD = {};

    /// A bearer token.
    public sealed interface Token {
        /// The token itself.
        record Fixed(String text) implements Token {
            @Override
            public String toString() {
                return "a token";
            }
        }

        /// A file that holds it.
        record File(Path path) implements Token {}
    }

    /// A file as kubectl has it: what its current context names.
    ///
    /// @throws IOException if it cannot be read or holds what is not supported; the message says what
    public static Kubeconfig read(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new IOException("there is no kubeconfig " + file + "; name one with --kubeconfig");
        }
        var documents = Yaml.parse(Files.readAllBytes(file), file.toString());
        var json = documents.isEmpty() ? Value.Mapping.EMPTY : documents.getFirst();
        var context = named(json, "contexts", json.textAt("current-context").orElse("")).mapAt("context");
        var cluster = named(json, "clusters", context.textAt("cluster").orElse("")).mapAt("cluster");
        var user = named(json, "users", context.textAt("user").orElse("")).mapAt("user");
        var server =
                cluster.textAt("server")
                        .orElseThrow(() ->
                                new IOException(
                                        file
                                                + ": the current context names no cluster with a server; kubectl config use-context sets one"));
        for (var unsupported : List.of("exec", "auth-provider", "username")) {
            if (user.find(unsupported).isPresent()) {
                throw new IOException(
                        file
                                + ": a user with "
                                + unsupported
                                + " is not supported; a token, a tokenFile or a client certificate is");
            }
        }
        try {
            return new Kubeconfig(
                    URI.create(server),
                    context.textAt("namespace").filter(text -> !text.isEmpty()).orElse("default"),
                    context(
                            data(file, cluster, "certificate-authority"),
                            data(file, user, "client-certificate"),
                            data(file, user, "client-key"),
                            cluster.find("insecure-skip-tls-verify").equals(Optional.of(Value.bool(true)))),
                    user.textAt("token")
                            .<Token>map(Token.Fixed::new)
                            .or(() -> user.textAt("tokenFile").map(path -> new Token.File(beside(file, path)))));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /// What a pod is given.
    ///
    /// @param environment of this process
    /// @throws IOException if this is no pod
    public static Kubeconfig ofPod(Map<String, String> environment) throws IOException {
        var host = environment.get("KUBERNETES_SERVICE_HOST");
        var port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
        if (host == null || !Files.isReadable(POD.resolve("token"))) {
            throw new IOException(
                    "this is no pod with a service account: --kubeconfig FILE says which cluster is meant");
        }
        try {
            return new Kubeconfig(
                    URI.create("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port),
                    Files.readString(POD.resolve("namespace")).strip(),
                    context(
                            Optional.of(Files.readAllBytes(POD.resolve("ca.crt"))),
                            Optional.empty(),
                            Optional.empty(),
                            false),
                    Optional.of(new Token.File(POD.resolve("token"))));
        } catch (GeneralSecurityException e) {
            throw new IOException(POD.resolve("ca.crt") + ": " + e.getMessage(), e);
        }
    }

    private static Value named(Value json, String list, String name) {
        return json.listAt(list).stream()
                .filter(one -> one.textAt("name").orElse("").equals(name))
                .findFirst()
                .orElse(Value.Mapping.EMPTY);
    }

    /// What stands in the file, or in the file that it names.
    private static Optional<byte[]> data(Path file, Value owner, String field) throws IOException {
        var inline = owner.textAt(field + "-data").filter(text -> !text.isEmpty());
        if (inline.isPresent()) {
            return Optional.of(Base64.getMimeDecoder().decode(inline.get()));
        }
        var path = owner.textAt(field).filter(text -> !text.isEmpty());
        return path.isPresent() ? Optional.of(Files.readAllBytes(beside(file, path.get()))) : Optional.empty();
    }

    private static Path beside(Path file, String path) {
        return file.toAbsolutePath().resolveSibling(path);
    }

    private static SSLContext context(
            Optional<byte[]> authority, Optional<byte[]> certificate, Optional<byte[]> key, boolean trusting)
            throws GeneralSecurityException, IOException {
        var context = SSLContext.getInstance("TLS");
        var trust =
                trusting
                        ? new TrustManager[] {new Trusting()}
                        : authority.isPresent() ? trusted(authority.get()) : null;
        KeyManager[] own = null;
        if (certificate.isPresent() && key.isPresent()) {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            var chain = Pem.certificates(certificate.get()).toArray(Certificate[]::new);
            store.setKeyEntry("client", Pem.key(key.get()), NO_PASSWORD, chain);
            var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, NO_PASSWORD);
            own = factory.getKeyManagers();
        }
        context.init(own, trust, null);
        return context;
    }

    private static TrustManager[] trusted(byte[] authority) throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int count = 0;
        for (var certificate : Pem.certificates(authority)) {
            store.setCertificateEntry("ca-" + count++, certificate);
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    /// What `insecure-skip-tls-verify` asks for.
    private static final class Trusting extends javax.net.ssl.X509ExtendedTrustManager implements X509TrustManager {
        @Override
        public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(
                java.security.cert.X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkServerTrusted(
                java.security.cert.X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkClientTrusted(
                java.security.cert.X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkServerTrusted(
                java.security.cert.X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public java.security.cert.X509Certificate[] getAcceptedIssuers() {
            return new java.security.cert.X509Certificate[0];
        }
    }
}
