package tiphys.connectors.mqtt;

import java.util.List;
import java.util.Optional;
import tiphys.connectors.broker.Backoff;
import tiphys.connectors.broker.Payload;
import tiphys.connectors.broker.Secrets;
import tiphys.connectors.line.LineFields;
import tiphys.connectors.line.LineKind;
import tiphys.connectors.line.LineSource;
import tiphys.events.EventData;
import tiphys.events.source.Assignment;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.Surroundings;
import tiphys.manifest.Value;

/// The type `emitter`: the messages of a channel. Emitter speaks MQTT, with the channel's key before the channel; it keeps nothing for who
/// does not listen.
public final class EmitterKind extends LineKind<EmitterKind.Settings> {
    private static final int WAITING = 1_000;

    record Settings(
            MqttSession session, String channel, boolean jsonBody, Backoff backoff, Optional<Value.Mapping> metadata)
            implements SourceSettings {
        @Override
        public List<SecretKey> secrets() {
            return session.secrets();
        }

        /// Not the channel's key.
        @Override
        public String toString() {
            return "emitter " + session.url() + " " + channel;
        }
    }

    /// Found by its name as a service.
    public EmitterKind() {
        super(Settings.class);
    }

    @Override
    public String key() {
        return "emitter";
    }

    @Override
    public String claims() {
        return """
        events.EmitterEventSource emulated broker channelKey channelName username password connectionBackoff jsonBody tls metadata filter : not run against the real thing, but against an MQTT server
        """;
    }

    @Override
    public SourceSettings read(SourceFields event) {
        var fields = event.fields();
        var server = MqttUrl.read(fields, "broker");
        var channel = fields.required("channelName");
        var filter = fields.required("channelKey") + "/" + channel + (channel.endsWith("/") ? "" : "/");
        return new Settings(
                new MqttSession(
                        server.scheme(),
                        server.server(),
                        server.tls(),
                        MqttSession.Version.THREE,
                        "",
                        Secrets.optional(fields, "username"),
                        Secrets.optional(fields, "password"),
                        false,
                        filter),
                channel,
                fields.truth("jsonBody"),
                Backoff.read(fields, "connectionBackoff"),
                LineFields.metadata(fields));
    }

    @Override
    protected String addressOf(Settings emitter) {
        return emitter.session().url() + " " + emitter.channel();
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
                .body("body", published.payload(), settings.jsonBody())
                .of(settings);
    }

    @Override
    protected LineSource.Plan plan(Settings settings, Assignment assignment, Surroundings around) {
        return new LineSource.Plan(
                type(),
                WAITING,
                LineSource.Memory.OURS,
                settings.backoff(),
                () ->
                        MqttLine.dial(
                                settings.session(),
                                assignment.secrets(),
                                around,
                                published -> message(settings, published)));
    }
}
