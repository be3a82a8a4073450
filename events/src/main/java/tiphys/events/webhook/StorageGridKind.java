package tiphys.events.webhook;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tiphys.events.hook.Registrars;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings;
import tiphys.events.spec.Fields;
import tiphys.language.gotext.GoJson;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// The type `storageGrid`: what happens to the objects of a bucket of NetApp StorageGRID, which it tells in forms as AWS' SNS takes them, and
/// signs in no way.
public final class StorageGridKind extends SignedKind {
    public StorageGridKind(HttpDoor door, Registrars registrars) {
        super(door, registrars);
    }

    @Override
    public String key() {
        return "storageGrid";
    }

    @Override
    public String type() {
        return "storagegrid";
    }

    @Override
    public String claims() {
        return """
        events.StorageGridEventSource honoured webhook filter metadata
        events.StorageGridEventSource emulated events topicArn bucket authToken apiURL tls : without webhook.url the endpoint and the bucket's notifications are set up by hand, and they have no meaning
        events.StorageGridEventSource ignored region : it has no effect in Argo Events either
        events.StorageGridFilter honoured prefix suffix
        """;
    }

    /// Its `filter` is one of names.
    @Override
    public boolean filtersByExpression() {
        return false;
    }

    @Override
    List<String> secretFields() {
        return List.of();
    }

    @Override
    List<String> registrationSecrets() {
        return List.of("authToken", "tls.caCertSecret", "tls.clientCertSecret", "tls.clientKeySecret");
    }

    @Override
    boolean registers(Fields fields) {
        return true;
    }

    @Override
    public SourceSettings read(SourceFields event) {
        var fields = event.fields();
        for (var field : List.of("topicArn", "bucket", "apiURL")) {
            fields.required(field);
        }
        if (!fields.has("authToken")) {
            fields.required("authToken");
        }
        if (fields.texts("events").isEmpty()) {
            fields.required("events");
        }
        return super.read(event);
    }

    @Override
    Receiver receiver(SignedSettings settings, Map<String, String> secrets) {
        var filter = settings.json().mapAt("filter");
        return new StorageGridReceiver(
                filter.textAt("prefix").orElse(""), filter.textAt("suffix").orElse(""), settings.metadata());
    }

    private record StorageGridReceiver(String prefix, String suffix, Optional<Value.Mapping> metadata)
            implements Receiver {
        @Override
        public Reception receive(Request request) {
            var form = Form.parse(new String(request.body(), StandardCharsets.UTF_8));
            var answer = answer(request.body());
            Value message;
            try {
                message = Json.parse(form.first("Message"));
            } catch (InvalidInput _) {
                // what it sends when somebody makes the endpoint: it wants to hear that all is well
                return new Reception.Answer(answer);
            }
            if (!(message instanceof Value.Mapping read) || !passes(first(read))) {
                return new Reception.Answer(answer);
            }
            var json =
                    "{\"notification\":{\"Action\":%s,\"Message\":%s,\"TopicArn\":%s,\"Version\":%s}%s}"
                            .formatted(
                                    text(form, "Action"),
                                    form.first("Message"),
                                    text(form, "TopicArn"),
                                    text(form, "Version"),
                                    Bodies.metadata(metadata));
            return new Reception.Events(List.of(new Payload(json, identity(first(read)))), answer);
        }

        private static String text(Form form, String field) {
            return GoJson.write(Value.text(form.first(field)));
        }

        private static Optional<Value.Mapping> first(Value.Mapping message) {
            var records = message.listAt("Records");
            return !records.isEmpty() && records.getFirst() instanceof Value.Mapping record
                    ? Optional.of(record)
                    : Optional.empty();
        }

        /// The first record says for all, as in Argo; without a filter one is not needed.
        private boolean passes(Optional<Value.Mapping> record) {
            if (prefix.isEmpty() && suffix.isEmpty()) {
                return true;
            }
            var key = record.flatMap(one -> one.textAt("s3", "object", "key"));
            return key.filter(name -> name.startsWith(prefix) && name.endsWith(suffix)).isPresent();
        }

        /// What happened to one object has a place in the order of all that happened to it.
        private static Optional<String> identity(Optional<Value.Mapping> record) {
            var sequencer = record.flatMap(one -> one.textAt("s3", "object", "sequencer")).orElse("");
            if (record.isEmpty() || sequencer.isEmpty()) {
                return Optional.empty();
            }
            var s3 = record.get().mapAt("s3");
            return Bodies.identity(
                    "storagegrid",
                    String.join(
                            " ",
                            record.get().textAt("eventName").orElse(""),
                            s3.textAt("bucket", "name").orElse(""),
                            sequencer,
                            s3.textAt("object", "key").orElse("")));
        }

        /// As SNS answers; the ids are made of the request.
        private static String answer(byte[] body) {
            if (body.length == 0) {
                return "";
            }
            return """

            <PublishResponse xmlns="http://argoevents-sns-server/">
                <PublishResult>
                    <MessageId>%s</MessageId>
                </PublishResult>
                <ResponseMetadata>
                   <RequestId>%s</RequestId>
                </ResponseMetadata>
            </PublishResponse>
            """
                    .formatted(UUID.nameUUIDFromBytes(body), UUID.nameUUIDFromBytes(Signatures.bytes("request")));
        }
    }
}
