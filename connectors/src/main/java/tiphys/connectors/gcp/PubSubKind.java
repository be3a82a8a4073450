package tiphys.connectors.gcp;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tiphys.connectors.broker.Backoff;
import tiphys.connectors.broker.Secrets;
import tiphys.connectors.line.LineFields;
import tiphys.connectors.line.LineKind;
import tiphys.connectors.line.LineSource;
import tiphys.events.source.Assignment;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.Surroundings;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.language.gotext.GoJson;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// The type `pubSub`: the messages of a subscription of Google's Pub/Sub. Topic and subscription are made if they are not there.
public final class PubSubKind extends LineKind<PubSubKind.Settings> {
    private final Duration deadline;
    private final Optional<String> emulator;

    /// A kind as it is served.
    public PubSubKind() {
        this(
                Duration.ofMinutes(1),
                Optional.ofNullable(System.getenv("PUBSUB_EMULATOR_HOST")).filter(host -> !host.isEmpty()));
    }

    /// @param deadline when a message that is not acknowledged comes again
    /// @param emulator host and port of a server that lets everybody in, instead of Google's
    PubSubKind(Duration deadline, Optional<String> emulator) {
        super(Settings.class);
        this.deadline = deadline;
        this.emulator = emulator;
    }

    /// @param topic empty if the subscription is there already
    record Settings(
            String project,
            String topicProject,
            String topic,
            String subscription,
            Optional<SecretKey> credentials,
            boolean jsonBody,
            Optional<Value.Mapping> metadata)
            implements SourceSettings {
        @Override
        public List<SecretKey> secrets() {
            return credentials.stream().toList();
        }

        @Override
        public Value.Mapping shown() {
            return Value.object("project", project, "topic", topic, "subscription", subscription);
        }
    }

    @Override
    public String key() {
        return "pubSub";
    }

    @Override
    public String type() {
        return "pubsub";
    }

    @Override
    public String claims() {
        return """
        events.PubSubEventSource honoured topicProjectID topic subscriptionID jsonBody metadata filter
        events.PubSubEventSource emulated projectID credentialSecret : Google itself was not asked, but its emulator
        events.PubSubEventSource ignored deleteSubscriptionOnFinish : the subscription stays, for a restart would lose what came meanwhile
        """;
    }

    @Override
    public SourceSettings read(SourceFields event) {
        var fields = event.fields();
        var topic = fields.text("topic");
        var subscription = fields.text("subscriptionID");
        if (topic.isEmpty() && subscription.isEmpty()) {
            fields.error(Codes.MISSING, "topic", fields.path() + " needs a topic, a subscriptionID, or both of them");
        }
        var project = fields.required("projectID");
        var topicProject = fields.text("topicProjectID");
        return new Settings(
                name(fields, "projectID", project),
                topicProject.isEmpty() ? project : name(fields, "topicProjectID", topicProject),
                name(fields, "topic", topic),
                subscription.isEmpty()
                        ? event.eventName() + "-" + hash(event.eventName() + asGoWritesIt(fields))
                        : name(fields, "subscriptionID", subscription),
                Secrets.optional(fields, "credentialSecret"),
                fields.truth("jsonBody"),
                LineFields.metadata(fields));
    }

    private static String name(Fields fields, String field, String text) {
        if (!text.matches("[A-Za-z0-9._~+%:-]*")) {
            fields.invalid(field, "must be a name of Google Cloud, not \"" + text + "\"");
        }
        return text;
    }

    /// The event's fields as Argo hashes them, so that its subscription is found again.
    private static String asGoWritesIt(Fields fields) {
        var json = new StringBuilder("{");
        for (var field :
                List.of(
                        "projectID",
                        "topicProjectID",
                        "topic",
                        "subscriptionID",
                        "credentialSecret",
                        "deleteSubscriptionOnFinish",
                        "jsonBody",
                        "metadata",
                        "filter")) {
            var found = fields.json().find(field).filter(value -> !value.equals(Value.bool(false)));
            if (found.isPresent() && !found.get().equals(Value.text(""))) {
                var written =
                        field.equals("credentialSecret")
                                ? Value.object(
                                        "name", fields.at(field).text("name"), "key", fields.at(field).text("key"))
                                : found.get();
                json.append(json.length() == 1 ? "" : ",").append('"').append(field).append("\":");
                json.append(
                        written instanceof Value.Mapping && field.equals("credentialSecret")
                                ? Json.write(written)
                                : GoJson.write(written));
            }
        }
        return json + "}";
    }

    /// FNV-1a of 32 bits.
    private static String hash(String text) {
        int hash = 0x811c9dc5;
        for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (one & 0xff)) * 0x01000193;
        }
        return Integer.toUnsignedString(hash);
    }

    @Override
    protected String addressOf(Settings google) {
        return "projects/" + google.project() + "/subscriptions/" + google.subscription();
    }

    @Override
    protected LineSource.Plan plan(Settings settings, Assignment assignment, Surroundings around) {
        return new LineSource.Plan(
                type(),
                PubSubLine.AT_ONCE,
                LineSource.Memory.THEIRS,
                Backoff.STANDARD,
                () -> PubSubLine.dial(settings, assignment.secrets(), deadline, emulator));
    }
}
