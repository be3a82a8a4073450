package tiphys.connectors.azure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

/// What happens is that a message is sent to a queue.
class QueueStorageContractTest extends SourceContract {
    private static final Duration VISIBILITY = Duration.ofSeconds(2);

    /// Not so long as in earnest.
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), 1, 1, 5);

    private static final AtomicInteger TESTS = new AtomicInteger();

    @TempDir static Path directory;
    private static RealAzurite azurite;

    private final QueueStorageKind kind = new QueueStorageKind(VISIBILITY, BACKOFF);
    private String queue = "queue-" + TESTS.incrementAndGet();
    private String more = "jsonBody: true";
    private String connection = "";
    private Source current;

    QueueStorageContractTest() {
        super(Thread::startVirtualThread);
    }

    @BeforeAll
    static void open() {
        azurite = new RealAzurite(directory);
    }

    @AfterAll
    static void end() {
        if (azurite != null) {
            azurite.close();
        }
    }

    @BeforeEach
    void make() {
        azurite.make(queue);
        connection = azurite.connection();
    }

    @AfterEach
    void closeSource() {
        if (current != null) {
            current.close();
        }
    }

    @Override
    protected Source start() {
        var settings =
                SourceWorld.read(
                        kind,
                        "{connectionString: {name: a, key: c}, queueName: %s, waitTimeInSeconds: 0, %s}"
                                .formatted(queue, more));
        var secrets = new HashMap<SecretKey, String>();
        settings.secrets().forEach(key -> secrets.put(key, connection));
        current = world.start(kind, settings, secrets);
        return current;
    }

    @Override
    protected Source begin() {
        var source = super.begin();
        Eventually.within(SOON, "it listens", () -> ((LineSource) source).isConnected());
        return source;
    }

    @Override
    protected void happen(int n) {
        azurite.send(queue, "{\"n\":" + n + "}");
    }

    @Override
    protected int number(Arrival arrival) {
        return Integer.parseInt(Json.write(arrival.payload().value().find("body", "n").orElseThrow()));
    }

    @Override
    protected boolean remembers() {
        return true;
    }

    /// What was received by one that died is hidden for a while.
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
        return world.recorded().stream()
                .map(one ->
                        one.payload()
                                .text()
                                .replaceFirst("\"messageID\":\"[0-9a-f-]{36}\"", "\"messageID\":\"ID\"")
                                .replaceFirst("\"20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\"", "\"TIME\""))
                .toList();
    }

    private void awaitEmpty() {
        Eventually.within(SOON, "the queue is empty", () -> azurite.count(queue) == 0);
    }

    @Test
    void a_message_is_told_as_argo_events_tells_it_and_deleted() {
        more = "jsonBody: true, metadata: {k: v}";
        begin();
        azurite.send(queue, "{&quot;a&quot;: &quot;&lt;&#x41;&amp;amp;ß&quot;}");
        assertThat(payloads(1))
                .containsExactly(
                        "{\"body\":{\"a\":\"\\u003cA\\u0026amp;ß\"},\"messageID\":\"ID\",\"insertionTime\":\"TIME\",\"metadata\":{\"k\":\"v\"}}");
        awaitEmpty();
        assertThat(world.recorded().getFirst().identity().orElseThrow()).matches("azureQueueStorage [0-9a-f-]{36}");
    }

    @Test
    void messages_in_base64_are_decoded_in_either_alphabet() {
        more = "decodeMessage: true";
        begin();
        azurite.send(queue, "Pz8/");
        azurite.send(queue, "Pz8_");
        azurite.send(queue, "");
        assertThat(payloads(3))
                .extracting(text -> text.replaceAll(",\"messageID.*", ""))
                .containsExactly("{\"body\":\"Pz8/\"", "{\"body\":\"Pz8/\"", "{\"body\":\"\"");
    }

    @Test
    void what_can_be_no_event_is_counted_and_deleted() {
        more = "jsonBody: true, decodeMessage: true";
        var source = begin();
        azurite.send(queue, "***");
        azurite.send(queue, "bm8=");
        azurite.send(queue, "eyJuIjoxfQ==");
        payloads(1);
        Eventually.within(
                SOON, "both are counted", () -> source.refusals().filter(found -> found.total() == 2).isPresent());
        assertThat(source.refusals().orElseThrow().message()).startsWith("a message is not JSON");
        assertThat(world.recorded()).extracting(this::number).containsExactly(1);
        awaitEmpty();
    }

    @Test
    void what_can_be_no_event_is_left_if_the_manifest_says_so() {
        more = "jsonBody: true, dlq: true";
        var source = begin();
        azurite.send(queue, "no");
        Eventually.within(
                SOON, "it came twice", () -> source.refusals().filter(found -> found.total() == 2).isPresent());
        assertThat(azurite.count(queue)).isEqualTo(1);
    }

    @Test
    void what_cannot_be_recorded_is_kept_hidden_for_as_long_as_it_takes() {
        begin();
        world.fail();
        happen(1);
        Eventually.within(SOON, "it tries", () -> world.failures() > 0);
        long end = System.nanoTime() + VISIBILITY.multipliedBy(3).dividedBy(2).toNanos();
        Eventually.within(
                SOON,
                "it was hidden for longer",
                () -> {
                    pass();
                    return System.nanoTime() > end;
                });
        assertThat(azurite.visible(queue)).isZero();
        world.mend();
        payloads(1);
        awaitEmpty();
        assertThat(world.repeated()).isZero();
    }

    @Test
    void a_server_that_goes_and_comes_back_is_heard_again() {
        var source = begin();
        happen(1);
        payloads(1);
        azurite.server.kill();
        try {
            Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
            assertThat(source.state().problem().orElseThrow()).startsWith("http://127.0.0.1:");
        } finally {
            azurite.server.start();
        }
        azurite.make(queue);
        happen(2);
        payloads(2);
        assertThat(world.recorded()).extracting(this::number).containsExactly(1, 2);
    }

    @Test
    void a_wrong_key_is_told_and_the_right_one_counts() {
        connection = azurite.connection("d3Jvbmc=");
        var source = start();
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        assertThat(source.state().problem().orElseThrow()).contains("says 403 ").doesNotContain("d3Jvbmc=");
        source.close();
        connection = azurite.connection();
        begin();
        happen(1);
        payloads(1);
    }

    @Test
    void a_queue_that_is_not_there_is_told_and_awaited() {
        queue = "later-" + queue;
        var source = start();
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        assertThat(source.state().problem().orElseThrow()).contains("says 404 QueueNotFound");
        azurite.make(queue);
        happen(1);
        payloads(1);
    }

    @Test
    void what_cannot_be_is_told() {
        assertThat(read("{waitTimeInSeconds: -1}"))
                .containsExactly(
                        "spec.queueName is required, but it is not there",
                        "spec.connectionString is required, but it is not there",
                        "spec.waitTimeInSeconds must be a whole number that is not negative, not \"-1\"");
        assertThat(read("{storageAccountName: ship, queueName: orders}"))
                .containsExactly(
                        "spec.storageAccountName without a connectionString asks for a login by Entra ID, which is not supported by this version; "
                                + "give a connectionString");
        assertThat(read("{connectionString: {name: a, key: b}, queueName: My_queue}"))
                .containsExactly(
                        "spec.queueName must be 3 to 63 small letters, digits and single dashes, not \"My_queue\"");
    }

    private List<String> read(String yaml) {
        var found = new ArrayList<Diagnostic>();
        var none = new Fields(Value.Mapping.EMPTY, "metadata.annotations", found);
        kind.read(new SourceFields("event", new Fields(Examples.yaml(yaml), "spec", found), none, new HashMap<>()));
        return found.stream().map(Diagnostic::message).toList();
    }
}
