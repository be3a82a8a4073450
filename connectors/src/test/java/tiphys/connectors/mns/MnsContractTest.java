package tiphys.connectors.mns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HashMap;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tiphys.connectors.http.TakingServer;
import tiphys.connectors.http.TakingServer.Reply;
import tiphys.connectors.http.TakingServer.Taken;
import tiphys.connectors.line.LineSource;
import tiphys.events.Arrival;
import tiphys.events.source.Source;
import tiphys.events.source.SourceContract;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.source.SourceState;
import tiphys.events.source.SourceWorld;
import tiphys.testkit.Eventually;

/// What happens is that a message is sent to a queue, which has it until somebody deletes it.
class MnsContractTest extends SourceContract {
    private static final String ERROR =
            "<?xml version=\"1.0\"?>\n<Error xmlns=\"http://mns.aliyuncs.com/doc/v1/\"><Code>%s</Code><Message>%s</Message></Error>";

    private final TakingServer server = new TakingServer();
    private final TreeMap<Integer, String> queue = new TreeMap<>();
    private final MnsKind kind = new MnsKind(0);
    private String secretKey = "sesame";
    private int sent;

    MnsContractTest() throws IOException {
        super(Thread::startVirtualThread);
        server.answer(this::answer);
    }

    @AfterEach
    void shut() {
        server.close();
    }

    private synchronized Reply answer(Taken taken) {
        if (!taken.header("Authorization").equals("MNS ada:" + proof(taken))) {
            return Reply.of(403, ERROR.formatted("SignatureDoesNotMatch", "The signature does not match."));
        }
        var receipt = "/queues/models/messages?ReceiptHandle=";
        if (taken.path().startsWith(receipt) && taken.method().equals("DELETE")) {
            var known =
                    queue.remove(Integer.parseInt(taken.path().substring(receipt.length()).replace("r%2B", "")))
                            != null;
            return known ? Reply.of(204, "") : Reply.of(404, ERROR.formatted("MessageNotExist", "none"));
        }
        if (taken.path().equals("/queues/models")) {
            return Reply.of(200, "<Queue/>");
        }
        if (queue.isEmpty()) {
            return Reply.of(404, ERROR.formatted("MessageNotExist", "Message not exist."));
        }
        var all = new StringBuilder("<?xml version=\"1.0\"?>\n<Messages xmlns=\"http://mns.aliyuncs.com/doc/v1/\">\n");
        queue.forEach((n, body) ->
                all.append(
                        "<Message>\n<MessageId>m%1$d</MessageId><ReceiptHandle>r+%1$d</ReceiptHandle>\n<MessageBody>%2$s</MessageBody></Message>"
                                .formatted(n, body)));
        return Reply.of(200, all + "</Messages>");
    }

    private static String proof(Taken taken) {
        var signed =
                String.join(
                        "\n",
                        taken.method(),
                        "",
                        "",
                        taken.header("Date"),
                        "x-mns-version:" + taken.header("X-mns-version"),
                        taken.path());
        try {
            var mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec("sesame".getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            return Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized void send(String body) {
        queue.put(++sent, body);
    }

    private synchronized int kept() {
        return queue.size();
    }

    @Override
    protected Source start() {
        var yaml =
                "{endpoint: '%s/', queue: models, accessKey: {name: s, key: k}, secretKey: {name: s, key: s}}"
                        .formatted(server.url());
        var settings = SourceWorld.read(kind, yaml);
        var values = new HashMap<SecretKey, String>();
        settings.secrets().forEach(key -> values.put(key, key.key().equals("k") ? "ada" : secretKey));
        return world.start(kind, settings, values);
    }

    @Override
    protected Source begin() {
        var source = super.begin();
        Eventually.within(SOON, "it listens", () -> ((LineSource) source).isConnected());
        return source;
    }

    @Override
    protected void happen(int n) {
        send(Integer.toString(n));
    }

    @Override
    protected int number(Arrival arrival) {
        return Integer.parseInt(arrival.payload().value().textAt("body").orElseThrow());
    }

    @Override
    protected boolean remembers() {
        return true;
    }

    @Test
    void a_request_is_signed_as_openssl_does() {
        assertThat(
                        new MnsSignature("ada", "sesame")
                                .of(
                                        "GET",
                                        "Wed, 08 Mar 2017 12:00:00 GMT",
                                        "/queues/models/messages?numOfMessages=16&waitseconds=10"))
                .isEqualTo("MNS ada:nNvMy7+JakFSiRjmPVvOuytSHuc=");
    }

    @Test
    void a_message_is_deleted_when_its_event_is_on_disk_and_not_before() {
        begin();
        world.fail();
        happen(1);
        Eventually.within(SOON, "it was tried", () -> world.failures() > 0);
        assertThat(kept()).isEqualTo(1);
        world.mend();
        Eventually.within(
                SOON,
                "it is deleted",
                () -> {
                    pass();
                    return kept() == 0;
                });
        assertThat(world.recorded()).hasSize(1);
    }

    @Test
    void its_payload_is_argos() {
        begin();
        send("&lt;a&gt; &amp;amp; &quot;b&quot; &#65;&#x42;");
        Eventually.within(SOON, "it has come in", () -> !world.recorded().isEmpty());
        assertThat(world.recorded().getFirst().payload().value().textAt("body")).contains("<a> &amp; \"b\" AB");
        assertThat(world.recorded().getFirst().payload().text()).startsWith("{\"messageId\":\"m1\",\"body\":\"");
    }

    @Test
    void wrong_credentials_are_told_without_them() {
        secretKey = "wr0ng";
        try (var source = start()) {
            Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
            assertThat(source.state().problem().orElseThrow())
                    .isEqualTo("127.0.0.1 says 403 SignatureDoesNotMatch: The signature does not match.");
        }
        secretKey = "sesame";
        begin();
    }

    @Test
    void a_server_that_goes_and_comes_back_is_asked_again() throws IOException {
        var source = begin();
        server.stop();
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        happen(1);
        server.start();
        Eventually.within(SOON, "it has come in", () -> !world.recorded().isEmpty());
    }
}
