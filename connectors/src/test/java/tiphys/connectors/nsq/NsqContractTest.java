package tiphys.connectors.nsq;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.connectors.line.LineSource;
import tiphys.connectors.line.TestCertificates;
import tiphys.connectors.tls.Certificates;
import tiphys.connectors.tls.Certificates.Pem;
import tiphys.events.Arrival;
import tiphys.events.source.Source;
import tiphys.events.source.SourceContract;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceState;
import tiphys.events.source.SourceWorld;
import tiphys.events.spec.Fields;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.testkit.Eventually;

/// What happens is that a message is published.
class NsqContractTest extends SourceContract {
    @TempDir Path directory;

    private final NsqKind kind = new NsqKind();
    private final Nsqd nsqd = new Nsqd(null);
    private String more = "connectionBackoff: {duration: 100ms}";

    NsqContractTest() throws IOException {
        super(Thread::startVirtualThread);
    }

    @AfterEach
    void shut() throws IOException {
        nsqd.close();
    }

    @Override
    protected Source start() {
        var yaml = "{hostAddress: '" + nsqd.lookupd() + "', topic: models, channel: tiphys, " + more + "}";
        return world.start(kind, SourceWorld.read(kind, yaml), Map.of());
    }

    @Override
    protected Source begin() {
        var source = super.begin();
        Eventually.within(SOON, "it listens", () -> ((LineSource) source).isConnected());
        return source;
    }

    @Override
    protected void happen(int n) {
        nsqd.publish(Integer.toString(n).getBytes(StandardCharsets.UTF_8));
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

    /// NSQ promises none.
    @Override
    protected boolean keepsOrder() {
        return false;
    }

    @Test
    void a_message_is_finished_when_its_event_is_on_disk_and_not_before() {
        begin();
        world.fail();
        happen(1);
        Eventually.within(SOON, "it was tried", () -> world.failures() > 0);
        assertThat(nsqd.kept()).isEqualTo(1);
        nsqd.beat();
        Eventually.within(SOON, "it is kept", () -> nsqd.heard().contains("TOUCH 0000000000000001"));
        world.mend();
        Eventually.within(
                SOON,
                "it is finished",
                () -> {
                    pass();
                    return nsqd.kept() == 0;
                });
        assertThat(world.recorded()).hasSize(1);
        assertThat(nsqd.heard()).contains("SUB models tiphys", "NOP", "FIN 0000000000000001");
    }

    @Test
    void its_payload_is_argos() {
        more = "jsonBody: true, metadata: {k: v}";
        begin();
        nsqd.publish("{\"b\":1,\"a\":2}".getBytes(StandardCharsets.UTF_8));
        Eventually.within(SOON, "it has come in", () -> !world.recorded().isEmpty());
        assertThat(world.recorded().getFirst().payload().text())
                .isEqualTo(
                        "{\"body\":{\"b\":1,\"a\":2},\"timestamp\":\"1795420800000000001\",\"nsqdAddress\":\"127.0.0.1:"
                                + nsqd.port()
                                + "\",\"metadata\":{\"k\":\"v\"}}");
    }

    @Test
    void what_is_not_json_is_counted_and_finished() {
        more = "jsonBody: true";
        var source = begin();
        nsqd.publish("no".getBytes(StandardCharsets.UTF_8));
        nsqd.publish("2".getBytes(StandardCharsets.UTF_8));
        Eventually.within(SOON, "both are finished", () -> nsqd.kept() == 0);
        assertThat(world.recorded()).hasSize(1);
        assertThat(source.refusals().orElseThrow().message()).contains("a message is not JSON");
    }

    @Test
    void a_hundred_messages_come_though_only_some_are_sent_at_once() {
        begin();
        for (int n = 1; n <= 100; n++) {
            happen(n);
        }
        Eventually.within(SOON, "all have come in", () -> world.recorded().size() == 100 && nsqd.kept() == 0);
    }

    @Test
    void a_topic_that_nobody_has_yet_is_waited_for() {
        nsqd.hasTopic(false);
        happen(1);
        begin();
        nsqd.hasTopic(true);
        Eventually.within(SOON, "it has come in", () -> !world.recorded().isEmpty());
    }

    @Test
    void a_server_that_goes_and_comes_back_is_heard_again() throws IOException {
        var source = begin();
        nsqd.stop();
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        happen(1);
        nsqd.start();
        Eventually.within(SOON, "it has come in", () -> !world.recorded().isEmpty());
        Eventually.within(SOON, "it runs", () -> source.state() instanceof SourceState.Running);
    }

    @Test
    void with_tls_the_servers_certificate_is_looked_at() throws Exception {
        var certificates = new TestCertificates(directory);
        var own =
                Certificates.context(
                        Optional.empty(),
                        Optional.of(new Pem("server.pem", certificates.text("server.pem"))),
                        Optional.of(new Pem("server.key", certificates.text("server.key"))),
                        false);
        try (var secure = new Nsqd(own)) {
            var yaml = "{hostAddress: '%s', topic: models, channel: c, tls: {%s}}";
            var right = yaml.formatted(secure.lookupd(), "caCertSecret: {name: s, key: ca}");
            var settings = SourceWorld.read(kind, right);
            var secrets = Map.of(settings.secrets().getFirst(), certificates.text("ca.pem"));
            try (var source = (LineSource) world.start(kind, settings, secrets)) {
                Eventually.within(SOON, "it listens", source::isConnected);
                secure.publish("1".getBytes(StandardCharsets.UTF_8));
                Eventually.within(SOON, "it has come in", () -> !world.recorded().isEmpty());
            }
            var unknown = SourceWorld.read(kind, yaml.formatted(secure.lookupd(), "enabled: true"));
            try (var source = world.start(kind, unknown, Map.of())) {
                Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
                assertThat(source.state().problem().orElseThrow()).contains("certification path");
            }
        }
    }

    @Test
    void names_that_nsq_would_not_take_are_told() {
        var found = new ArrayList<Diagnostic>();
        var json = (Value.Mapping) Json.parse("{\"hostAddress\":\"a\",\"topic\":\"a b\",\"channel\":\"ok#ephemeral\"}");
        var none = new Fields(Value.Mapping.EMPTY, "metadata.annotations", found);
        kind.read(new SourceFields("event", new Fields(json, "spec.nsq.event", found), none, new HashMap<>()));
        assertThat(found).hasSize(1);
        assertThat(found.getFirst().message()).contains("spec.nsq.event.topic must be a name");
    }
}
