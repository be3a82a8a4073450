package tiphys.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.events.action.ActionWorld;
import tiphys.events.action.TriggerContract;
import tiphys.events.action.TriggerFailed;
import tiphys.events.action.TriggerKind;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Whoever reads knows a message that was sent twice by its header.
class KafkaTriggerTest extends TriggerContract {
    private static final AtomicInteger TESTS = new AtomicInteger();

    @TempDir static Path scratch;
    private static KafkaServer server;

    private final KafkaTrigger kind = new KafkaTrigger();
    private final String topic = "sent-" + TESTS.incrementAndGet();

    @BeforeAll
    static void startAll() throws IOException {
        var installed = KafkaServer.installed();
        assumeTrue(installed.isPresent(), "Kafka is not in the user's cache; ./check puts it there");
        server = KafkaServer.start(installed.get(), scratch, Map.of());
    }

    @AfterAll
    static void endAll() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void makeTopic() {
        server.make(topic, 5, Map.of());
        world.put("s", "user", KafkaServer.USER).put("s", "word", KafkaServer.PASSWORD);
    }

    @Override
    protected TriggerKind kind() {
        return kind;
    }

    @Override
    protected boolean needsSecret() {
        return true;
    }

    @Override
    protected Value.Mapping block() {
        return block("\"partitioningKey\":\"k\"");
    }

    private Value.Mapping block(String more) {
        return (Value.Mapping)
                Json.parse(
                        """
                        {"url":"%s","topic":"%s","payload":[{"src":{"dependencyName":"d","dataKey":"n"},"dest":"n"}],
                        "sasl":{"mechanism":"SCRAM-SHA-512","userSecret":{"name":"s","key":"user"},
                        "passwordSecret":{"name":"s","key":"word"}},%s}
                        """
                                .formatted(server.loginUrl(), topic, more));
    }

    private List<ConsumerRecord<String, String>> messages() {
        var settings = new HashMap<String, Object>();
        settings.put("bootstrap.servers", server.url());
        settings.put("key.deserializer", StringDeserializer.class);
        settings.put("value.deserializer", StringDeserializer.class);
        settings.put("auto.offset.reset", "earliest");
        var all = new ArrayList<ConsumerRecord<String, String>>();
        try (var consumer = new KafkaConsumer<String, String>(settings)) {
            var partitions = List.of(0, 1, 2, 3, 4).stream().map(n -> new TopicPartition(topic, n)).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                consumer.poll(Duration.ofMillis(100)).forEach(all::add);
            }
        }
        return all;
    }

    private static String header(ConsumerRecord<String, String> message, String name) {
        return new String(message.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    @Override
    protected List<String> taken() {
        var seen = new LinkedHashMap<String, String>();
        messages().forEach(message -> seen.putIfAbsent(header(message, KafkaTrigger.KEY), message.value()));
        return List.copyOf(seen.values());
    }

    @Override
    protected void stopServer() {
        server.kill();
    }

    @Override
    protected void startServer() {
        server.start();
    }

    @Test
    void a_message_has_its_key_its_headers_and_the_partition_of_argo_events() throws Exception {
        world.putConfig("c", "h", "of a map");
        var block =
                block(
                        """
                        "partitioningKey":"order-7","compress":true,"requiredAcks":1,"headers":{"a":"1"},
                        "secureHeaders":[{"name":"s","valueFrom":{"secretKeyRef":{"name":"s","key":"user"}}},
                        {"name":"c","valueFrom":{"configMapKeyRef":{"name":"c","key":"h"}}}]
                        """);
        var answer = kind.fire(ActionWorld.firing(1), world.request(block, "{\"n\":1}"));
        var message = messages().getFirst();
        assertThat(message.key()).isEqualTo("order-7");
        assertThat(message.value()).isEqualTo("{\"n\":1}");
        assertThat(header(message, "a") + header(message, "s") + header(message, "c")).isEqualTo("1shipof a map");
        assertThat(header(message, KafkaTrigger.KEY)).isEqualTo("%032x".formatted(1));
        assertThat(answer.status()).isEqualTo("stored");
        assertThat(answer.text()).isEqualTo("in %s-%d at 0".formatted(topic, message.partition()));
    }

    /// As `hash/fnv` of Go has it, and sarama after it: the hash of `foo` is a9f37ed7, negative as a whole number.
    @Test
    void keys_are_hashed_as_the_client_of_argo_events_hashes_them() {
        assertThat(Producers.partition("foo".getBytes(StandardCharsets.UTF_8), 1_000)).isEqualTo(-(0xa9f37ed7 % 1_000));
        assertThat(Producers.partition(new byte[0], 7)).isEqualTo(Math.abs(0x811c9dc5 % 7));
    }

    @Test
    void a_topic_that_takes_no_such_message_says_why() {
        server.make(topic + "-small", 1, Map.of("max.message.bytes", "200"));
        var block = block("\"partitioningKey\":\"k\"").with("topic", topic + "-small");
        assertThatThrownBy(() ->
                        kind.fire(ActionWorld.firing(1), world.request(block, "{\"n\":\"" + "x".repeat(2_000) + "\"}")))
                .isInstanceOfSatisfying(
                        TriggerFailed.class,
                        failure -> assertThat(failure.again()).isEqualTo(TriggerFailed.Again.IS_IN_VAIN))
                .hasMessageContaining("does not take it");
    }

    @Test
    void a_wrong_password_is_told_and_the_right_one_counts_at_once() throws Exception {
        world.put("s", "word", "wrong");
        assertThatThrownBy(() -> fire(1))
                .isInstanceOfSatisfying(
                        TriggerFailed.class,
                        failure -> assertThat(failure.again()).isEqualTo(TriggerFailed.Again.MAY_HELP))
                .hasMessageContaining("uthentication");
        world.put("s", "word", KafkaServer.PASSWORD);
        fire(1);
        assertThat(taken()).containsExactly(payload(1));
    }
}
