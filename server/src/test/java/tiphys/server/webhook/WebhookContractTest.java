package tiphys.server.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tiphys.events.Arrival;
import tiphys.events.hook.Registrars;
import tiphys.events.source.Source;
import tiphys.events.source.SourceContract;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.source.SourceWorld;
import tiphys.events.webhook.GithubKind;
import tiphys.manifest.Json;
import tiphys.server.RawHttp;
import tiphys.server.http.Metrics;

/// Signed webhooks over HTTP; what happens is that GitHub sends a push, and sends it again if it was not taken.
class WebhookContractTest extends SourceContract {
    private final WebhookSources door = new WebhookSources(WebhookListeners.Options.LOOPBACK, new Metrics());
    private final GithubKind kind = new GithubKind(door, Registrars.NONE);
    private final int port;
    private String told = "";

    WebhookContractTest() throws IOException {
        super(Thread::startVirtualThread);
        port = FreePort.any();
    }

    @AfterEach
    void closeDoor() {
        door.close();
    }

    @Override
    protected Source start() {
        return world.start(
                kind,
                SourceWorld.read(
                        kind, "{webhookSecret: {name: s, key: k}, webhook: {endpoint: /push, port: '" + port + "'}}"),
                Map.of(new SecretKey("webhookSecret", "s", "k"), "open"));
    }

    @Override
    protected void happen(int n) {
        told = post("{\"n\":" + n + "}", "open", "d" + n);
    }

    private String post(String body, String secret, String delivery) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
            var request =
                    "POST /push HTTP/1.1\r\nHost: localhost:%d\r\nContent-Type: application/json\r\nX-GitHub-Event: push\r\n"
                            + "X-GitHub-Delivery: %s\r\nX-Hub-Signature-256: sha256=%s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s";
            var signature = HexFormat.of().formatHex(mac.doFinal(body.getBytes(UTF_8)));
            var answer = RawHttp.send(port, request.formatted(port, delivery, signature, body.length(), body));
            return answer.status() + " " + answer.body();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            return "no connection";
        }
    }

    @Override
    protected int number(Arrival arrival) {
        return Integer.parseInt(Json.text(arrival.payload().value().find("body", "n").orElseThrow()));
    }

    @Override
    protected boolean remembers() {
        return false;
    }

    @Override
    protected boolean pulls() {
        return false;
    }

    @Override
    protected String told() {
        return told;
    }

    @Test
    void what_is_delivered_again_is_no_second_event() {
        begin();
        happen(1);
        happen(1);
        assertThat(told).isEqualTo("200 success");
        assertThat(world.recorded()).hasSize(1);
        assertThat(world.repeated()).isEqualTo(1);
    }

    @Test
    void a_wrong_signature_is_refused_and_counted_and_no_event() {
        var source = begin();
        assertThat(post("{\"n\":1}", "sesame", "d1")).isEqualTo("400 payload signature check failed");
        assertThat(world.recorded()).isEmpty();
        assertThat(source.refusals().orElseThrow().total()).isEqualTo(1);
        assertThat(source.refusals().orElseThrow().message()).isEqualTo("payload signature check failed");
    }

    @Test
    void the_headers_of_an_event_show_no_signature() {
        begin();
        happen(1);
        assertThat(world.recorded().getFirst().payload().text())
                .contains("\"X-Hub-Signature-256\":[\"*** Masked Auth Secret ***\"]")
                .contains("\"X-Github-Event\":[\"push\"]");
    }

    @Test
    void a_port_is_open_when_all_that_start_together_are_known() {
        door.together(() -> {
            begin();
            assertThat(post("{\"n\":1}", "open", "d1")).isEqualTo("no connection");
        });
        assertThat(post("{\"n\":1}", "open", "d1")).isEqualTo("200 success");
    }

    @Test
    void no_sender_hears_that_there_is_nothing_while_a_port_opens() throws Exception {
        var heard = ConcurrentHashMap.<String>newKeySet();
        var sender =
                Thread.startVirtualThread(() -> {
                    for (int n = 0; !Thread.currentThread().isInterrupted(); n++) {
                        heard.add(post("{\"n\":" + n + "}", "open", "d" + n));
                    }
                });
        for (int round = 0; round < 20; round++) {
            begin().close();
        }
        sender.interrupt();
        sender.join();
        assertThat(heard).noneMatch(answer -> answer.startsWith("404"));
    }
}
