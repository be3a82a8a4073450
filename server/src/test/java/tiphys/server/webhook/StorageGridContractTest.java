package tiphys.server.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLEncoder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tiphys.events.Arrival;
import tiphys.events.hook.Hook;
import tiphys.events.hook.Registrar;
import tiphys.events.source.Source;
import tiphys.events.source.SourceContract;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.source.SourceWorld;
import tiphys.events.webhook.StorageGridKind;
import tiphys.server.RawHttp;
import tiphys.server.http.Metrics;
import tiphys.testkit.Eventually;

/// Notifications over HTTP; what happens is that StorageGRID tells of an object, and tells it again if it was not taken. The endpoint is
/// registered at a StorageGRID that only remembers.
class StorageGridContractTest extends SourceContract {
    private final WebhookSources door = new WebhookSources(WebhookListeners.Options.LOOPBACK, new Metrics());
    private final List<String> registered = new CopyOnWriteArrayList<>();
    private final StorageGridKind kind =
            new StorageGridKind(
                    door, sender -> sender.equals("storageGrid") ? Optional.of(new Grid()) : Optional.empty());
    private final int port;
    private String told = "";

    StorageGridContractTest() throws IOException {
        super(Thread::startVirtualThread);
        port = FreePort.any();
    }

    private final class Grid implements Registrar {
        @Override
        public List<String> places(Hook hook) {
            return List.of("bucket");
        }

        @Override
        public void register(Hook hook, String place, Occasion occasion) {
            registered.add(hook.url() + " " + hook.secret("authToken"));
        }

        @Override
        public void remove(Hook hook, String place) {
            registered.remove(hook.url() + " " + hook.secret("authToken"));
        }
    }

    @AfterEach
    void closeDoor() {
        door.close();
    }

    @Override
    protected Source start() {
        var yaml =
                """
                {topicArn: 'urn:t', bucket: b, apiURL: 'http://grid', events: ['s3:ObjectCreated:*'], filter: {suffix: .csv},
                 authToken: {name: s, key: k}, webhook: {endpoint: /grid, url: 'https://me.example', port: '%d'}}
                """
                        .formatted(port);
        return world.start(kind, SourceWorld.read(kind, yaml), Map.of(new SecretKey("authToken", "s", "k"), "t0k3n"));
    }

    @Override
    protected void happen(int n) {
        told = post(n + ".csv");
    }

    private String post(String key) {
        var message =
                "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"b\"},\"object\":{\"key\":\"%s\",\"sequencer\":\"7\"}}}]}"
                        .formatted(key);
        var body =
                "Action=Publish&Message=" + URLEncoder.encode(message, UTF_8) + "&TopicArn=urn%3At&Version=2010-03-31";
        try {
            var request =
                    "POST /grid HTTP/1.1\r\nHost: localhost:%d\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s";
            var answer = RawHttp.send(port, request.formatted(port, body.length(), body));
            return answer.status() + " " + answer.body();
        } catch (IOException e) {
            return "no connection";
        }
    }

    @Override
    protected int number(Arrival arrival) {
        var records = arrival.payload().value().listAt("notification", "Message", "Records");
        var key = records.getFirst().textAt("s3", "object", "key").orElseThrow();
        return Integer.parseInt(key.substring(0, key.indexOf('.')));
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
    void it_hears_as_from_sns_and_what_the_filter_does_not_let_through_is_no_event() {
        begin();
        happen(1);
        happen(1);
        assertThat(told).startsWith("200 ").contains("</PublishResponse>").endsWith("success");
        assertThat(post("2.txt")).startsWith("200 ").doesNotContain("success");
        assertThat(world.recorded()).hasSize(1);
        assertThat(world.recorded().getFirst().type()).isEqualTo("storagegrid");
    }

    @Test
    void the_endpoint_is_registered_with_the_listeners_url_and_stays_when_the_server_ends() {
        var source = begin();
        Eventually.within(SOON, "it is registered", () -> registered.contains("https://me.example/grid t0k3n"));
        source.close();
        assertThat(registered).isNotEmpty();
    }
}
