package tiphys.nats;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tiphys.connectors.broker.Backoff;
import tiphys.connectors.broker.TlsSettings;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings;
import tiphys.events.spec.Fields;
import tiphys.manifest.Value;

/// What a manifest says of the messages of a subject.
///
/// @param url the addresses of servers, with commas between
/// @param queue each message goes to one of those who share it
/// @param consumer what JetStream calls this reader; empty if messages are taken as they pass
record NatsSettings(
        String url,
        String subject,
        Optional<String> queue,
        Optional<String> consumer,
        Backoff backoff,
        Optional<TlsSettings> tls,
        Optional<NatsLogin> login,
        boolean jsonBody,
        Optional<Value.Mapping> metadata)
        implements SourceSettings {
    /// Names the durable consumer by which messages are taken out of JetStream.
    static final String CONSUMER = "tiphys.io/jetstream-consumer";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,128}");
    private static final Pattern SUBJECT = Pattern.compile("[^\\s.]+(\\.[^\\s.]+)*");

    static NatsSettings read(SourceFields event) {
        var fields = event.fields();
        var metadata = fields.at("metadata").json();
        var queue = fields.optional("queue");
        if (queue.filter(String::isBlank).isPresent()) {
            fields.invalid("queue", "must not be empty; leave it away to take every message");
        }
        var consumer = consumer(event);
        if (queue.isPresent() && consumer.isPresent()) {
            fields.invalid("queue", "has no meaning together with the annotation " + CONSUMER);
        }
        return new NatsSettings(
                fields.required("url"),
                subject(fields),
                queue,
                consumer,
                Backoff.read(fields, "connectionBackoff"),
                TlsSettings.read(fields),
                NatsLogin.read(fields),
                fields.truth("jsonBody"),
                metadata.fields().isEmpty() ? Optional.empty() : Optional.of(metadata));
    }

    static String subject(Fields fields) {
        var subject = fields.required("subject");
        if (!subject.isEmpty() && !SUBJECT.matcher(subject).matches()) {
            fields.invalid(
                    "subject", "must be words with points between, such as orders.*.new, not \"" + subject + "\"");
        }
        return subject;
    }

    private static Optional<String> consumer(SourceFields event) {
        var consumer = event.annotations().optional(CONSUMER).filter(name -> !name.isBlank());
        if (consumer.isEmpty()) {
            return consumer;
        }
        var name = consumer.get();
        if (!NAME.matcher(name).matches()) {
            event.annotations().invalid(CONSUMER, "must be letters, digits, '-' and '_', not \"" + name + "\"");
        }
        var other = event.places().putIfAbsent("the consumer " + name + " of JetStream", event.eventName());
        if (other != null && !other.equals(event.eventName())) {
            event.annotations()
                    .invalid(
                            CONSUMER,
                            "names one consumer, and both %s and %s would read by it; put them into objects of their own"
                                    .formatted(other, event.eventName()));
        }
        return consumer;
    }

    @Override
    public List<SecretKey> secrets() {
        var all = new ArrayList<SecretKey>();
        tls.ifPresent(found -> all.addAll(found.secrets()));
        login.ifPresent(found -> all.addAll(found.secrets()));
        return all;
    }

    @Override
    public Value.Mapping shown() {
        return Value.object(
                "subject", subject, "queue", queue.orElse(""), "consumer", consumer.orElse(""), "tls", tls.isPresent());
    }
}
