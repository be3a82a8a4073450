package tiphys.artifacts.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import tiphys.artifacts.web.Web;
import tiphys.engine.Artifacts.Trouble;
import tiphys.identity.PrivateKeys;

/// The clients that are open, one for each certificate that is shown to servers. Safe for every thread.
final class Certified {
    private static final int MOST = 16;

    private final HttpClient.Redirect redirects;
    private final Map<Pair, Web> open = new LinkedHashMap<>(16, 0.75f, true);

    Certified(HttpClient.Redirect redirects) {
        this.redirects = redirects;
    }

    /// @param certificate in PEM, as the key; both empty for none
    record Pair(String certificate, String key) {
        static final Pair NONE = new Pair("", "");

        /// Not the key.
        @Override
        public String toString() {
            return "Pair";
        }
    }

    synchronized Web of(Pair pair) throws Trouble {
        var known = open.get(pair);
        if (known == null) {
            var client = Web.builder().followRedirects(redirects);
            if (!pair.equals(Pair.NONE)) {
                client.sslContext(context(pair));
            }
            known = new Web(client.build());
            open.put(pair, known);
            if (open.size() > MOST) {
                open.remove(open.keySet().iterator().next()); // not closed: somebody may be using it
            }
        }
        return known;
    }

    private static SSLContext context(Pair pair) throws Trouble {
        try {
            var word = new char[0];
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            var certificates =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(pair.certificate().getBytes(UTF_8)));
            store.setKeyEntry(
                    "own",
                    PrivateKeys.read("clientKeySecret", pair.key()),
                    word,
                    certificates.toArray(Certificate[]::new));
            var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, word);
            var context = SSLContext.getInstance("TLS");
            context.init(factory.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new Trouble(
                    Trouble.Kind.REFUSED, "the certificate of clientCert cannot be used: " + e.getMessage(), e);
        }
    }
}
