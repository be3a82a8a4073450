package tiphys.connectors.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.identity.PrivateKeys;

/// What makes TLS connections of certificates and keys in PEM.
public final class Certificates {
    private Certificates() {}

    /// A text in PEM.
    ///
    /// @param name what it is called in messages
    public record Pem(String name, String text) {
        /// What a manifest's field names.
        public static Pem of(SecretKey secret, String text) {
            return new Pem(secret.field() + ": the key " + secret.key() + " of Secret " + secret.name(), text);
        }

        /// Nothing of the text, which may be a key.
        @Override
        public String toString() {
            return name;
        }
    }

    /// What makes connections. Whoever is believed must have a certificate with the server's name.
    ///
    /// @param authority who is believed; if there is none, those count that the JDK believes
    /// @param certificate the client's own; shown if its key is there, too
    /// @param blind whether everybody is believed, whatever its name
    /// @throws GeneralSecurityException if one of them cannot be read; the message says which, and why
    public static SSLContext context(
            Optional<Pem> authority, Optional<Pem> certificate, Optional<Pem> key, boolean blind)
            throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(
                certificate.isEmpty() || key.isEmpty() ? null : own(certificate.get(), key.get()),
                trust(authority, blind),
                null);
        return context;
    }

    private static TrustManager[] trust(Optional<Pem> authority, boolean blind) throws GeneralSecurityException {
        if (blind) {
            return new TrustManager[] {new Anybody()};
        }
        @Nullable KeyStore store = null;
        if (authority.isPresent()) {
            store = empty();
            int count = 0;
            for (var certificate : read(authority.get())) {
                store.setCertificateEntry("authority-" + count++, certificate);
            }
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (var one : factory.getTrustManagers()) {
            if (one instanceof X509ExtendedTrustManager trusting) {
                return new TrustManager[] {new NamedServers(trusting)};
            }
        }
        throw new GeneralSecurityException("the JDK has no trust manager for certificates");
    }

    private static KeyManager[] own(Pem certificate, Pem key) throws GeneralSecurityException {
        var store = empty();
        var word = new char[0];
        store.setKeyEntry(
                "own", PrivateKeys.read(key.name(), key.text()), word, read(certificate).toArray(Certificate[]::new));
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, word);
        return factory.getKeyManagers();
    }

    private static Collection<? extends Certificate> read(Pem pem) throws GeneralSecurityException {
        try {
            var all =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(
                                    new ByteArrayInputStream(pem.text().getBytes(StandardCharsets.UTF_8)));
            if (all.isEmpty()) {
                throw new CertificateException("there is none in it");
            }
            return all;
        } catch (CertificateException e) {
            throw new CertificateException(pem.name() + " holds no certificate in PEM: " + e.getMessage(), e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new IllegalStateException("nothing was read", e);
        }
        return store;
    }
}
