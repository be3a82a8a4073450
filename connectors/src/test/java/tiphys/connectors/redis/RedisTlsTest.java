package tiphys.connectors.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.connectors.line.LineSource;
import tiphys.connectors.line.TestCertificates;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.source.SourceState;
import tiphys.events.source.SourceWorld;
import tiphys.testkit.Eventually;
import tiphys.testkit.LocalServer;

/// Redis over TLS; what is shown here holds for every type that has `tls`.
class RedisTlsTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String CLIENT =
            ", clientCertSecret: {name: t, key: cert}, clientKeySecret: {name: t, key: key}";

    private final ChannelKind kind = new ChannelKind();
    private final SourceWorld world = new SourceWorld(Thread::startVirtualThread);

    @TempDir Path directory;
    private TestCertificates certificates;
    private RealRedis redis;
    private int port;

    @BeforeEach
    void open() {
        certificates = new TestCertificates(directory);
        port = LocalServer.freePort();
        redis =
                new RealRedis(
                        directory,
                        "",
                        "--tls-port",
                        Integer.toString(port),
                        "--tls-cert-file",
                        certificates.file("server.pem").toString(),
                        "--tls-key-file",
                        certificates.file("server.key").toString(),
                        "--tls-ca-cert-file",
                        certificates.file("ca.pem").toString());
    }

    @AfterEach
    void end() {
        redis.close();
    }

    private LineSource start(String host, String tls, Map<String, String> secrets) {
        var settings =
                SourceWorld.read(kind, "{hostAddress: '%s:%d', channels: [c], tls: {%s}}".formatted(host, port, tls));
        var values = new HashMap<SecretKey, String>();
        for (var key : ((ChannelKind.Settings) settings).secrets()) {
            values.put(key, secrets.getOrDefault(key.key(), ""));
        }
        return (LineSource) world.start(kind, settings, values);
    }

    private void works(String tls, String key) {
        var secrets =
                Map.of(
                        "ca", certificates.text("ca.pem"),
                        "cert", certificates.text("client.pem"),
                        "key", certificates.text(key));
        try (var source = start("127.0.0.1", tls, secrets)) {
            Eventually.within(SOON, "it listens", source::isConnected);
        }
    }

    private String fails(String host, String tls, Map<String, String> secrets) {
        try (var source = start(host, tls, secrets)) {
            Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
            return source.state().problem().orElseThrow();
        }
    }

    @Test
    void a_clients_certificate_is_shown_with_a_key_of_either_form() {
        works("caCertSecret: {name: t, key: ca}" + CLIENT, "client.key");
        works("caCertSecret: {name: t, key: ca}" + CLIENT, "client-rsa.key");
    }

    @Test
    void a_server_is_believed_without_its_authority_only_if_it_is_said_so() {
        works("insecureSkipVerify: true" + CLIENT, "client.key");
        assertThat(
                        fails(
                                "127.0.0.1",
                                CLIENT.substring(2),
                                Map.of(
                                        "cert",
                                        certificates.text("client.pem"),
                                        "key",
                                        certificates.text("client.key"))))
                .contains("127.0.0.1:" + port + " cannot be reached")
                .contains("unable to find valid certification path");
    }

    @Test
    void a_server_of_another_name_is_not_believed() {
        assertThat(fails("localhost", "caCertSecret: {name: t, key: ca}", Map.of("ca", certificates.text("ca.pem"))))
                .contains("matching localhost found");
    }

    @Test
    void a_secret_that_is_no_certificate_is_told() {
        assertThat(fails("127.0.0.1", "caCertSecret: {name: t, key: ca}", Map.of("ca", "nonsense")))
                .contains("caCertSecret: the key ca of Secret t holds no certificate in PEM");
    }
}
