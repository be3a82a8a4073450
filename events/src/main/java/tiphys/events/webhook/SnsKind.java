package tiphys.events.webhook;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.events.hook.Registrars;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings;
import tiphys.events.spec.Fields;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// The type `sns`: notifications of AWS' Simple Notification Service. A subscription is confirmed, whoever made it; it is made here where `webhook.url` is given.
/// With `validateSignature` a notification must be signed by AWS, in either version of its signatures, and be of the topic.
public final class SnsKind extends SignedKind {
    private final HttpDoor door;
    private final SnsSignature signature;

    public SnsKind(HttpDoor door, Registrars registrars) {
        super(door, registrars);
        this.door = door;
        this.signature = new SnsSignature(door);
    }

    @Override
    public String key() {
        return "sns";
    }

    @Override
    public String claims() {
        return """
        events.SNSEventSource honoured webhook topicArn region validateSignature endpoint metadata filter
        events.SNSEventSource emulated accessKey secretKey roleARN : without webhook.url the subscription is made by hand, and they have no meaning
        """;
    }

    @Override
    List<String> secretFields() {
        return List.of();
    }

    @Override
    List<String> registrationSecrets() {
        return List.of("accessKey", "secretKey");
    }

    /// AWS lets one in by what the process has, too.
    @Override
    boolean registers(Fields fields) {
        return true;
    }

    /// Argo Events does it always.
    @Override
    boolean goesAtTheEnd(Value.Mapping json) {
        return true;
    }

    @Override
    public SourceSettings read(SourceFields event) {
        var fields = event.fields();
        fields.required("topicArn");
        var region = fields.required("region");
        if (!region.isEmpty() && !region.matches("[a-z0-9-]{1,40}")) {
            fields.invalid("region", "must be a region such as eu-west-1, not \"" + region + "\"");
        }
        var endpoint = fields.text("endpoint");
        if (!endpoint.isEmpty() && !endpoint.matches("https?://[^\\s?#]+")) {
            fields.invalid("endpoint", "must be a URL such as http://localhost:4566, not \"" + endpoint + "\"");
        }
        return super.read(event);
    }

    @Override
    Receiver receiver(SignedSettings settings, Map<String, String> secrets) {
        return new SnsReceiver(
                settings.json().textAt("topicArn").orElse(""),
                service(settings.json()),
                settings.json().find("validateSignature").filter(Value.bool(true)::equals).isPresent(),
                settings.metadata(),
                signature,
                door);
    }

    private static String service(Value.Mapping json) {
        var given = json.textAt("endpoint").orElse("");
        var region = json.textAt("region").orElse("");
        var aws = "https://sns." + region + ".amazonaws.com" + (region.startsWith("cn-") ? ".cn" : "");
        return (given.isEmpty() ? aws : given).replaceFirst("/+$", "");
    }

    /// @param service where a subscription is confirmed; what a request says of that is not believed
    private record SnsReceiver(
            String topic,
            String service,
            boolean checked,
            Optional<Value.Mapping> metadata,
            SnsSignature signature,
            HttpDoor door)
            implements Receiver {
        @Override
        public Reception receive(Request request) {
            Value.Mapping message;
            try {
                if (!(Json.parse(Bodies.text(request.body())) instanceof Value.Mapping object)) {
                    return new Reception.Refusal(400, "bad request, not a valid SNS notification", false);
                }
                message = object;
            } catch (InvalidInput e) {
                return new Reception.Refusal(400, "bad request, not a valid SNS notification", false);
            }
            if (checked) {
                var unproved = unproved(message, request);
                if (unproved.isPresent()) {
                    return new Reception.Refusal(400, unproved.get(), true);
                }
            }
            return switch (message.textAt("Type").orElse("")) {
                case "Notification" ->
                        Bodies.one(
                                Bodies.enveloped("header", request, Bodies.text(request.body()), metadata),
                                Bodies.identity("sns", message.textAt("MessageId").orElse("")));
                case "SubscriptionConfirmation" -> confirm(message.textAt("Token").orElse(""));
                default -> new Reception.Answer("");
            };
        }

        private Optional<String> unproved(Value.Mapping message, Request request) {
            if (!message.textAt("TopicArn").orElse("").equals(topic)) {
                return Optional.of("the message is of another topic");
            }
            return signature.complaint(message, request.at());
        }

        private Reception confirm(String token) {
            var question = new HashMap<String, String>();
            question.put("Action", "ConfirmSubscription");
            question.put("Version", "2010-03-31");
            question.put("TopicArn", topic);
            question.put("Token", token);
            try {
                door.get(service + "/", question);
                return new Reception.Answer("");
            } catch (HttpDoor.NotGot e) {
                return new Reception.Refusal(400, "the subscription could not be confirmed: " + e.words(), false);
            }
        }

        @Override
        public String toString() {
            return "sns";
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof SnsReceiver that
                    && topic.equals(that.topic)
                    && service.equals(that.service)
                    && checked == that.checked
                    && metadata.equals(that.metadata);
        }

        @Override
        public int hashCode() {
            return topic.hashCode();
        }
    }
}
