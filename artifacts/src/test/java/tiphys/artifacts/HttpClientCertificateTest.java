package tiphys.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.engine.Artifacts.Kept;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;
import tiphys.testkit.TestCertificate;

/// A server that lets in whoever shows a certificate that it knows. The JDK is told to believe the server's own.
class HttpClientCertificateTest {
    private static final Map<String, String> TRUST =
            Map.of("trustStore", "server.p12", "trustStorePassword", TestCertificate.WORD, "trustStoreType", "PKCS12");

    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init")
    private HttpsServer server;

    @SuppressWarnings("NullAway.Init")
    private TestCertificate client;

    @BeforeEach
    void open() throws IOException, GeneralSecurityException {
        var own = TestCertificate.make(directory, "server", "ip:127.0.0.1", "RSA");
        client = TestCertificate.make(directory, "client", "dns:client", "EC");
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(own.store().toFile(), word()), word());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(KeyStore.getInstance(client.store().toFile(), word()));
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.setHttpsConfigurator(
                new HttpsConfigurator(context) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        var wanted = getSSLContext().getDefaultSSLParameters();
                        wanted.setNeedClientAuth(true);
                        parameters.setSSLParameters(wanted);
                    }
                });
        server.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(200, 5);
                    exchange.getResponseBody().write("hello".getBytes(UTF_8));
                    exchange.close();
                });
        server.start();
        TRUST.forEach((name, value) ->
                System.setProperty(
                        "javax.net.ssl." + name,
                        name.equals("trustStore") ? directory.resolve(value).toString() : value));
    }

    @AfterEach
    void close() {
        TRUST.keySet().forEach(name -> System.clearProperty("javax.net.ssl." + name));
        server.stop(0);
    }

    private static char[] word() {
        return TestCertificate.WORD.toCharArray();
    }

    private void load(Map<String, String> secrets, Path to) throws IOException {
        var place =
                Value.object(
                        "url",
                        "https://127.0.0.1:" + server.getAddress().getPort() + "/file",
                        "auth",
                        Value.object(
                                "clientCert",
                                Value.object(
                                        "clientCertSecret",
                                        Value.object("name", "certificate", "key", "k"),
                                        "clientKeySecret",
                                        Value.object("name", "key", "key", "k"))));
        new Repositories(
                        directory.resolve("data"),
                        (_, name, _) -> Optional.ofNullable(secrets.get(name)).map(text -> text.getBytes(UTF_8)))
                .load(new Kept("ns", new Artifact(Value.object("name", "a")), Value.object("http", place)), to);
    }

    @Test
    void a_certificate_is_shown_with_its_key() throws IOException {
        var to = directory.resolve("back");
        load(Map.of("certificate", client.certificate(), "key", client.key()), to);
        assertThat(to).hasContent("hello");
    }

    @Test
    void what_is_no_certificate_or_no_key_of_it_is_told() {
        var to = directory.resolve("no");
        assertThatThrownBy(() -> load(Map.of("certificate", "none", "key", client.key()), to))
                .isInstanceOfSatisfying(
                        Trouble.class, trouble -> assertThat(trouble.kind()).isEqualTo(Trouble.Kind.REFUSED))
                .hasMessageContaining("clientCert");
        assertThatThrownBy(() -> load(Map.of("certificate", client.certificate(), "key", "none"), to))
                .hasMessageContaining("clientKeySecret holds no private key");
    }
}
