package tiphys.connectors.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tiphys.connectors.line.LineSource;
import tiphys.connectors.line.TestCertificates;
import tiphys.events.Examples;
import tiphys.events.source.Source;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.source.SourceState;
import tiphys.events.source.SourceWorld;
import tiphys.events.spec.Fields;
import tiphys.manifest.Diagnostic;
import tiphys.testkit.Eventually;

/// Version 3.1.1 of the protocol, and what does not depend on it.
class MqttContractTest extends MqttContract {
    private final Map<SecretKey, String> secrets = new HashMap<>();

    MqttContractTest() {
        super(MqttSession.Version.THREE, true);
    }

    @Override
    Map<SecretKey, String> secrets() {
        return secrets;
    }

    @Test
    void bytes_are_in_base64_with_the_topic_that_they_came_on() {
        more = ", metadata: {k: v}";
        begin();
        mosquitto.publish("t/b", "{\"a\": 1}");
        assertThat(payloads(1))
                .containsExactly(
                        """
                        {"topic":"t/b","messageId":1,"body":"eyJhIjogMX0=","metadata":{"k":"v"}}\
                        """);
    }

    @Test
    void json_is_json_and_what_is_none_is_turned_away_and_does_not_come_again() {
        more = ", jsonBody: true";
        var source = begin();
        mosquitto.publish("t/b", "nonsense");
        mosquitto.publish("t/b", "{\"a\": 1.0}");
        assertThat(payloads(1)).containsExactly("{\"topic\":\"t/b\",\"messageId\":2,\"body\":{\"a\":1.0}}");
        assertThat(source.refusals().orElseThrow().message()).startsWith("a message is not JSON");
        source.close();
        begin();
        mosquitto.publish("t/b", "3");
        assertThat(payloads(2).getLast()).endsWith("\"body\":3}");
        assertThat(source.refusals().orElseThrow().total()).isEqualTo(1);
    }

    @Test
    void what_is_retained_is_told_once() {
        mosquitto.retain("t/r", "1");
        var source = begin();
        payloads(1);
        source.close();
        begin();
        happen(2);
        payloads(2);
        assertThat(world.recorded()).extracting(this::number).containsExactly(1, 2);
    }

    @Test
    void another_topic_is_asked_for_anew() {
        begin().close();
        happen(1);
        var first = begin();
        payloads(1);
        first.close();
        topic = "u/+";
        begin();
        mosquitto.publish("t/a", "2");
        mosquitto.publish("u/a", "3");
        payloads(2);
        assertThat(world.recorded()).extracting(this::number).containsExactly(1, 3);
    }

    @Test
    void a_server_that_goes_and_comes_back_is_heard_again() {
        var source = begin();
        happen(1);
        payloads(1);
        mosquitto.server.kill();
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        mosquitto.server.start();
        Eventually.within(SOON, "it listens", () -> ((LineSource) source).isConnected());
        happen(2);
        payloads(2);
        assertThat(world.recorded()).extracting(this::number).containsExactly(1, 2);
    }

    @Test
    void wrong_credentials_are_told_and_right_ones_work() {
        mosquitto.close();
        var passwords = RealMosquitto.passwords(directory, "ada", "right");
        mosquitto = new RealMosquitto(directory, "password_file " + passwords);
        more = ", auth: {username: {name: m, key: u}, password: {name: m, key: p}}";
        var at = "spec.mqtt.event.auth.";
        secrets.put(new SecretKey(at + "username", "m", "u"), "ada");
        secrets.put(new SecretKey(at + "password", "m", "p"), "wrong");
        var source = start();
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        assertThat(source.state().problem().orElseThrow()).contains("refuses the connection: not authorized");
        source.close();
        secrets.put(new SecretKey(at + "password", "m", "p"), "right");
        begin();
    }

    @Test
    void tls_is_done_where_the_url_says_so() {
        var certificates = new TestCertificates(directory);
        mosquitto.close();
        mosquitto =
                new RealMosquitto(
                        directory,
                        "certfile %s\nkeyfile %s"
                                .formatted(certificates.file("server.pem"), certificates.file("server.key")));
        var settings =
                (MqttKind.Settings)
                        SourceWorld.read(
                                kind,
                                "{url: 'ssl://127.0.0.1:%d', topic: t, clientId: c, tls: {caCertSecret: {name: n, key: k}}}"
                                        .formatted(mosquitto.server.port()));
        var authority = Map.of(settings.secrets().getFirst(), certificates.text("ca.pem"));
        Source source = world.start(kind, settings, authority);
        Eventually.within(SOON, "it listens", () -> ((LineSource) source).isConnected());
        source.close();
    }

    @Test
    void emitter_is_heard_behind_its_channels_key() {
        var emitter = new EmitterKind();
        var settings =
                SourceWorld.read(
                        emitter,
                        "{broker: '%s', channelKey: KEY, channelName: c/d, jsonBody: true}".formatted(mosquitto.url()));
        assertThat(emitter.address(settings)).isEqualTo(mosquitto.url() + " c/d");
        assertThat(settings.toString()).doesNotContain("KEY");
        try (var source = (LineSource) world.start(emitter, settings)) {
            Eventually.within(SOON, "it listens", source::isConnected);
            mosquitto.publish("KEY/c/d/", "{}");
            assertThat(payloads(1)).containsExactly("{\"topic\":\"KEY/c/d/\",\"body\":{}}");
        }
    }

    @Test
    void what_cannot_be_is_told() {
        assertThat(read("{url: 'amqp://x', clientId: c}", "{tiphys.io/mqtt-qos: '2'}"))
                .containsExactly(
                        "must be a URL such as tcp://mqtt.example:1883 or ssl://mqtt.example:8883, not \"amqp://x\"",
                        "metadata.annotations.tiphys.io/mqtt-qos must be 1 or 0, not \"2\"",
                        "spec.topic is required, but it is not there");
        assertThat(read("{url: 'tcp://x', clientId: c, topic: t, tls: {enabled: true}}", "{}"))
                .containsExactly("spec.tls has no effect with tcp:// in url, as in Argo");
        assertThat(read("{url: 'tcp://x', clientId: c, topic: t}", "{tiphys.io/mqtt-version: '5'}")).isEmpty();
    }

    private List<String> read(String yaml, String annotations) {
        var found = new ArrayList<Diagnostic>();
        var fields = new Fields(Examples.yaml(yaml), "spec", found);
        var noted = new Fields(Examples.yaml(annotations), "metadata.annotations", found);
        kind.read(new SourceFields("event", fields, noted, new HashMap<>()));
        return found.stream().map(one -> one.message().replace("spec.url must", "must")).toList();
    }
}
