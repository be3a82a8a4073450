package tiphys.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceKind;
import tiphys.events.source.SourceWorld;
import tiphys.events.spec.Fields;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

class KafkaKindTest {
    private static final KafkaKind KIND = new KafkaKind();

    private static List<String> complaints(String json) {
        var found = new ArrayList<Diagnostic>();
        KIND.read(
                new SourceFields(
                        "event",
                        new Fields((Value.Mapping) Json.parse(json), "spec.kafka.event", found),
                        new Fields(Value.Mapping.EMPTY, "metadata.annotations", found),
                        new HashMap<>()));
        return found.stream().map(Diagnostic::message).toList();
    }

    @Test
    void a_topic_needs_a_group_or_a_partition() {
        assertThat(complaints("{}"))
                .containsExactly(
                        "spec.kafka.event.url is required, but it is not there",
                        "spec.kafka.event.topic is required, but it is not there",
                        "spec.kafka.event needs a consumerGroup, which reads all partitions, or one partition");
        assertThat(complaints("{\"url\":\"a:1,b:2\",\"topic\":\"t\",\"partition\":\"x\"}"))
                .containsExactly("spec.kafka.event.partition must be a partition's number, not \"x\"");
        assertThat(complaints("{\"url\":\"a:1, [::1]:2\",\"topic\":\"t\",\"partition\":1}")).isEmpty();
    }

    @Test
    void what_cannot_work_is_told_before_anything_runs() {
        assertThat(
                        complaints(
                                """
                                {"url":"kafka://a","topic":"t/u","version":"new","limitEventsPerSecond":"many",
                                "consumerGroup":{"groupName":"","rebalanceStrategy":"fair"},
                                "connectionBackoff":{"duration":"ten"},
                                "sasl":{"mechanism":"GSSAPI","userSecret":{"name":"s","key":"k"}}}
                                """))
                .containsExactly(
                        "spec.kafka.event.consumerGroup.rebalanceStrategy \"fair\" is none of range, roundrobin and sticky;"
                                + " range is taken, as Argo Events does",
                        "spec.kafka.event.consumerGroup.groupName is required, but it is not there",
                        "spec.kafka.event.url must be addresses such as kafka:9092 with commas between, not \"kafka://a\"",
                        "spec.kafka.event.version must be a version of Kafka such as 2.5.0, not \"new\"",
                        "spec.kafka.event.topic cannot be a topic's name: letters, digits, '.', '_' and '-' are allowed",
                        "spec.kafka.event.connectionBackoff.duration must be a duration such as 10s, not \"ten\"",
                        "spec.kafka.event.sasl.mechanism must be one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, not \"GSSAPI\";"
                                + " Argo Events cannot log in by another one either",
                        "spec.kafka.event.sasl.passwordSecret is required, but it is not there",
                        "spec.kafka.event.limitEventsPerSecond must be a number, not \"many\"");
    }

    @Test
    void settings_are_read_in_the_words_that_argo_events_reads() {
        var settings =
                (KafkaSettings)
                        SourceWorld.read(
                                KIND,
                                """
                                url: a:1
                                topic: t
                                partition: "0"
                                config: |
                                  clientID: ship
                                  net: {dialTimeout: 3s}
                                  consumer:
                                    fetch: {min: 10}
                                    maxWaitTime: 250000000
                                    isolationLevel: 1
                                    group: {session: {timeout: 30s}}
                                """);
        assertThat(settings.client())
                .isEqualTo(
                        Map.of(
                                "client.id", "ship",
                                "socket.connection.setup.timeout.ms", "3000",
                                "fetch.min.bytes", "10",
                                "fetch.max.wait.ms", "250",
                                "isolation.level", "read_committed",
                                "session.timeout.ms", "30000"));
        assertThat(
                        complaints(
                                "{\"url\":\"a:1\",\"topic\":\"t\",\"partition\":\"0\",\"config\":\"consumer: {retry: {backoff: 1s}}\"}"))
                .containsExactly(
                        "spec.kafka.event.config says consumer.retry.backoff, which is not supported by this version");
    }

    /// Loads the connector's classes, and none of the client's.
    private static final class WithoutClient extends ClassLoader {
        WithoutClient() {
            super(KafkaKindTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("org.apache.kafka")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("tiphys.kafka.")) {
                return super.loadClass(name, resolve);
            }
            var known = findLoadedClass(name);
            return known != null ? known : defined(name);
        }

        private Class<?> defined(String name) throws ClassNotFoundException {
            try (var in = Objects.requireNonNull(getResourceAsStream(name.replace('.', '/') + ".class"))) {
                var bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    @Test
    void reading_a_manifest_loads_no_client() {
        var kind =
                ServiceLoader.load(SourceKind.class, new WithoutClient()).stream()
                        .map(ServiceLoader.Provider::get)
                        .filter(found -> found.key().equals("kafka"))
                        .findFirst()
                        .orElseThrow();
        assertThat(kind.getClass()).isNotEqualTo(KafkaKind.class);
        var settings = SourceWorld.read(kind, "{url: 'a:1', topic: t, consumerGroup: {groupName: g}}");
        assertThat(kind.address(settings)).isEqualTo("kafka://a:1/t as g");
        assertThat(kind.claims()).contains("consumerGroup");
    }
}
