package tiphys.nats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nats.client.Connection;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.events.Arrival;
import tiphys.events.source.Source;
import tiphys.events.source.SourceContract;
import tiphys.events.source.SourceState;
import tiphys.events.source.SourceWorld;
import tiphys.manifest.Json;
import tiphys.testkit.Eventually;

/// What happens is that a message is sent to a subject; nobody keeps it.
class NatsContractTest extends SourceContract {
    private static final AtomicInteger TESTS = new AtomicInteger();

    @TempDir static Path scratch;
    private static NatsServer server;
    private static Connection sender;

    private final NatsKind kind = new NatsKind();
    private final String subject = "t" + TESTS.incrementAndGet() + ".in";
    private String settings = "jsonBody: true";
    private Source current;

    NatsContractTest() {
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

    @AfterEach
    void closeSource() {
        if (current != null) {
            current.close();
        }
    }

    @Override
    protected Source start() {
        current =
                world.start(
                        kind,
                        SourceWorld.read(
                                kind,
                                "{url: '%s', subject: %s, connectionBackoff: {duration: 100ms, jitter: 0}, %s}"
                                        .formatted(server.url(), subject, settings)));
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
        sender.publish(subject, body.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    protected int number(Arrival arrival) {
        return Integer.parseInt(Json.write(arrival.payload().value().find("body", "n").orElseThrow()));
    }

    @Override
    protected boolean remembers() {
        return false;
    }

    private void await(int count) {
        Eventually.within(SOON, "it comes in", () -> world.recorded().size() >= count);
    }

    @Test
    void a_message_is_told_as_argo_events_tells_it() {
        settings += ", metadata: {k: v}";
        begin();
        var headers = new Headers();
        headers.add("b", "1", "2");
        headers.add("A", "<");
        sender.publish(subject, headers, "{\"n\": 1e0}".getBytes(StandardCharsets.UTF_8));
        happen(2);
        await(2);
        assertThat(world.recorded())
                .extracting(arrival -> arrival.payload().text())
                .containsExactly(
                        "{\"subject\":\""
                                + subject
                                + "\",\"body\":{\"n\":1e0},"
                                + "\"header\":{\"A\":[\"\\u003c\"],\"b\":[\"1\",\"2\"]},\"metadata\":{\"k\":\"v\"}}",
                        "{\"subject\":\"" + subject + "\",\"body\":{\"n\":2},\"metadata\":{\"k\":\"v\"}}");
    }

    @Test
    void without_json_body_the_bytes_are_told_in_base64() {
        settings = "metadata: {}";
        begin();
        send("no json");
        send("");
        await(2);
        assertThat(world.recorded())
                .extracting(arrival -> arrival.payload().text())
                .containsExactly(
                        "{\"subject\":\"" + subject + "\",\"body\":\"bm8ganNvbg==\"}",
                        "{\"subject\":\"" + subject + "\",\"body\":\"\"}");
    }

    @Test
    void a_poisoned_message_is_counted_and_keeps_no_other_back() {
        var source = begin();
        send("{");
        happen(1);
        await(1);
        assertThat(source.refusals().orElseThrow().message())
                .isEqualTo(
                        "a message of subject " + subject + " was left out: it is not JSON, which jsonBody says it is");
        assertThat(world.recorded()).extracting(this::number).containsExactly(1);
    }

    @Test
    void those_who_share_a_queue_share_the_messages() {
        settings += ", queue: workers";
        begin();
        var other = current;
        begin();
        IntStream.rangeClosed(1, 40).forEach(this::happen);
        await(40);
        other.close();
        assertThat(world.recorded()).extracting(this::number).doesNotHaveDuplicates().hasSize(40);
    }

    @Test
    void a_server_that_goes_and_comes_back_is_listened_to_again() {
        var source = begin();
        happen(1);
        await(1);
        server.kill();
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        assertThat(source.state().problem().orElseThrow()).isEqualTo("NATS at " + server.url() + " does not answer");
        server.start();
        Eventually.within(SOON, "it runs", () -> source.state() instanceof SourceState.Running);
        Eventually.within(SOON, "the sender is there again", () -> sender.getStatus() == Connection.Status.CONNECTED);
        happen(2);
        await(2);
        assertThat(world.recorded()).extracting(this::number).isEqualTo(List.of(1, 2));
    }

    @Test
    void a_server_that_is_not_there_is_waited_for() {
        server.kill();
        var source = start();
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        assertThat(source.state().problem().orElseThrow()).startsWith("NATS at " + server.url() + " cannot be read: ");
        server.start();
        Eventually.within(SOON, "it listens", () -> ((NatsSource) source).isListening());
        assertThat(source.state()).isInstanceOf(SourceState.Running.class);
    }
}
