package tiphys.connectors.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.spec.Fields;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;
import tiphys.testkit.TestCertificate;

class TlsSettingsTest {
    private static final SecretKey CA = new SecretKey("tls.caCertSecret", "s", "ca");
    private static final SecretKey CERTIFICATE = new SecretKey("tls.clientCertSecret", "s", "cert");
    private static final SecretKey KEY = new SecretKey("tls.clientKeySecret", "s", "key");

    @TempDir Path scratch;

    private static List<String> complaints(Value.Mapping tls) {
        var found = new ArrayList<Diagnostic>();
        TlsSettings.read(new Fields(Value.object("tls", tls), "", found));
        return found.stream().map(Diagnostic::message).toList();
    }

    @Test
    void what_says_nothing_and_half_a_certificate_are_refused() {
        assertThat(complaints(Value.object("enabled", true))).isEmpty();
        assertThat(complaints(Value.object("insecureSkipVerify", true))).isEmpty();
        assertThat(complaints(Value.object("enabled", false)))
                .containsExactly("tls says nothing; set enabled: true to use TLS with the certificates that are known");
        assertThat(complaints(Value.object("clientKeySecret", Value.object("name", "s", "key", "k"))))
                .containsExactly("tls needs both of clientCertSecret and clientKeySecret, or none of them");
    }

    /// Whether a client reaches a server by that name.
    private static void connect(
            TlsSettings server, TlsSettings client, Map<SecretKey, String> there, Map<SecretKey, String> here)
            throws IOException, GeneralSecurityException {
        try (var listener =
                (SSLServerSocket)
                        server.context(there)
                                .getServerSocketFactory()
                                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var accepting =
                    Thread.ofVirtual()
                            .start(() -> {
                                try (var one = (SSLSocket) listener.accept()) {
                                    one.startHandshake();
                                    one.getOutputStream().write(1);
                                } catch (IOException _) {
                                    // the client has its own story
                                }
                            });
            try (var socket =
                    (SSLSocket)
                            client.context(here)
                                    .getSocketFactory()
                                    .createSocket("127.0.0.1", listener.getLocalPort())) {
                socket.setSoTimeout(10_000);
                assertThat(socket.getInputStream().read()).isEqualTo(1);
            } finally {
                accepting.interrupt();
            }
        }
    }

    private void reaches(TestCertificate own, String key) throws IOException, GeneralSecurityException {
        connect(
                new TlsSettings(Optional.empty(), Optional.of(CERTIFICATE), Optional.of(KEY), false),
                new TlsSettings(Optional.of(CA), Optional.empty(), Optional.empty(), false),
                Map.of(CERTIFICATE, own.certificate(), KEY, key),
                Map.of(CA, own.certificate()));
    }

    @Test
    void keys_are_read_in_the_forms_that_programs_write() throws Exception {
        var rsa = TestCertificate.make(scratch, "rsa", "ip:127.0.0.1", "RSA");
        reaches(rsa, rsa.key());
        reaches(rsa, rsa.oldKey());
        var curve = TestCertificate.make(scratch, "ec", "ip:127.0.0.1", "EC");
        reaches(curve, curve.key());
    }

    @Test
    void a_server_of_another_name_is_not_believed() throws Exception {
        var other = TestCertificate.make(scratch, "other", "dns:elsewhere", "RSA");
        assertThatThrownBy(() -> reaches(other, other.key()))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("127.0.0.1");
    }

    @Test
    void what_is_no_key_is_named() throws Exception {
        var own = TestCertificate.make(scratch, "own", "ip:127.0.0.1", "RSA");
        assertThatThrownBy(() -> reaches(own, "-----BEGIN ENCRYPTED PRIVATE KEY-----"))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageContaining("tls.clientKeySecret: the key key of Secret s holds no private key in PEM");
    }
}
