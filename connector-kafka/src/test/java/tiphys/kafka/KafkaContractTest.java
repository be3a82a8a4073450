package tiphys.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.events.Arrival;
import tiphys.events.source.Source;
import tiphys.events.source.SourceContract;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.source.SourceState;
import tiphys.events.source.SourceWorld;
import tiphys.manifest.Json;
import tiphys.testkit.Eventually;

/// What happens is that a message is sent; by a group, from a topic with one partition where nothing else is said.
class KafkaContractTest extends SourceContract {
    private static final AtomicInteger TESTS = new AtomicInteger();

    @TempDir static Path scratch;
    private static KafkaServer server;
    private static KafkaProducer<byte[], byte[]> producer;

    private final KafkaKind kind = new KafkaKind();
    private final String topic = "topic-" + TESTS.incrementAndGet();
    private final Map<SecretKey, String> secrets = new HashMap<>();
    private String url;
    private String settings = "consumerGroup: {groupName: group-%s}, jsonBody: true".formatted(topic);
    private String backoff = "{duration: 100ms, jitter: 0}";

    KafkaContractTest() {
        super(Thread::startVirtualThread);
    }

    @BeforeAll
    static void startServer() throws IOException {
        var installed = KafkaServer.installed();
        assumeTrue(installed.isPresent(), "Kafka is not in the user's cache; ./check puts it there");
        server = KafkaServer.start(installed.get(), scratch, Map.of());
        producer = server.producer();
    }

    @AfterAll
    static void endServer() {
        if (server != null) {
            producer.close();
            server.close();
        }
    }

    @BeforeEach
    void makeTopic() {
        url = server.url();
        server.make(topic, 1, Map.of());
    }

    @Override
    protected Source start() {
        return world.start(
                kind,
                SourceWorld.read(
                        kind,
                        "{url: '%s', topic: %s, connectionBackoff: %s, %s}".formatted(url, topic, backoff, settings)),
                secrets);
    }

    @Override
    protected Source begin() {
        var source = super.begin();
        Eventually.within(SOON, "it listens", () -> ((KafkaSource) source).isListening());
        current = source;
        return source;
    }

    @Override
    protected void happen(int n) {
        send(0, "{\"n\":" + n + "}");
    }

    private void send(int partition, String body) {
        send(new ProducerRecord<>(topic, partition, 1_795_420_800_120L, bytes("key"), bytes(body)));
    }

    private static void send(ProducerRecord<byte[], byte[]> message) {
        try {
            producer.send(message).get();
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    protected int number(Arrival arrival) {
        return Integer.parseInt(Json.write(arrival.payload().value().find("body", "n").orElseThrow()));
    }

    @Override
    protected boolean remembers() {
        return true;
    }

    private List<String> payloads() {
        return world.recorded().stream().map(arrival -> arrival.payload().text()).toList();
    }

    private void await(int count) {
        Eventually.within(SOON, "it comes in", () -> world.recorded().size() >= count);
    }

    @Test
    void a_message_is_told_as_argo_events_tells_it() {
        settings += ", metadata: {k: v}";
        begin();
        var message =
                new ProducerRecord<>(topic, 0, 1_795_420_800_120L, bytes("k<"), bytes("{\"a\": 1e2, \"a\": \"<\"}"));
        message.headers().add("b", bytes("1")).add("a", bytes("2")).add("b", bytes("3"));
        send(message);
        send(new ProducerRecord<byte[], byte[]>(topic, 0, 1_795_420_800_000L, null, null));
        await(2);
        assertThat(payloads())
                .containsExactly(
                        "{\"topic\":\""
                                + topic
                                + "\",\"key\":\"k\\u003c\",\"partition\":0,"
                                + "\"body\":{\"a\":1e2,\"a\":\"\\u003c\"},\"timestamp\":\"2026-11-23 08:00:00.12 +0000 UTC\","
                                + "\"headers\":{\"a\":\"2\",\"b\":\"3\"},\"metadata\":{\"k\":\"v\"}}",
                        "{\"topic\":\""
                                + topic
                                + "\",\"key\":\"\",\"partition\":0,\"body\":null,"
                                + "\"timestamp\":\"2026-11-23 08:00:00 +0000 UTC\",\"headers\":{},\"metadata\":{\"k\":\"v\"}}");
    }

    @Test
    void without_json_body_the_bytes_are_told_in_base64() {
        settings = "consumerGroup: {groupName: bytes}";
        begin();
        send(0, "no json");
        await(1);
        assertThat(payloads().getFirst()).contains("\"body\":\"bm8ganNvbg==\"");
    }

    @Test
    void a_poisoned_message_is_counted_and_keeps_no_other_back() {
        var source = begin();
        send(0, "{\"n\":1}");
        send(0, "{");
        send(0, "{\"n\":2}");
        send(0, "");
        await(2);
        Eventually.within(
                SOON, "both are counted", () -> source.refusals().map(Source.Refusals::total).orElse(0L) == 2);
        assertThat(source.refusals().orElseThrow().message())
                .isEqualTo("message 3 of " + topic + "-0 was left out: it is not JSON, which jsonBody says it is");
        source.close();
        var again = begin();
        happen(3);
        await(3);
        assertThat(again.refusals()).isEmpty();
        assertThat(world.recorded()).extracting(this::number).containsExactly(1, 2, 3);
    }

    @Test
    void the_broker_is_told_only_of_what_is_recorded() {
        begin();
        happen(1);
        await(1);
        Eventually.within(SOON, "the broker knows", () -> committed() == 1);
        world.fail();
        happen(2);
        happen(3);
        Eventually.within(SOON, "it tries", () -> world.failures() > 0);
        assertThat(committed()).isEqualTo(1);
        world.mend();
        Eventually.within(
                SOON,
                "the broker knows",
                () -> {
                    pass();
                    return committed() == 3;
                });
    }

    private long committed() {
        return server.committed("group-" + topic, topic, 0).orElse(0L);
    }

    @Test
    void what_was_recorded_and_not_told_to_the_broker_is_not_recorded_again() throws Exception {
        var source = begin();
        happen(1);
        happen(2);
        await(2);
        source.close();
        try (var admin = server.admin()) { // as if it had died before it could tell
            admin.alterConsumerGroupOffsets(
                            "group-" + topic, Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(0)))
                    .all()
                    .get();
        }
        begin();
        happen(3);
        await(3);
        assertThat(world.recorded()).extracting(this::number).containsExactly(1, 2, 3);
    }

    @Test
    void a_broker_that_goes_and_comes_back_loses_nothing() {
        var source = begin();
        happen(1);
        await(1);
        server.kill();
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        assertThat(source.state().problem().orElseThrow()).contains("Kafka at " + url + " does not answer");
        server.start();
        happen(2);
        await(2);
        Eventually.within(SOON, "it runs", () -> source.state() instanceof SourceState.Running);
        assertThat(world.recorded()).extracting(this::number).containsExactly(1, 2);
    }

    @Test
    void wrong_credentials_are_told_and_right_ones_read_on() {
        url = server.loginUrl();
        settings +=
                ", sasl: {mechanism: SCRAM-SHA-512, userSecret: {name: s, key: user}, passwordSecret: {name: s, key: word}}";
        secrets.put(new SecretKey("spec.kafka.event.sasl.userSecret", "s", "user"), KafkaServer.USER);
        var word = new SecretKey("spec.kafka.event.sasl.passwordSecret", "s", "word");
        secrets.put(word, "wrong");
        var source = start();
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        assertThat(source.state().problem().orElseThrow()).contains("uthentication").doesNotContain("wrong");
        source.close();
        secrets.put(word, KafkaServer.PASSWORD);
        for (var mechanism : List.of("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN")) {
            settings = settings.replaceFirst("mechanism: [A-Z0-9-]+", "mechanism: " + mechanism);
            int before = world.recorded().size();
            var right = begin();
            happen(before + 1);
            await(before + 1);
            right.close();
        }
        assertThat(world.recorded()).extracting(this::number).containsExactly(1, 2, 3);
    }

    @Test
    void one_partition_is_read_without_a_group_and_goes_on_where_it_stood() {
        var two = topic + "-two";
        server.make(two, 2, Map.of());
        settings = "partition: '1', jsonBody: true";
        var source =
                world.start(kind, SourceWorld.read(kind, "{url: '%s', topic: %s, %s}".formatted(url, two, settings)));
        Eventually.within(SOON, "it listens", () -> ((KafkaSource) source).isListening());
        send(new ProducerRecord<>(two, 0, null, bytes("{\"n\":8}")));
        send(new ProducerRecord<>(two, 1, null, bytes("{\"n\":1}")));
        await(1);
        source.close();
        send(new ProducerRecord<>(two, 1, null, bytes("{\"n\":2}")));
        var again =
                world.start(kind, SourceWorld.read(kind, "{url: '%s', topic: %s, %s}".formatted(url, two, settings)));
        await(2);
        again.close();
        assertThat(world.recorded()).extracting(this::number).containsExactly(1, 2);
    }

    @Test
    void a_group_begins_with_the_oldest_message_only_if_the_manifest_says_so() {
        happen(1);
        begin().close();
        happen(2);
        begin().close();
        assertThat(world.recorded()).extracting(this::number).doesNotContain(1);
        settings = "consumerGroup: {groupName: old-%s, oldest: true}, jsonBody: true".formatted(topic);
        int before = world.recorded().size();
        begin();
        await(before + 2);
        assertThat(world.recorded().subList(before, before + 2)).extracting(this::number).containsExactly(1, 2);
    }

    @Test
    void a_partition_that_is_added_is_read_from_its_beginning() throws Exception {
        begin().close();
        try (var admin = server.admin()) {
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(2))).all().get();
        }
        Eventually.within(SOON, "it is there", () -> producer.partitionsFor(topic).size() == 2 || refreshed());
        send(1, "{\"n\":1}");
        begin();
        await(1);
        assertThat(world.recorded()).extracting(this::number).containsExactly(1);
    }

    private boolean refreshed() {
        producer.close();
        producer = server.producer();
        return false;
    }

    @Test
    void a_topic_that_is_made_anew_is_read_from_its_beginning() {
        begin();
        happen(1);
        happen(2);
        await(2);
        closeSource();
        server.delete(topic);
        Eventually.within(
                SOON,
                "it is made anew",
                () -> {
                    try {
                        server.make(topic, 1, Map.of());
                        return true;
                    } catch (AssertionError _) {
                        return false;
                    }
                });
        refreshed();
        happen(3);
        begin();
        await(3);
        assertThat(world.recorded()).extracting(this::number).containsExactly(1, 2, 3);
    }

    @Test
    void what_the_broker_let_go_of_unread_is_told() throws Exception {
        begin();
        happen(1);
        await(1);
        closeSource();
        happen(2);
        happen(3);
        happen(4);
        try (var admin = server.admin()) {
            admin.deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(3))).all().get();
        }
        var source = begin();
        await(2);
        assertThat(world.recorded()).extracting(this::number).containsExactly(1, 4);
        assertThat(source.lastTrouble().orElseThrow().message())
                .isEqualTo("the broker let go of the messages 1 to 2 of " + topic + "-0 before they were read");
    }

    @Test
    void a_topic_that_is_not_there_is_waited_for() {
        server.delete(topic);
        var source = start();
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        assertThat(source.state().problem().orElseThrow()).contains("has no topic " + topic);
        server.make(topic, 1, Map.of());
        Eventually.within(SOON, "it listens", () -> ((KafkaSource) source).isListening());
        source.close();
    }

    @Test
    void no_more_messages_a_second_are_taken_than_the_limit_says() {
        settings += ", limitEventsPerSecond: 20";
        begin();
        long began = System.nanoTime();
        IntStream.rangeClosed(1, 11).forEach(this::happen);
        await(11);
        assertThat(System.nanoTime() - began).isGreaterThan(500_000_000L);
    }

    @Test
    void many_messages_come_in_once_each() {
        begin();
        for (int n = 1; n <= 5_000; n++) {
            producer.send(new ProducerRecord<>(topic, 0, bytes("key"), bytes("{\"n\":" + n + "}")));
        }
        producer.flush();
        await(5_000);
        assertThat(world.recorded())
                .extracting(this::number)
                .isEqualTo(IntStream.rangeClosed(1, 5_000).boxed().toList());
    }

    private Source current;

    @AfterEach
    void closeSource() {
        if (current != null) {
            current.close();
            current = null;
        }
    }
}
