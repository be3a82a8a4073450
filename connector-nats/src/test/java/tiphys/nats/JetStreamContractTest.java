package tiphys.nats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.events.Arrival;
import tiphys.events.Examples;
import tiphys.events.source.Source;
import tiphys.events.source.SourceContract;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceState;
import tiphys.events.spec.Fields;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.testkit.Eventually;

/// What happens is that a message is sent to a subject that a stream keeps; it is taken out by a durable consumer.
class JetStreamContractTest extends SourceContract {
    private static final AtomicInteger TESTS = new AtomicInteger();

    @TempDir static Path scratch;
    private static NatsServer server;
    private static Connection sender;

    private final NatsKind kind = new NatsKind();
    private final String name = "t" + TESTS.incrementAndGet();
    private final String subject = name + ".in";
    private Source current;

    JetStreamContractTest() {
        super(Thread::startVirtualThread);
    }

    @BeforeAll
    static void startServer() throws IOException {
        var installed = NatsServer.installed();
        assumeTrue(installed.isPresent(), "nats-server is not installed; ./check does that where it may");
        server = NatsServer.start(installed.get(), scratch, "");
        sender = server.connect();
    }

    @AfterAll
    static void endServer() throws InterruptedException {
        if (server != null) {
            sender.close();
            server.close();
        }
    }

    @BeforeEach
    void makeStream() throws Exception {
        sender.jetStreamManagement().addStream(StreamConfiguration.builder().name(name).subjects(name + ".>").build());
    }

    @AfterEach
    void closeSource() {
        if (current != null) {
            current.close();
        }
    }

    @Override
    protected Source start() {
        var found = new ArrayList<Diagnostic>();
        var settings =
                kind.read(
                        new SourceFields(
                                "event",
                                new Fields(
                                        Examples.yaml(
                                                "{url: '%s', subject: %s, jsonBody: true, connectionBackoff: {duration: 100ms}}"
                                                        .formatted(server.url(), subject)),
                                        "spec.nats.event",
                                        found),
                                new Fields(
                                        Value.object(NatsSettings.CONSUMER, "reader"), "metadata.annotations", found),
                                new HashMap<>()));
        assertThat(found).isEmpty();
        current = world.start(kind, settings);
        return current;
    }

    @Override
    protected Source begin() {
        var source = super.begin();
        Eventually.within(SOON, "it listens", () -> ((NatsSource) source).isListening());
        return source;
    }

    @Override
    protected void happen(int n) {
        send("{\"n\":" + n + "}");
    }

    private void send(String body) {
        try {
            sender.jetStream().publish(subject, body.getBytes(StandardCharsets.UTF_8));
        } catch (IOException | JetStreamApiException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected int number(Arrival arrival) {
        return Integer.parseInt(Json.write(arrival.payload().value().find("body", "n").orElseThrow()));
    }

    @Override
    protected boolean remembers() {
        return true;
    }

    private void await(int count) {
        Eventually.within(SOON, "it comes in", () -> world.recorded().size() >= count);
    }

    private ConsumerInfo consumer() {
        try {
            return sender.jetStreamManagement().getConsumerInfo(name, "reader");
        } catch (IOException | JetStreamApiException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void the_server_is_told_only_of_what_is_recorded() {
        begin();
        happen(1);
        await(1);
        Eventually.within(SOON, "the server knows", () -> consumer().getAckFloor().getStreamSequence() == 1);
        world.fail();
        happen(2);
        happen(3);
        Eventually.within(SOON, "it tries", () -> world.failures() > 0);
        assertThat(consumer().getAckFloor().getStreamSequence()).isEqualTo(1);
        world.mend();
        Eventually.within(
                SOON,
                "the server knows",
                () -> {
                    pass();
                    return consumer().getAckFloor().getStreamSequence() == 3;
                });
    }

    @Test
    void a_poisoned_message_is_counted_and_does_not_come_again() {
        var source = begin();
        send("{");
        happen(1);
        await(1);
        assertThat(source.refusals().orElseThrow().message()).contains("was left out: it is not JSON");
        Eventually.within(SOON, "nothing is owed", () -> consumer().getNumAckPending() == 0);
    }

    @Test
    void a_server_that_goes_and_comes_back_loses_nothing() {
        var source = begin();
        happen(1);
        await(1);
        server.kill();
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        server.start();
        Eventually.within(SOON, "the sender is there again", () -> sender.getStatus() == Connection.Status.CONNECTED);
        IntStream.rangeClosed(2, 30).forEach(this::happen);
        await(30);
        assertThat(world.recorded()).extracting(this::number).isEqualTo(IntStream.rangeClosed(1, 30).boxed().toList());
    }

    @Test
    void a_subject_that_no_stream_keeps_is_told() throws Exception {
        sender.jetStreamManagement().deleteStream(name);
        var source = start();
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        assertThat(source.state().problem().orElseThrow())
                .contains("no stream of JetStream keeps the subject " + subject + "; make one");
        makeStream();
        Eventually.within(SOON, "it listens", () -> ((NatsSource) source).isListening());
    }

    @Test
    void many_messages_come_in_once_each() {
        begin();
        for (int n = 1; n <= 3_000; n++) {
            sender.publish(subject, ("{\"n\":" + n + "}").getBytes(StandardCharsets.UTF_8));
        }
        await(3_000);
        assertThat(world.recorded())
                .extracting(this::number)
                .isEqualTo(IntStream.rangeClosed(1, 3_000).boxed().toList());
    }
}
