package tiphys.connectors.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import tiphys.events.action.Request;
import tiphys.events.action.TriggerFailed;

/// Whom a client believes, and who it is, as a `TLSConfig` of Argo Events says it: certificates in PEM, from Secrets.
///
/// @param authority certificates that are believed; empty for those that the JDK believes
/// @param certificate of the client; empty if it has none
/// @param key of that certificate
/// @param unverified whether everybody is believed
public record Tls(Optional<String> authority, Optional<String> certificate, Optional<String> key, boolean unverified) {
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----([A-Za-z0-9+/=\\s]+)-----END ");

    /// What stands before an RSA key of the older form to make it one of the newer.
    private static final byte[] RSA = {
        0x02,
        0x01,
        0x00,
        0x30,
        0x0d,
        0x06,
        0x09,
        0x2a,
        (byte) 0x86,
        0x48,
        (byte) 0x86,
        (byte) 0xf7,
        0x0d,
        0x01,
        0x01,
        0x01,
        0x05,
        0x00
    };

    /// As the JDK does it.
    public static final Tls PLAIN = new Tls(Optional.empty(), Optional.empty(), Optional.empty(), false);

    /// Reads the block's `tls`.
    ///
    /// @throws TriggerFailed if it names a value that is not there
    public static Tls of(Request request) throws TriggerFailed {
        return new Tls(
                request.secret("tls", "caCertSecret"),
                request.secret("tls", "clientCertSecret"),
                request.secret("tls", "clientKeySecret"),
                request.truth("tls", "insecureSkipVerify"));
    }

    /// Nothing of the key.
    @Override
    public String toString() {
        return "Tls[authority=" + authority.isPresent() + ", certificate=" + certificate.isPresent() + "]";
    }

    SSLContext context() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(identity(), believed(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException(
                    "the certificates or the key of tls cannot be used: " + e.getMessage(), e);
        }
    }

    private TrustManager @Nullable [] believed() throws GeneralSecurityException, IOException {
        if (unverified) {
            return new TrustManager[] {new Anybody()};
        }
        if (authority.isEmpty()) {
            return null;
        }
        var store = emptyStore();
        int count = 0;
        for (var one : certificates(authority.get())) {
            store.setCertificateEntry("authority-" + count++, one);
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private KeyManager @Nullable [] identity() throws GeneralSecurityException, IOException {
        if (certificate.isEmpty() || key.isEmpty()) {
            return null;
        }
        var store = emptyStore();
        var chain = certificates(certificate.get()).toArray(Certificate[]::new);
        store.setKeyEntry("client", privateKey(key.get()), new char[0], chain);
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        return store;
    }

    private static List<Certificate> certificates(String pem) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                .stream()
                .<Certificate>map(Objects::requireNonNull)
                .toList();
    }

    private static PrivateKey privateKey(String pem) throws GeneralSecurityException {
        var found = PEM.matcher(pem);
        if (!found.find()) {
            throw new InvalidKeySpecException("the key must be PEM with BEGIN PRIVATE KEY or BEGIN RSA PRIVATE KEY");
        }
        var der = Base64.getMimeDecoder().decode(found.group(2));
        var whole =
                switch (String.valueOf(found.group(1))) {
                    case "PRIVATE KEY" -> der;
                    case "RSA PRIVATE KEY" -> sequence(concat(RSA, tagged(0x04, der)));
                    case String other ->
                            throw new InvalidKeySpecException(
                                    "a key that begins with BEGIN "
                                            + other
                                            + " cannot be read; `openssl pkcs8 -topk8 -nodes` makes one that can");
                };
        for (var algorithm : List.of("RSA", "EC", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(whole));
            } catch (InvalidKeySpecException _) {
                // perhaps the next
            }
        }
        throw new InvalidKeySpecException("the key is neither of RSA nor of EC nor of Ed25519");
    }

    private static byte[] sequence(byte[] content) {
        return tagged(0x30, content);
    }

    private static byte[] tagged(int tag, byte[] content) {
        var out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 128) {
            out.write(content.length);
        } else {
            out.write(0x82);
            out.write(content.length >> 8);
            out.write(content.length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] concat(byte[] one, byte[] other) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(one);
        out.writeBytes(other);
        return out.toByteArray();
    }

    /// Believes everybody, and looks at no name.
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
