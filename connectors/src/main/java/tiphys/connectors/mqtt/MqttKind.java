package tiphys.connectors.mqtt;

import java.util.List;
import java.util.Optional;
import tiphys.connectors.broker.Backoff;
import tiphys.connectors.broker.Payload;
import tiphys.connectors.broker.Secrets;
import tiphys.connectors.line.LineFields;
import tiphys.connectors.line.LineKind;
import tiphys.connectors.line.LineSource;
import tiphys.connectors.mqtt.MqttSession.Version;
import tiphys.events.EventData;
import tiphys.events.source.Assignment;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.Surroundings;
import tiphys.events.spec.Fields;
import tiphys.manifest.Value;

/// The type `mqtt`: the messages of a topic filter. Unlike Argo's, the server keeps them while nobody is there, unless an annotation says
/// otherwise.
public final class MqttKind extends LineKind<MqttKind.Settings> {
    /// `1`, the default, or `0`: a message is told at most once, and not kept.
    static final String QUALITY = "tiphys.io/mqtt-qos";

    /// `3`, the default, or `5`.
    static final String VERSION = "tiphys.io/mqtt-version";

    private static final int WAITING = 1_000;

    record Settings(MqttSession session, boolean jsonBody, Backoff backoff, Optional<Value.Mapping> metadata)
            implements SourceSettings {
        @Override
        public List<SecretKey> secrets() {
            return session.secrets();
        }

        @Override
        public Value.Mapping shown() {
            return Value.object(
                    "qos",
                    session.keeps() ? 1 : 0,
                    "version",
                    session.isFive() ? 5 : 3,
                    "clientId",
                    session.clientId());
        }
    }

    /// Found by its name as a service.
    public MqttKind() {
        super(Settings.class);
    }

    @Override
    public String key() {
        return "mqtt";
    }

    @Override
    public String claims() {
        return """
        events.MQTTEventSource honoured url topic clientId connectionBackoff jsonBody tls auth metadata filter
        """;
    }

    @Override
    public SourceSettings read(SourceFields event) {
        var fields = event.fields();
        var annotations = event.annotations();
        var auth = fields.at("auth");
        var server = MqttUrl.read(fields, "url");
        return new Settings(
                new MqttSession(
                        server.scheme(),
                        server.server(),
                        server.tls(),
                        chosen(annotations, VERSION, "3", "5") ? Version.THREE : Version.FIVE,
                        fields.required("clientId"),
                        Secrets.optional(auth, "username"),
                        Secrets.optional(auth, "password"),
                        chosen(annotations, QUALITY, "1", "0"),
                        fields.required("topic")),
                fields.truth("jsonBody"),
                Backoff.read(fields, "connectionBackoff"),
                LineFields.metadata(fields));
    }

    private static boolean chosen(Fields annotations, String name, String standard, String other) {
        var text = annotations.text(name);
        if (!text.isEmpty() && !text.equals(standard) && !text.equals(other)) {
            annotations.invalid(name, "must be " + standard + " or " + other + ", not \"" + text + "\"");
        }
        return !text.equals(other);
    }

    @Override
    protected String addressOf(Settings settings) {
        var session = settings.session();
        return session.url() + " " + session.topicFilter();
    }

    private static EventData message(Settings settings, MqttConnection.Published published) throws MqttLine.NoEvent {
        if (settings.jsonBody()) {
            var complaint = Payload.complaint(published.payload());
            if (complaint.isPresent()) {
                throw new MqttLine.NoEvent(complaint.get());
            }
        }
        return new Payload()
                .with("topic", published.topic())
                .with("messageId", published.id())
                .body("body", published.payload(), settings.jsonBody())
                .of(settings);
    }

    @Override
    protected LineSource.Plan plan(Settings settings, Assignment assignment, Surroundings around) {
        return new LineSource.Plan(
                type(),
                WAITING,
                settings.session().keeps() ? LineSource.Memory.THEIRS : LineSource.Memory.OURS,
                settings.backoff(),
                () ->
                        MqttLine.dial(
                                settings.session(),
                                assignment.secrets(),
                                around,
                                published -> message(settings, published)));
    }
}
