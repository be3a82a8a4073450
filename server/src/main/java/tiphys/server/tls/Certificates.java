package tiphys.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import tiphys.server.http.PrivateFiles;

/// The server's certificate and the authority that signed it, kept in `tls/` of the data directory: `ca.pem`, `ca.key`,
/// `server.pem`, `server.key`. The authority is made once and lives ten years, so that a copied kubeconfig stays good; the
/// server's certificate is made again before it ends and when the server has other names.
public final class Certificates {
    private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
    private static final Duration SERVER_LIFE = Duration.ofDays(365);
    private static final Duration RENEWED_BEFORE = Duration.ofDays(30);

    private final Path authorityFile;
    private final Pair authority;
    private final Pair server;
    private @Nullable SSLContext context;

    private record Pair(PrivateKey key, X509Certificate certificate) {}

    private Certificates(Path authorityFile, Pair authority, Pair server) {
        this.authorityFile = authorityFile;
        this.authority = authority;
        this.server = server;
    }

    /// The certificates of a data directory; made or renewed if need be.
    ///
    /// @param hosts the names and addresses that clients will call the server by
    public static Certificates in(Path directory, Set<String> hosts, Instant now) throws IOException {
        try {
            var tls = PrivateFiles.directory(directory.resolve("tls"));
            var authorityFile = tls.resolve("ca.pem");
            var authority = read(authorityFile, tls.resolve("ca.key"));
            if (authority == null || !lasts(authority, now)) {
                authority = newAuthority(tls, now);
            }
            var server = read(tls.resolve("server.pem"), tls.resolve("server.key"));
            if (server == null
                    || !lasts(server, now)
                    || !names(server.certificate()).equals(canonical(hosts))
                    || !isSigned(server.certificate(), authority.certificate())) {
                server = newServer(tls, authority, hosts, now);
            }
            return new Certificates(authorityFile, authority, server);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(
                    "could not make or read the certificates in "
                            + directory.resolve("tls")
                            + "; delete that folder to have new ones made",
                    e);
        }
    }

    /// Where the authority's certificate is.
    public Path authorityFile() {
        return authorityFile;
    }

    /// The authority's certificate as PEM.
    public String authorityPem() throws IOException {
        return Files.readString(authorityFile);
    }

    /// The server's certificate.
    public X509Certificate serverCertificate() {
        return server.certificate();
    }

    /// The authority's certificate.
    public X509Certificate authorityCertificate() {
        return authority.certificate();
    }

    /// TLS with the server's key, set up at the first call. The key is handed over as it is: a key store would derive a
    /// password key at each start.
    public synchronized SSLContext tls() {
        if (context != null) {
            return context;
        }
        try {
            var made = SSLContext.getInstance("TLS");
            made.init(new KeyManager[] {new OneKey(server, authority.certificate())}, null, null);
            context = made;
            return made;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }

    private static Pair newAuthority(Path tls, Instant now) throws GeneralSecurityException, IOException {
        var signing = new Signing();
        var keys = signing.newKeys();
        var name = "Tiphys on this machine " + now.toString().substring(0, 10);
        write(tls, "ca", keys.getPrivate(), signing.authority(keys, name, now, AUTHORITY_LIFE));
        return expected(read(tls.resolve("ca.pem"), tls.resolve("ca.key")));
    }

    private static Pair newServer(Path tls, Pair authority, Set<String> hosts, Instant now)
            throws GeneralSecurityException, IOException {
        var signing = new Signing();
        var keys = signing.newKeys();
        var wanted = new Signing.Wanted("tiphys", keys.getPublic(), now, SERVER_LIFE);
        var issuer = commonName(authority.certificate());
        var issuerKeys = new KeyPair(authority.certificate().getPublicKey(), authority.key());
        write(tls, "server", keys.getPrivate(), signing.server(wanted, hosts, issuer, issuerKeys));
        return expected(read(tls.resolve("server.pem"), tls.resolve("server.key")));
    }

    private static Pair expected(@Nullable Pair pair) throws IOException {
        if (pair == null) {
            throw new IOException("a certificate that was just written is not there");
        }
        return pair;
    }

    private static void write(Path tls, String name, PrivateKey key, byte[] certificate) throws IOException {
        PrivateFiles.write(tls.resolve(name + ".key"), pem("PRIVATE KEY", key.getEncoded()));
        PrivateFiles.write(tls.resolve(name + ".pem"), pem("CERTIFICATE", certificate));
    }

    private static @Nullable Pair read(Path certificate, Path key) throws IOException, GeneralSecurityException {
        if (!Files.exists(certificate) || !Files.exists(key)) {
            return null;
        }
        var parsed =
                (X509Certificate)
                        CertificateFactory.getInstance("X.509")
                                .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(certificate)));
        var secret =
                KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(unpem(Files.readString(key))));
        return new Pair(secret, parsed);
    }

    private static boolean lasts(Pair pair, Instant now) {
        return pair.certificate().getNotAfter().toInstant().isAfter(now.plus(RENEWED_BEFORE))
                && !pair.certificate().getNotBefore().toInstant().isAfter(now);
    }

    private static boolean isSigned(X509Certificate server, X509Certificate authority) {
        return server.getIssuerX500Principal().equals(authority.getSubjectX500Principal())
                && Arrays.equals(
                        tail(server.getExtensionValue("2.5.29.35")), tail(authority.getExtensionValue("2.5.29.14")));
    }

    /// The last 20 bytes: the key identifier in either extension.
    private static byte[] tail(byte @Nullable [] extension) {
        return extension == null || extension.length < 20
                ? new byte[0]
                : Arrays.copyOfRange(extension, extension.length - 20, extension.length);
    }

    private static Set<String> names(X509Certificate certificate) throws GeneralSecurityException {
        var names = new TreeSet<String>();
        var found = certificate.getSubjectAlternativeNames();
        for (var name : found == null ? Set.<List<?>>of() : found) {
            names.add(String.valueOf(name.get(1)));
        }
        return canonical(names);
    }

    /// The same address has several spellings: `::1` is also `0:0:0:0:0:0:0:1`.
    private static Set<String> canonical(Set<String> hosts) {
        return hosts.stream()
                .map(host -> Signing.isAddress(host) ? InetAddress.ofLiteral(host).getHostAddress() : host)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String commonName(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName().replaceFirst("^CN=", "");
    }

    private static String pem(String what, byte[] der) {
        var base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n";
    }

    private static byte[] unpem(String pem) {
        var lines = pem.lines().filter(line -> !line.startsWith("-----")).toList();
        return Base64.getDecoder().decode(String.join("", lines).getBytes(StandardCharsets.US_ASCII));
    }

    /// Gives TLS the one key there is, whatever it asks for.
    private static final class OneKey extends X509ExtendedKeyManager {
        private static final String ALIAS = "tiphys";

        private final Pair server;
        private final X509Certificate authority;

        OneKey(Pair server, X509Certificate authority) {
            this.server = server;
            this.authority = authority;
        }

        @Override
        public @Nullable String chooseEngineServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return type.equals("EC") ? ALIAS : null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return type.equals("EC") ? ALIAS : null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {server.certificate(), authority};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return server.key();
        }

        @Override
        public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
            return new String[0];
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }
    }
}
