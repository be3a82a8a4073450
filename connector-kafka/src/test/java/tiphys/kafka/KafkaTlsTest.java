package tiphys.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.events.source.Source;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.source.SourceState;
import tiphys.events.source.SourceWorld;
import tiphys.testkit.Eventually;
import tiphys.testkit.TestCertificate;

/// Against a broker that wants to see the client's certificate.
class KafkaTlsTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir static Path scratch;
    private static KafkaServer server;
    private static TestCertificate broker;
    private static TestCertificate client;

    private final SourceWorld world = new SourceWorld(Thread::startVirtualThread);
    private final KafkaKind kind = new KafkaKind();
    private final Map<SecretKey, String> secrets = new HashMap<>();

    @BeforeAll
    static void startServer() throws IOException {
        var installed = KafkaServer.installed();
        assumeTrue(installed.isPresent(), "Kafka is not in the user's cache; ./check puts it there");
        broker = TestCertificate.make(scratch, "broker", "ip:127.0.0.1", "EC");
        client = TestCertificate.make(scratch, "client", "dns:client", "RSA");
        server =
                KafkaServer.start(
                        installed.get(),
                        scratch,
                        Map.of(
                                "ssl.keystore.type",
                                "PKCS12",
                                "ssl.keystore.location",
                                broker.store().toString(),
                                "ssl.keystore.password",
                                TestCertificate.WORD,
                                "ssl.truststore.type",
                                "PEM",
                                "ssl.truststore.location",
                                Files.writeString(scratch.resolve("client.pem"), client.certificate()).toString(),
                                "ssl.client.auth",
                                "required"));
        server.make("topic", 1, Map.of());
        try (var producer = server.producer()) {
            producer.send(new ProducerRecord<>("topic", "hello".getBytes(StandardCharsets.UTF_8)));
        }
    }

    @AfterAll
    static void endServer() {
        if (server != null) {
            server.close();
        }
    }

    private Source start(String tls, Map<String, String> values) {
        values.forEach(
                (field, value) -> secrets.put(new SecretKey("spec.kafka.event.tls." + field, "s", field), value));
        return world.start(
                kind,
                SourceWorld.read(
                        kind,
                        """
                        {url: '%s', topic: topic, consumerGroup: {groupName: g-%d, oldest: true}, tls: {%s}}
                        """
                                .formatted(server.tlsUrl(), System.nanoTime(), tls)),
                secrets);
    }

    private static String named(String field) {
        return field + ": {name: s, key: " + field + "}";
    }

    private static final String OWN = named("clientCertSecret") + ", " + named("clientKeySecret");

    private void comesIn(Source source) {
        Eventually.within(SOON, "it comes in", () -> !world.recorded().isEmpty());
        source.close();
    }

    private static void isRefused(Source source, String why) {
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        assertThat(source.state().problem().orElseThrow()).contains(why);
        source.close();
    }

    @Test
    void certificates_of_both_sides_come_from_secrets() {
        comesIn(
                start(
                        named("caCertSecret") + ", " + OWN,
                        Map.of(
                                "caCertSecret", broker.certificate(),
                                "clientCertSecret", client.certificate(),
                                "clientKeySecret", client.oldKey())));
    }

    @Test
    void whose_certificate_nobody_signed_is_believed_only_if_the_manifest_says_so() {
        var values = Map.of("clientCertSecret", client.certificate(), "clientKeySecret", client.key());
        isRefused(start(OWN, values), "PKIX path building failed");
        comesIn(start(OWN + ", insecureSkipVerify: true", values));
    }

    @Test
    void without_a_certificate_of_its_own_it_is_not_let_in() {
        isRefused(start(named("caCertSecret"), Map.of("caCertSecret", broker.certificate())), "cannot be read");
    }

    @Test
    void a_secret_without_a_certificate_is_named() {
        isRefused(
                start(named("caCertSecret"), Map.of("caCertSecret", "no certificate")),
                "spec.kafka.event.tls.caCertSecret: the key caCertSecret of Secret s holds no certificate in PEM");
    }
}
