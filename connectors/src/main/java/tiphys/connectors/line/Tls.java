package tiphys.connectors.line;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.spec.Fields;

/// How TLS is done: Argo's TLSConfig. Without an authority of its own, the JDK's are believed.
public record Tls(
        Optional<SecretKey> authority, Optional<SecretKey> certificate, Optional<SecretKey> key, boolean verified) {
    /// TLS with nothing special about it.
    public static final Tls PLAIN = new Tls(Optional.empty(), Optional.empty(), Optional.empty(), true);

    /// The field `tls`, if it is there.
    public static Optional<Tls> read(Fields fields) {
        if (!fields.has("tls")) {
            return Optional.empty();
        }
        var tls = fields.at("tls");
        var read =
                new Tls(
                        LineFields.secret(tls, "caCertSecret"),
                        LineFields.secret(tls, "clientCertSecret"),
                        LineFields.secret(tls, "clientKeySecret"),
                        !tls.truth("insecureSkipVerify"));
        if (read.certificate().isPresent() != read.key().isPresent()) {
            tls.invalid("clientCertSecret", "and clientKeySecret go together: only one of them is there");
        }
        if (read.equals(PLAIN) && !tls.truth("enabled")) {
            fields.invalid(
                    "tls",
                    "needs enabled: true, an authority, a client's certificate with its key, or insecureSkipVerify");
        }
        return Optional.of(read);
    }

    /// What must be there before a server can be dialled.
    public List<SecretKey> secrets() {
        var all = new ArrayList<SecretKey>();
        authority.ifPresent(all::add);
        certificate.ifPresent(all::add);
        key.ifPresent(all::add);
        return all;
    }

    /// @param secrets the values
    /// @throws IOException if they are no certificates and keys
    public SSLContext context(Map<SecretKey, String> secrets) throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(keys(secrets), trust(secrets), new SecureRandom());
            return context;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("the certificates or keys of tls cannot be used: " + e.getMessage(), e);
        }
    }

    private KeyManager[] keys(Map<SecretKey, String> secrets) throws GeneralSecurityException, IOException {
        if (certificate.isEmpty() || key.isEmpty()) {
            return new KeyManager[0];
        }
        var chain = certificates(secrets.getOrDefault(certificate.get(), ""));
        var own = Pem.key(secrets.getOrDefault(key.get(), ""));
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        var password = "kept in memory alone".toCharArray();
        store.setKeyEntry("client", own, password, chain.toArray(Certificate[]::new));
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        return factory.getKeyManagers();
    }

    private TrustManager[] trust(Map<SecretKey, String> secrets) throws GeneralSecurityException, IOException {
        if (!verified) {
            return new TrustManager[] {new Anybody()};
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        if (authority.isEmpty()) {
            factory.init((KeyStore) null);
            return factory.getTrustManagers();
        }
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int number = 0;
        for (var one : certificates(secrets.getOrDefault(authority.get(), ""))) {
            store.setCertificateEntry("authority-" + number++, one);
        }
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static List<Certificate> certificates(String pem) throws GeneralSecurityException {
        var bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
        var found = List.<Certificate>copyOf(CertificateFactory.getInstance("X.509").generateCertificates(bytes));
        if (found.isEmpty()) {
            throw new GeneralSecurityException("there is no certificate in it");
        }
        return found;
    }

    /// Puts TLS over a connection, and checks whose server it is.
    Socket over(Socket socket, HostPort server, Map<SecretKey, String> secrets) throws IOException {
        var over =
                (SSLSocket)
                        context(secrets).getSocketFactory().createSocket(socket, server.host(), server.port(), true);
        over.setSSLParameters(parameters(over.getSSLParameters()));
        over.startHandshake();
        return over;
    }

    /// With the check of the server's name, if it is to be checked.
    public SSLParameters parameters(SSLParameters parameters) {
        if (verified) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        return parameters;
    }

    /// Believes everybody, as `insecureSkipVerify` wants it.
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
