package tiphys.served.http;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/// Whose certificates are believed: those of the JDK, and, as Go's programs do, those of the system or of `SSL_CERT_FILE` and
/// `SSL_CERT_DIR`.
final class Trust {
    private static final Logger LOG = System.getLogger(Trust.class.getName());

    /// Where systems keep them; the first that is there is read.
    private static final List<String> BUNDLES =
            List.of(
                    "/etc/ssl/certs/ca-certificates.crt",
                    "/etc/pki/tls/certs/ca-bundle.crt",
                    "/etc/ssl/ca-bundle.pem",
                    "/etc/ssl/cert.pem");

    private Trust() {}

    /// A context that verifies.
    static SSLContext verifying(Map<String, String> environment) {
        try {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int count = 0;
            for (var certificate : builtIn()) {
                store.setCertificateEntry("jdk-" + count++, certificate);
            }
            for (var certificate : ofSystem(environment)) {
                store.setCertificateEntry("system-" + count++, certificate);
            }
            var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return context(factory.getTrustManagers());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every JDK has a trust store", e);
        }
    }

    /// A context that takes every certificate, for `insecureSkipVerify`.
    static SSLContext blind() {
        try {
            return context(new TrustManager[] {new Anybody()});
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }

    private static SSLContext context(TrustManager[] trusted) throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(null, trusted, null);
        return context;
    }

    private static List<X509Certificate> builtIn() throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        var all = new ArrayList<X509Certificate>();
        for (var one : factory.getTrustManagers()) {
            if (one instanceof X509TrustManager known) {
                all.addAll(List.of(known.getAcceptedIssuers()));
            }
        }
        return all;
    }

    private static List<X509Certificate> ofSystem(Map<String, String> environment) throws GeneralSecurityException {
        var files = new ArrayList<Path>();
        var named = environment.getOrDefault("SSL_CERT_FILE", "");
        if (!named.isEmpty()) {
            files.add(Path.of(named));
        } else {
            BUNDLES.stream().map(Path::of).filter(Files::isReadable).findFirst().ifPresent(files::add);
        }
        for (var folder : environment.getOrDefault("SSL_CERT_DIR", "").split(":", -1)) {
            if (!folder.isEmpty()) {
                try (var listed = Files.newDirectoryStream(Path.of(folder))) {
                    listed.forEach(files::add);
                } catch (IOException e) {
                    LOG.log(Level.WARNING, "the certificates of SSL_CERT_DIR cannot be read: {0}", e.getMessage());
                }
            }
        }
        var all = new ArrayList<X509Certificate>();
        var reader = CertificateFactory.getInstance("X.509");
        for (var file : files) {
            try (InputStream in = Files.newInputStream(file)) {
                for (var certificate : reader.generateCertificates(in)) {
                    all.add((X509Certificate) Objects.requireNonNull(certificate));
                }
            } catch (IOException | CertificateException e) {
                LOG.log(Level.WARNING, "the certificates in {0} cannot be read: {1}", file, e.getMessage());
            }
        }
        return all;
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
