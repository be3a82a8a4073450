package tiphys.connectors.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/// What happens is that a message is sent to a queue, which keeps the order of its groups.
class SqsContractTest extends SourceContract {
    private static final Duration VISIBILITY = Duration.ofSeconds(2);

    @TempDir static Path directory;
    private static RealSqs sqs;

    private final SqsKind kind = new SqsKind(VISIBILITY, new Chain(Map.of(), directory), Optional.empty());
    private String queue = "";
    private String url = "";
    private String more = "";

    SqsContractTest() {
        super(Thread::startVirtualThread);
    }

    @BeforeAll
    static void open() {
        sqs = new RealSqs(directory);
    }

    @AfterAll
    static void end() {
        if (sqs != null) {
            sqs.close();
        }
    }

    @BeforeEach
    void make(TestInfo info) {
        queue = info.getTestMethod().orElseThrow().getName() + ".fifo";
        queue = queue.substring(Math.max(0, queue.length() - 75)); // a name has 80 characters at most
        url = sqs.make(queue, Map.of("FifoQueue", "true", "VisibilityTimeout", "2"));
    }

    @Override
    protected Source start() {
        return start(queue);
    }

    private Source start(String name) {
        var settings =
                SourceWorld.read(
                        kind,
                        "{endpoint: '%s', region: eu-west-1, queue: %s, waitTimeSeconds: 1, accessKey: {name: a, key: k}, secretKey: {name: a, key: s}%s}"
                                .formatted(sqs.endpoint(), name, more));
        var secrets = new HashMap<SecretKey, String>();
        settings.secrets().forEach(key -> secrets.put(key, "x"));
        return world.start(kind, settings, secrets);
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
        sqs.call(
                "SendMessage",
                "QueueUrl",
                url,
                "MessageBody",
                Integer.toString(n),
                "MessageGroupId",
                "g",
                "MessageDeduplicationId",
                "d" + n);
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
        return world.recorded().stream()
                .map(one -> one.payload().text().replaceFirst("\"messageId\":\"[^\"]+\"", "\"messageId\":\"ID\""))
                .toList();
    }

    private void empty(String which) {
        Eventually.within(SOON, "the queue is empty", () -> sqs.count(which) == 0);
    }

    @Test
    void a_message_has_its_attributes_as_argo_writes_them() {
        more = ", metadata: {k: v}";
        begin();
        sqs.call(
                "SendMessage",
                "QueueUrl",
                url,
                "MessageBody",
                "{\"a\": 1}",
                "MessageGroupId",
                "g",
                "MessageDeduplicationId",
                "d",
                "MessageAttributes",
                Map.of(
                        "n", Map.of("DataType", "Number", "StringValue", "5"),
                        "b", Map.of("DataType", "Binary", "BinaryValue", "AAE=")));
        assertThat(payloads(1))
                .containsExactly(
                        """
                        {"messageId":"ID","messageAttributes":{\
                        "b":{"BinaryListValues":null,"BinaryValue":"AAE=","DataType":"Binary","StringListValues":null,"StringValue":null},\
                        "n":{"BinaryListValues":null,"BinaryValue":null,"DataType":"Number","StringListValues":null,"StringValue":"5"}},\
                        "body":"eyJhIjogMX0=","metadata":{"k":"v"}}\
                        """);
        empty(url);
    }

    @Test
    void what_is_no_json_is_counted_and_deleted() {
        more = ", jsonBody: true";
        var source = begin();
        sqs.call(
                "SendMessage",
                "QueueUrl",
                url,
                "MessageBody",
                "no",
                "MessageGroupId",
                "g",
                "MessageDeduplicationId",
                "a");
        happen(2);
        assertThat(payloads(1)).containsExactly("{\"messageId\":\"ID\",\"messageAttributes\":null,\"body\":2}");
        assertThat(source.refusals().orElseThrow().message()).startsWith("a message is not JSON");
        empty(url);
    }

    @Test
    void what_is_no_json_is_left_for_the_dead_letters_if_the_manifest_says_so() {
        more = ", jsonBody: true, dlq: true";
        var dead = sqs.make("dead", Map.of());
        var plain =
                sqs.make(
                        "plain",
                        Map.of(
                                "RedrivePolicy",
                                "{\"deadLetterTargetArn\":\"arn:aws:sqs:elasticmq:000000000000:dead\",\"maxReceiveCount\":\"2\"}"));
        var source = start("plain");
        connected(source);
        sqs.call("SendMessage", "QueueUrl", plain, "MessageBody", "no");
        Eventually.within(SOON, "it is a dead letter", () -> sqs.count(dead) == 1);
        assertThat(source.refusals().orElseThrow().total()).isEqualTo(2);
        assertThat(world.recorded()).isEmpty();
        source.close();
    }

    @Test
    void what_cannot_be_recorded_is_kept_hidden_for_as_long_as_it_takes() {
        begin();
        world.fail();
        happen(1);
        long end = System.nanoTime() + VISIBILITY.multipliedBy(3).toNanos();
        Eventually.within(
                SOON,
                "it was hidden three times as long",
                () -> {
                    pass();
                    return System.nanoTime() > end;
                });
        assertThat(sqs.call("ReceiveMessage", "QueueUrl", url).listAt("Messages")).isEmpty();
        world.mend();
        payloads(1);
        empty(url);
        assertThat(world.repeated()).isZero();
    }

    @Test
    void a_message_is_known_by_the_id_that_the_queue_gave_it() {
        var source = begin();
        happen(1);
        payloads(1);
        empty(url);
        assertThat(world.recorded().getFirst().identity().orElseThrow()).matches("sqs [0-9a-f-]{36}");
        source.close();
    }

    @Test
    void a_queue_that_is_not_there_is_told_and_awaited() {
        var source = start("none.fifo");
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        assertThat(source.state().problem().orElseThrow())
                .contains("127.0.0.1 says 400 ")
                .contains("QueueDoesNotExist");
        url = sqs.make("none.fifo", Map.of("FifoQueue", "true"));
        happen(1);
        payloads(1);
        source.close();
    }

    @Test
    void what_cannot_be_is_told() {
        assertThat(read("{endpoint: x, accessKey: {name: a, key: b}, waitTimeSeconds: 30}"))
                .containsExactly(
                        "spec.waitTimeSeconds must be 20 at most, not 30",
                        "spec.accessKey and secretKey go together: only one of them is there",
                        "spec.region is required, but it is not there",
                        "spec.endpoint must be a URL such as http://localhost:4566, not \"x\"",
                        "spec.queue is required, but it is not there");
        assertThat(kind.address(SourceWorld.read(kind, "{region: cn-north-1, queue: q}")))
                .isEqualTo("https://sqs.cn-north-1.amazonaws.com.cn/q");
    }

    private List<String> read(String yaml) {
        var found = new ArrayList<Diagnostic>();
        var none = new Fields(Value.Mapping.EMPTY, "metadata.annotations", found);
        kind.read(new SourceFields("event", new Fields(Examples.yaml(yaml), "spec", found), none, new HashMap<>()));
        return found.stream().map(Diagnostic::message).toList();
    }
}
