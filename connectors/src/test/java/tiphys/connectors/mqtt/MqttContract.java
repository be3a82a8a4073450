package tiphys.connectors.mqtt;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import tiphys.connectors.line.LineSource;
import tiphys.events.Arrival;
import tiphys.events.source.Source;
import tiphys.events.source.SourceContract;
import tiphys.events.source.SourceKind;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.SourceWorld;
import tiphys.testkit.Eventually;

/// What happens is that a message is published.
abstract class MqttContract extends SourceContract {
    final MqttKind kind = new MqttKind();

    @TempDir Path directory;
    RealMosquitto mosquitto;
    String more = "";
    String topic = "t/+";

    private final MqttSession.Version version;
    private final boolean keeps;

    MqttContract(MqttSession.Version version, boolean keeps) {
        super(Thread::startVirtualThread);
        this.version = version;
        this.keeps = keeps;
    }

    @BeforeEach
    void open() {
        mosquitto = new RealMosquitto(directory, "");
    }

    @AfterEach
    void end() {
        if (mosquitto != null) {
            mosquitto.close();
        }
    }

    @Override
    protected Source start() {
        return world.start(kind, settings(), secrets());
    }

    Map<SourceSettings.SecretKey, String> secrets() {
        return Map.of();
    }

    /// As annotations would have it.
    private MqttKind.Settings settings() {
        var read =
                (MqttKind.Settings)
                        SourceWorld.read(
                                (SourceKind) kind,
                                "{url: '%s', topic: '%s', clientId: tiphys%s}".formatted(mosquitto.url(), topic, more));
        var session = read.session();
        return new MqttKind.Settings(
                new MqttSession(
                        session.scheme(),
                        session.server(),
                        session.tls(),
                        version,
                        session.clientId(),
                        session.username(),
                        session.password(),
                        keeps,
                        session.topicFilter()),
                read.jsonBody(),
                read.backoff(),
                read.metadata());
    }

    @Override
    protected Source begin() {
        var source = super.begin();
        Eventually.within(SOON, "it listens", () -> ((LineSource) source).isConnected());
        return source;
    }

    @Override
    protected void happen(int n) {
        mosquitto.publish("t/a", Integer.toString(n));
    }

    @Override
    protected int number(Arrival arrival) {
        var body = arrival.payload().value().textAt("body").orElseThrow();
        return Integer.parseInt(new String(Base64.getDecoder().decode(body), StandardCharsets.UTF_8));
    }

    @Override
    protected boolean remembers() {
        return keeps;
    }

    List<String> payloads(int count) {
        Eventually.within(
                SOON,
                count + " have come in",
                () -> {
                    pass();
                    return world.recorded().size() >= count;
                });
        return world.recorded().stream().map(one -> one.payload().text()).toList();
    }
}
