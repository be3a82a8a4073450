package tiphys.azure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tiphys.connectors.broker.Backoff;
import tiphys.connectors.line.LineSource;
import tiphys.events.Arrival;
import tiphys.events.Examples;
import tiphys.events.source.Source;
import tiphys.events.source.SourceContract;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.source.SourceState;
import tiphys.events.source.SourceWorld;
import tiphys.events.spec.Fields;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.testkit.Eventually;

/// What happens is that a message is put into a queue.
class ServiceBusContractTest extends SourceContract {
    /// Not so long as in earnest.
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), 1, 1, 5);

    private static final AtomicInteger TESTS = new AtomicInteger();
    private static ServiceBusDouble azure;

    private ServiceBusKind kind = new ServiceBusKind(Duration.ofMinutes(1), BACKOFF);
    private final String name = "q" + TESTS.incrementAndGet();
    private String entity = "queueName: " + name;
    private String more = "jsonBody: true";
    private String connection = "";
    private Source current;

    ServiceBusContractTest() {
        super(Thread::startVirtualThread);
    }

    @BeforeAll
    static void open() {
        azure = new ServiceBusDouble();
    }

    @AfterAll
    static void end() {
        azure.close();
    }

    @BeforeEach
    void make() {
        azure.queue(name);
        connection = azure.connection();
    }

    @AfterEach
    void closeSource() {
        if (current != null) {
            current.close();
        }
    }

    @Override
    protected Source start() {
        var settings = SourceWorld.read(kind, "{%s, connectionString: {name: a, key: c}, %s}".formatted(entity, more));
        var secrets = new HashMap<SecretKey, String>();
        settings.secrets().forEach(key -> secrets.put(key, connection));
        current = world.start(kind, settings, secrets);
        return current;
    }

    @Override
    protected Source begin() {
        var source = super.begin();
        awaitConnected(source);
        return source;
    }

    private static void awaitConnected(Source source) {
        Eventually.within(SOON, "it listens", () -> ((LineSource) source).isConnected());
    }

    @Override
    protected void happen(int n) {
        azure.put(name, "{\"n\":" + n + "}");
    }

    @Override
    protected int number(Arrival arrival) {
        return Integer.parseInt(Json.write(arrival.payload().value().find("body", "n").orElseThrow()));
    }

    @Override
    protected boolean remembers() {
        return true;
    }

    /// What was on its way to one that left stays locked for a while.
    @Override
    protected boolean keepsOrder() {
        return false;
    }

    private List<String> payloads(int count) {
        Eventually.within(
                SOON,
                count + " have come in",
                () -> {
                    pass();
                    return world.recorded().size() >= count;
                });
        return world.recorded().stream().map(one -> one.payload().text()).toList();
    }

    private int completed() {
        var queue = azure.queue(name);
        return azure.on(() -> queue.completed);
    }

    private void awaitCompleted(int count) {
        Eventually.within(
                SOON,
                count + " are completed",
                () -> {
                    pass();
                    return completed() == count;
                });
    }

    @Test
    void a_message_is_told_as_argo_events_tells_it() {
        more = "jsonBody: true, metadata: {k: v}";
        begin();
        var message = Proton.message();
        message.setMessageId("m1");
        message.setSubject("model");
        message.setContentType("application/json");
        message.setCorrelationId("c1");
        message.setReplyTo("r1");
        message.setApplicationProperties(new ApplicationProperties(Map.of("b", true, "a", "<", "n", 5L, "d", 0.5)));
        message.setBody(new Data(new Binary("{\"a\": 1e0}".getBytes(StandardCharsets.UTF_8))));
        azure.put(name, message);
        happen(2);
        assertThat(payloads(2))
                .containsExactly(
                        """
                        {"applicationProperties":{"a":"\\u003c","b":true,"d":0.5,"n":5},"body":{"a":1e0},"contentType":"application/json",\
                        "correlationID":"c1","enqueuedTime":"2026-11-29T10:00:01.12Z","messageID":"m1","replyTo":"r1",\
                        "sequenceNumber":1,"subject":"model","metadata":{"k":"v"}}\
                        """,
                        """
                        {"applicationProperties":null,"body":{"n":2},"contentType":null,"correlationID":null,\
                        "enqueuedTime":"2026-11-29T10:00:02.12Z","messageID":"","replyTo":null,"sequenceNumber":2,"subject":null,\
                        "metadata":{"k":"v"}}\
                        """);
        awaitCompleted(2);
    }

    @Test
    void without_json_body_the_bytes_are_told_in_base64_and_what_are_no_bytes_as_nothing() {
        more = "jsonBody: false";
        begin();
        azure.put(name, "no json");
        var other = Proton.message();
        other.setBody(new AmqpValue("a text"));
        other.setMessageId("x");
        var queue = azure.queue(name);
        azure.on(() -> queue.put(other));
        payloads(2);
        assertThat(world.recorded())
                .extracting(arrival -> Json.write(arrival.payload().value().find("body").orElseThrow()))
                .containsExactly("\"bm8ganNvbg==\"", "null");
    }

    @Test
    void a_message_of_a_topic_comes_by_the_subscription() {
        azure.queue("news/subscriptions/mine");
        entity = "topicName: news, subscriptionName: mine";
        begin();
        azure.put("news", "{\"n\":1}");
        payloads(1);
        assertThat(world.recorded()).extracting(this::number).containsExactly(1);
    }

    @Test
    void azure_is_told_only_of_what_is_recorded() {
        begin();
        happen(1);
        awaitCompleted(1);
        world.fail();
        happen(2);
        happen(3);
        Eventually.within(SOON, "it tries", () -> world.failures() > 0);
        assertThat(completed()).isEqualTo(1);
        world.mend();
        awaitCompleted(3);
    }

    @Test
    void a_poisoned_message_becomes_a_dead_letter_with_the_reason() {
        var source = begin();
        azure.put(name, "{");
        happen(1);
        payloads(1);
        var queue = azure.queue(name);
        Eventually.within(SOON, "it is a dead letter", () -> azure.on(() -> queue.dead.size()) == 1);
        var dead = azure.on(() -> queue.dead.getFirst());
        assertThat(dead.reason).isEqualTo("tiphys: body is not JSON");
        assertThat(dead.description).startsWith("a message is not JSON, as jsonBody says it is");
        assertThat(source.refusals().orElseThrow().total()).isEqualTo(1);
        assertThat(world.recorded()).extracting(this::number).containsExactly(1);
    }

    @Test
    void what_cannot_be_recorded_stays_locked_for_as_long_as_it_takes() {
        azure.lock(name, Duration.ofSeconds(1));
        begin();
        world.fail();
        happen(1);
        var queue = azure.queue(name);
        Eventually.within(
                SOON,
                "it was locked anew",
                () -> {
                    pass();
                    return azure.on(() -> queue.renewed) >= 2;
                });
        world.mend();
        awaitCompleted(1);
        assertThat(world.recorded()).extracting(this::number).containsExactly(1);
    }

    @Test
    void what_comes_again_is_known() {
        azure.lock(name, Duration.ofMillis(50)); // no lock of Azure's is so short
        begin();
        world.fail();
        happen(1);
        var queue = azure.queue(name);
        Eventually.within(SOON, "it came again", () -> azure.on(() -> queue.deliveries) > 2);
        world.mend();
        Eventually.within(
                SOON,
                "it came in twice",
                () -> {
                    pass();
                    return world.repeated() > 0;
                });
        assertThat(world.recorded()).extracting(this::number).containsExactly(1);
        assertThat(world.recorded().getFirst().identity().orElseThrow()).matches("azureServiceBus 1 [0-9]+ ");
    }

    @Test
    void what_was_not_recorded_is_given_back_when_it_ends() {
        azure.lock(name, Duration.ofMinutes(1));
        var source = begin();
        world.fail();
        happen(1);
        Eventually.within(SOON, "it tries", () -> world.failures() > 0);
        source.close();
        var queue = azure.queue(name);
        assertThat(azure.on(queue::waiting)).isEqualTo(1);
        assertThat(azure.on(() -> queue.deliveries)).isEqualTo(1);
    }

    @Test
    void no_more_is_asked_for_than_can_be_held() {
        azure.lock(name, Duration.ofMinutes(1));
        begin();
        world.fail();
        IntStream.rangeClosed(1, 3 * ServiceBusLine.AT_ONCE).forEach(this::happen);
        var queue = azure.queue(name);
        Eventually.within(
                SOON, "it holds as many as it may", () -> azure.on(() -> queue.deliveries) == ServiceBusLine.AT_ONCE);
        world.mend();
        payloads(3 * ServiceBusLine.AT_ONCE);
        assertThat(world.recorded())
                .extracting(this::number)
                .isEqualTo(IntStream.rangeClosed(1, 3 * ServiceBusLine.AT_ONCE).boxed().toList());
        awaitCompleted(3 * ServiceBusLine.AT_ONCE);
    }

    @Test
    void connections_that_break_lose_and_double_nothing() {
        begin();
        for (int n = 1; n <= 60; n++) {
            happen(n);
            if (n % 20 == 0) {
                azure.drop();
            }
        }
        azure.lock(name, Duration.ofSeconds(1)); // for what was on its way
        payloads(60);
        assertThat(world.recorded())
                .extracting(this::number)
                .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, 60).boxed().toList());
    }

    @Test
    void a_link_that_azure_ends_because_nothing_came_is_made_again_without_a_word() {
        kind = new ServiceBusKind(Duration.ofMillis(1), BACKOFF);
        var source = begin();
        happen(1);
        awaitCompleted(1);
        azure.detach(name);
        happen(2);
        awaitCompleted(2);
        assertThat(world.recorded()).extracting(this::number).containsExactly(1, 2);
        assertThat(source.lastTrouble()).isEmpty();
    }

    @Test
    void a_server_that_goes_and_comes_back_loses_nothing() {
        var source = begin();
        happen(1);
        payloads(1);
        azure.kill();
        try {
            Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
            assertThat(source.state().problem().orElseThrow()).startsWith("127.0.0.1:" + azure.port() + "/" + name);
            happen(2);
        } finally {
            azure.start();
        }
        happen(3);
        payloads(3);
        assertThat(world.recorded()).extracting(this::number).containsExactly(1, 2, 3);
    }

    @Test
    void a_wrong_key_is_told_and_the_right_one_counts() {
        connection = azure.connection("another");
        var source = start();
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        assertThat(source.state().problem().orElseThrow())
                .contains("InvalidSignature")
                .doesNotContain("another")
                .doesNotContain("errorContext");
        source.close();
        connection = azure.connection();
        begin();
        happen(1);
        payloads(1);
    }

    @Test
    void a_secret_without_a_connection_string_is_told_without_its_text() {
        connection = "hunter2";
        var source = start();
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        assertThat(source.state().problem().orElseThrow())
                .contains("its Secret holds no connection string such as Endpoint=sb://")
                .doesNotContain("hunter2");
    }

    @Test
    void a_queue_that_is_not_there_is_told_and_awaited() {
        entity = "queueName: none" + name;
        var source = start();
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        assertThat(source.state().problem().orElseThrow()).contains("could not be found");
        azure.queue("none" + name);
        awaitConnected(source);
        azure.put("none" + name, "{\"n\":1}");
        payloads(1);
    }

    @Test
    void what_cannot_be_is_told() {
        assertThat(read("{jsonBody: true}"))
                .containsExactly(
                        "spec.connectionString is required, but it is not there",
                        "spec needs a queueName, or a topicName with a subscriptionName");
        assertThat(read("{fullyQualifiedNamespace: ship.servicebus.windows.net, queueName: q}"))
                .containsExactly(
                        "spec.fullyQualifiedNamespace without a connectionString asks for a login by Entra ID, which is not supported by this version; "
                                + "give a connectionString");
        assertThat(read("{connectionString: {name: a, key: b}, queueName: q, topicName: t}"))
                .containsExactly(
                        "spec.queueName excludes topicName and subscriptionName; put the other into an event of its own");
        assertThat(kind.address(SourceWorld.read(kind, "{queueName: q, connectionString: {name: a, key: b}}")))
                .isEqualTo("servicebus q");
    }

    private List<String> read(String yaml) {
        var found = new ArrayList<Diagnostic>();
        var none = new Fields(Value.Mapping.EMPTY, "metadata.annotations", found);
        kind.read(new SourceFields("event", new Fields(Examples.yaml(yaml), "spec", found), none, new HashMap<>()));
        return found.stream().map(Diagnostic::message).toList();
    }
}
