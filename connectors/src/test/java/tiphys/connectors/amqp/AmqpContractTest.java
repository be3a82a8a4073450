package tiphys.connectors.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
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

/// What happens is that a message is published to the exchange.
class AmqpContractTest extends SourceContract {
    private static final byte[] PERSISTENT = HexFormat.of().parseHex("100002");

    @TempDir static Path directory;
    private static RealRabbit rabbit;

    private final AmqpKind kind = new AmqpKind();
    private final Map<SecretKey, String> secrets = new HashMap<>();
    private String name = "";
    private String more = "";

    AmqpContractTest() {
        super(Thread::startVirtualThread);
    }

    @BeforeAll
    static void open() {
        rabbit = new RealRabbit(directory);
    }

    @AfterAll
    static void end() {
        if (rabbit != null) {
            rabbit.close();
        }
    }

    @BeforeEach
    void named(TestInfo info) {
        name = info.getTestMethod().orElseThrow().getName();
    }

    private String queue() {
        return ", consume: {autoAck: false}, queueDeclare: {name: q_%s, durable: true}".formatted(name);
    }

    @Override
    protected Source start() {
        return start(queue() + more);
    }

    private Source start(String rest) {
        return world.start(
                kind,
                SourceWorld.read(
                        kind,
                        "{url: '%s', exchangeName: x_%s, exchangeType: topic, routingKey: 'a.*'%s}"
                                .formatted(rabbit.url(), name, rest)),
                secrets);
    }

    @Override
    protected Source begin() {
        var source = super.begin();
        connected(source);
        return source;
    }

    private static void connected(Source source) {
        Eventually.within(SOON, "it listens", () -> ((LineSource) source).isConnected());
    }

    @Override
    protected void happen(int n) {
        publish(PERSISTENT, Integer.toString(n));
    }

    private void publish(byte[] properties, String... bodies) {
        rabbit.publish("x_" + name, "a.b", properties, bodies);
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

    /// How many messages a queue has that nobody was given.
    private static int waiting(String queue) {
        var declared =
                rabbit.call(
                        new MethodWriter(50 << 16 | 10)
                                .number(0, 2)
                                .text(queue)
                                .bits(true, true, false, false, false)
                                .table(Value.Mapping.EMPTY),
                        50 << 16 | 11);
        try {
            declared.text();
            return declared.number(4);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void what_nothing_is_said_of_is_empty_as_go_writes_it() {
        more = ", metadata: {k: v}";
        begin();
        publish(HexFormat.of().parseHex("0000"), "{\"a\": 1}");
        assertThat(payloads(1))
                .containsExactly(
                        """
                        {"contentType":"","contentEncoding":"","deliveryMode":0,"priority":0,"correlationId":"",\
                        "replyTo":"","expiration":"","messageId":"","timestamp":"0001-01-01 00:00:00 +0000 UTC",\
                        "type":"","appId":"","exchange":"x_%s","routingKey":"a.b","body":"eyJhIjogMX0=",\
                        "metadata":{"k":"v"}}\
                        """
                                .formatted(name));
    }

    @Test
    void every_property_is_told_and_headers_are_passed_over() {
        more = ", jsonBody: true";
        begin();
        var properties = new ByteArrayOutputStream();
        properties.writeBytes(HexFormat.of().parseHex("ffe8")); // all of them, but the user, who would be checked
        var text = new MethodWriter(0);
        text.text("application/json").text("gzip").table(Value.object("h", "v", "n", 7L)).number(2, 1).number(5, 1);
        text.text("corr").text("reply").text("60000").text("id-1").longNumber(1_795_420_800L).text("kind").text("app");
        properties.write(text.bytes(), 4, text.bytes().length - 4);
        publish(properties.toByteArray(), "{\"a\": 1.50}");
        assertThat(payloads(1))
                .containsExactly(
                        """
                        {"contentType":"application/json","contentEncoding":"gzip","deliveryMode":2,"priority":5,\
                        "correlationId":"corr","replyTo":"reply","expiration":"60000","messageId":"id-1",\
                        "timestamp":"2026-11-23 08:00:00 +0000 UTC","type":"kind","appId":"app",\
                        "exchange":"x_%s","routingKey":"a.b","body":{"a":1.50}}\
                        """
                                .formatted(name));
        assertThat(world.recorded().getFirst().identity().orElseThrow()).startsWith("amqp id-1 ");
    }

    @Test
    void what_cannot_be_an_event_goes_to_the_dead_letters_and_does_not_come_again() {
        rabbit.call(
                new MethodWriter(50 << 16 | 10)
                        .number(0, 2)
                        .text("dead_" + name)
                        .bits(false, true, false, false, false)
                        .table(Value.Mapping.EMPTY),
                50 << 16 | 11);
        var source =
                start(
                        ", jsonBody: true, consume: {autoAck: false}, queueDeclare: {name: q_%1$s, durable: true, arguments: \"x-dead-letter-exchange: ''\\nx-dead-letter-routing-key: dead_%1$s\\nx-max-length: 100\"}"
                                .formatted(name));
        connected(source);
        publish(PERSISTENT, "nonsense", "2");
        payloads(1);
        assertThat(source.refusals().orElseThrow().total()).isEqualTo(1);
        Eventually.within(SOON, "it is a dead letter", () -> waiting("dead_" + name) == 1);
        source.close();
        assertThat(waiting("q_" + name)).isZero();
    }

    @Test
    void no_more_is_taken_than_may_be_unacknowledged() {
        var source = begin();
        world.fail();
        var bodies = new ArrayList<String>();
        for (int i = 1; i <= 300; i++) {
            bodies.add(Integer.toString(i));
        }
        publish(PERSISTENT, bodies.toArray(String[]::new));
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        assertThat(waiting("q_" + name)).isGreaterThanOrEqualTo(200);
        world.mend();
        payloads(300);
        assertThat(world.recorded()).extracting(this::number).hasSize(300).isSorted().doesNotHaveDuplicates();
        source.close();
        assertThat(waiting("q_" + name)).isZero();
    }

    @Test
    void a_queue_of_which_nothing_is_said_is_the_servers_and_ours_alone() {
        var source = start("");
        connected(source);
        happen(1);
        payloads(1);
        source.close();
        happen(2);
        connected(start(""));
        happen(3);
        payloads(2);
        assertThat(world.recorded()).extracting(this::number).containsExactly(1, 3);
    }

    @Test
    void a_server_that_goes_and_comes_back_is_heard_again() {
        var source = begin();
        identified(1);
        payloads(1);
        rabbit.server.kill(); // it may have forgotten the acknowledgement
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        rabbit.start();
        identified(2);
        payloads(2);
        assertThat(world.recorded()).extracting(this::number).containsExactly(1, 2);
        Eventually.within(SOON, "it runs", () -> source.state() instanceof SourceState.Running);
        source.close();
    }

    private void identified(int n) {
        var properties = new MethodWriter(0).number(0x1080, 2).number(2, 1).text("id-" + n).bytes();
        publish(Arrays.copyOfRange(properties, 4, properties.length), Integer.toString(n));
    }

    @Test
    void a_queue_that_is_deleted_is_made_again() {
        var source = begin();
        rabbit.call(
                new MethodWriter(50 << 16 | 40).number(0, 2).text("q_" + name).bits(false, false, false),
                50 << 16 | 41);
        Eventually.within(SOON, "it says so", () -> source.lastTrouble().isPresent());
        assertThat(source.lastTrouble().orElseThrow().message()).isEqualTo("the queue was deleted");
        connected(source);
        happen(1);
        payloads(1);
    }

    @Test
    void wrong_credentials_are_told_and_right_ones_work() {
        more = ", auth: {username: {name: m, key: u}, password: {name: m, key: p}}";
        var at = "spec.amqp.event.auth.";
        secrets.put(new SecretKey(at + "username", "m", "u"), "guest");
        secrets.put(new SecretKey(at + "password", "m", "p"), "wrong");
        var source = start();
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        assertThat(source.state().problem().orElseThrow()).contains("the server says 403 ACCESS_REFUSED");
        assertThat(source.state().problem().orElseThrow()).doesNotContain("wrong");
        source.close();
        secrets.put(new SecretKey(at + "password", "m", "p"), "guest");
        begin();
    }

    @Test
    void what_the_server_does_not_allow_is_told_in_its_words() {
        begin().close();
        var source = start(", exchangeDeclare: {durable: false}");
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        assertThat(source.state().problem().orElseThrow())
                .contains("does not let us consume: the server says 406 PRECONDITION_FAILED");
        source.close();
    }

    @Test
    void what_need_not_be_answered_is_not_waited_for() {
        var source =
                start(
                        ", exchangeDeclare: {durable: true, noWait: true}, queueBind: {noWait: true}, consume: {consumerTag: c, noWait: true}, queueDeclare: {name: q_%s, autoDelete: true, noWait: true}"
                                .formatted(name));
        connected(source);
        Eventually.within(
                SOON,
                "it is bound",
                () -> {
                    happen(1);
                    return !world.recorded().isEmpty();
                });
        source.close();
    }

    @Test
    void a_url_has_a_user_and_a_virtual_host() {
        var url = AmqpUrl.parse("amqps://a%40b:p%2Fw@rabbit.example/v%2Fh?heartbeat=5").orElseThrow();
        assertThat(url.login()).contains(new AmqpUrl.Login("a@b", "p/w"));
        assertThat(url.virtualHost()).isEqualTo("v/h");
        assertThat(url.toString()).isEqualTo("amqps://rabbit.example:5671/v/h");
        assertThat(AmqpUrl.parse("amqp://h/").orElseThrow().toString()).isEqualTo("amqp://h:5672");
        assertThat(AmqpUrl.parse("http://h")).isEmpty();
    }

    @Test
    void what_cannot_be_is_told() {
        assertThat(read("{exchangeType: fanout, queueDeclare: {arguments: '[1]'}}"))
                .containsExactly(
                        "spec needs one of url and urlSecret, and not both of them",
                        "spec.routingKey is required, but it is not there",
                        "spec.queueDeclare.arguments must be an object in YAML");
        assertThat(read("{url: 'amqp://x', exchangeType: fanout, routingKey: r, tls: {enabled: true}}"))
                .containsExactly("spec.tls has no effect with amqp:// in url, as in Argo");
    }

    private List<String> read(String yaml) {
        var found = new ArrayList<Diagnostic>();
        var none = new Fields(Value.Mapping.EMPTY, "metadata.annotations", found);
        kind.read(new SourceFields("event", new Fields(Examples.yaml(yaml), "spec", found), none, new HashMap<>()));
        return found.stream().map(Diagnostic::message).toList();
    }
}
