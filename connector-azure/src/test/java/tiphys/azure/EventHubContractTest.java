package tiphys.azure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.MessageAnnotations;
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
import tiphys.manifest.Value;
import tiphys.testkit.Eventually;

/// What happens is that an event is sent to the first of a hub's two partitions.
class EventHubContractTest extends SourceContract {
    /// Not so long as in earnest.
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), 1, 1, 5);

    private static final AtomicInteger TESTS = new AtomicInteger();
    private static EventHubsDouble azure;

    private final EventHubKind kind = new EventHubKind(BACKOFF);
    private String hub = "h" + TESTS.incrementAndGet();
    private String more = "metadata: {}";
    private String key = "the key";
    private Source current;

    EventHubContractTest() {
        super(Thread::startVirtualThread);
    }

    @BeforeAll
    static void open() {
        azure = new EventHubsDouble();
    }

    @AfterAll
    static void end() {
        azure.close();
    }

    @BeforeEach
    void make() {
        azure.make(hub, 2);
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
                        "{fqdn: '%s', hubName: %s, sharedAccessKeyName: {name: a, key: n}, sharedAccessKey: {name: a, key: k}, %s}"
                                .formatted(azure.host(), hub, more));
        var secrets = new HashMap<SecretKey, String>();
        settings.secrets().forEach(one -> secrets.put(one, one.key().equals("n") ? "Root" : key));
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
        happen(0, n);
    }

    private void happen(int partition, int n) {
        azure.put(hub, partition, AmqpDouble.message(Integer.toString(n)));
    }

    @Override
    protected int number(Arrival arrival) {
        var body = arrival.payload().value().textAt("body").orElseThrow();
        return Integer.parseInt(new String(Base64.getDecoder().decode(body), StandardCharsets.UTF_8));
    }

    @Override
    protected boolean remembers() {
        return true;
    }

    private void await(int count) {
        Eventually.within(
                SOON,
                count + " have come in",
                () -> {
                    pass();
                    return world.recorded().size() >= count;
                });
    }

    private List<Integer> numbers() {
        return world.recorded().stream().map(this::number).toList();
    }

    @Test
    void an_event_is_told_as_argo_events_tells_it() {
        more = "metadata: {k: v}";
        begin();
        var message = AmqpDouble.message("x");
        message.setMessageId("m1");
        message.setMessageAnnotations(new MessageAnnotations(Map.of(Symbol.valueOf("x-opt-partition-key"), "p1")));
        azure.put(hub, 0, message);
        await(1);
        azure.put(hub, 0, AmqpDouble.message("y"));
        await(2);
        assertThat(world.recorded())
                .extracting(one -> one.payload().text())
                .containsExactly(
                        "{\"id\":\"m1\",\"partitionKey\":\"p1\",\"body\":\"eA==\",\"metadata\":{\"k\":\"v\"}}",
                        "{\"id\":\"\",\"partitionKey\":\"\",\"body\":\"eQ==\",\"metadata\":{\"k\":\"v\"}}");
    }

    @Test
    void it_begins_with_what_is_newer_and_goes_on_where_it_was() {
        happen(1);
        var source = begin();
        happen(2);
        await(1);
        source.close();
        happen(3);
        begin();
        await(2);
        assertThat(numbers()).containsExactly(2, 3);
        assertThat(world.repeated()).isZero();
    }

    @Test
    void all_partitions_are_read_each_in_its_order() {
        begin();
        for (int n = 1; n <= 300; n++) {
            happen(n % 2, n);
        }
        await(300);
        assertThat(numbers().stream().filter(n -> n % 2 == 0).toList())
                .isEqualTo(IntStream.rangeClosed(1, 150).map(n -> 2 * n).boxed().toList());
        assertThat(numbers().stream().filter(n -> n % 2 == 1).toList())
                .isEqualTo(IntStream.range(0, 150).map(n -> 2 * n + 1).boxed().toList());
    }

    @Test
    void a_partition_that_is_added_is_read_from_its_beginning() {
        begin().close();
        azure.add(hub, 1);
        happen(2, 7);
        begin();
        await(1);
        assertThat(numbers()).containsExactly(7);
    }

    @Test
    void a_hub_that_is_made_anew_is_read_from_its_beginning() {
        var source = begin();
        happen(1);
        await(1);
        source.close();
        azure.make(hub, 1);
        happen(2);
        begin();
        await(2);
        assertThat(numbers()).containsExactly(1, 2);
    }

    @Test
    void what_azure_let_go_of_is_passed_over() {
        var source = begin();
        happen(1);
        await(1);
        source.close();
        IntStream.rangeClosed(2, 5).forEach(this::happen);
        azure.forget(hub, 3);
        begin();
        await(3);
        assertThat(numbers()).containsExactly(1, 4, 5);
    }

    @Test
    void no_more_is_held_than_may_be() {
        begin();
        world.fail();
        IntStream.rangeClosed(1, 2 * EventHubLine.MOST).forEach(this::happen);
        Eventually.within(SOON, "it tries", () -> world.failures() > 0);
        world.mend();
        await(2 * EventHubLine.MOST);
        assertThat(numbers()).isEqualTo(IntStream.rangeClosed(1, 2 * EventHubLine.MOST).boxed().toList());
    }

    @Test
    void a_server_that_goes_and_comes_back_loses_nothing() {
        var source = begin();
        happen(1);
        await(1);
        azure.kill();
        try {
            Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
            assertThat(source.state().problem().orElseThrow()).contains(azure.host() + "/" + hub);
            happen(2);
        } finally {
            azure.start();
        }
        happen(3);
        await(3);
        assertThat(numbers()).containsExactly(1, 2, 3);
    }

    @Test
    void a_wrong_key_is_told_and_the_right_one_counts() {
        key = "another";
        var source = start();
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        assertThat(source.state().problem().orElseThrow())
                .contains("InvalidSignature")
                .doesNotContain("another")
                .doesNotContain("errorContext");
        source.close();
        key = "the key";
        begin();
        happen(1);
        await(1);
    }

    @Test
    void a_hub_that_is_not_there_is_told_and_awaited() {
        hub = "none" + hub;
        var source = start();
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        assertThat(source.state().problem().orElseThrow()).contains("could not be found");
        azure.make(hub, 1);
        awaitConnected(source);
        happen(1);
        await(1);
    }

    @Test
    void what_cannot_be_is_told() {
        assertThat(read("{fqdn: 'https://x/', hubName: 'a b'}"))
                .containsExactly(
                        "spec.fqdn must be a host such as NAME.servicebus.windows.net, not \"https://x/\"",
                        "spec.hubName must be letters, digits, '.', '_' and '-', not \"a b\"",
                        "spec without a sharedAccessKeyName and a sharedAccessKey asks for a login by Entra ID, which is not supported "
                                + "by this version; name both");
        assertThat(read("{fqdn: ship.servicebus.windows.net, hubName: h, sharedAccessKey: {name: a, key: b}}"))
                .containsExactly("spec.sharedAccessKeyName is required, but it is not there");
    }

    private List<String> read(String yaml) {
        var found = new ArrayList<Diagnostic>();
        var none = new Fields(Value.Mapping.EMPTY, "metadata.annotations", found);
        kind.read(new SourceFields("event", new Fields(Examples.yaml(yaml), "spec", found), none, new HashMap<>()));
        return found.stream().map(Diagnostic::message).toList();
    }
}
