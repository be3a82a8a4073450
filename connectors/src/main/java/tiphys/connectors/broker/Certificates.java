package tiphys.connectors.broker;

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
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import tiphys.events.source.SourceSettings.SecretKey;

/// Certificates and keys as texts, for connections.
final class Certificates {
    private Certificates() {}

    /// Who is believed.
    ///
    /// @param authority names the Secret in messages; if there is none, those count that the JDK believes
    static TrustManager[] trust(Optional<SecretKey> authority, String pem, boolean blind)
            throws GeneralSecurityException {
        if (blind) {
            return new TrustManager[] {new Anybody()};
        }
        @Nullable KeyStore store = null;
        if (authority.isPresent()) {
            store = empty();
            int count = 0;
            for (var certificate : read(authority.get(), pem)) {
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

    /// What the client shows of itself.
    static KeyManager[] own(SecretKey certificate, String chain, SecretKey key, String pem)
            throws GeneralSecurityException {
        var store = empty();
        var word = new char[0];
        store.setKeyEntry("own", PemKey.read(key, pem), word, read(certificate, chain).toArray(Certificate[]::new));
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, word);
        return factory.getKeyManagers();
    }

    private static Collection<? extends Certificate> read(SecretKey secret, String pem)
            throws GeneralSecurityException {
        try {
            var all =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
            if (all.isEmpty()) {
                throw new CertificateException("there is none in it");
            }
            return all;
        } catch (CertificateException e) {
            throw new CertificateException(told(secret) + " holds no certificate in PEM: " + e.getMessage(), e);
        }
    }

    static String told(SecretKey secret) {
        return secret.field() + ": the key " + secret.key() + " of Secret " + secret.name();
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
