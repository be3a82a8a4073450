package tiphys.connectors.amqp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.connectors.broker.Backoff;
import tiphys.connectors.broker.Secrets;
import tiphys.connectors.broker.TlsSettings;
import tiphys.connectors.line.LineFields;
import tiphys.events.source.SourceSettings;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

/// What a manifest says of an event of an AMQP server.
///
/// @param url empty if a Secret has it
record AmqpSettings(
        Optional<AmqpUrl> url,
        Optional<SecretKey> urlSecret,
        Optional<TlsSettings> tls,
        Optional<SecretKey> username,
        Optional<SecretKey> password,
        Exchange exchange,
        Queue queue,
        boolean bindNoWait,
        Consume consume,
        boolean jsonBody,
        Backoff backoff,
        Optional<Value.Mapping> metadata)
        implements SourceSettings {
    private static final int LONGEST = 255;

    /// How the exchange is declared, and what of it is bound.
    record Exchange(
            String name,
            String type,
            String routingKey,
            boolean durable,
            boolean autoDelete,
            boolean internal,
            boolean noWait) {}

    /// How the queue is declared, also with arguments of its server's own; a queue without a name gets one from the server, and goes with the connection.
    record Queue(
            String name,
            boolean durable,
            boolean autoDelete,
            boolean exclusive,
            boolean noWait,
            Value.Mapping arguments) {}

    /// How messages are taken.
    ///
    /// @param autoAck whether the server forgets a message when it has sent it
    record Consume(String tag, boolean autoAck, boolean exclusive, boolean noLocal, boolean noWait) {}

    static AmqpSettings read(Fields fields) {
        var auth = fields.at("auth");
        var url = url(fields);
        var tls = TlsSettings.read(fields);
        if (tls.isPresent() && url.isPresent() && !url.get().secure()) {
            fields.warn("tls", fields.path("tls") + " has no effect with amqp:// in url, as in Argo");
        }
        return new AmqpSettings(
                url,
                Secrets.optional(fields, "urlSecret"),
                tls,
                Secrets.optional(auth, "username"),
                Secrets.optional(auth, "password"),
                exchange(fields),
                queue(fields),
                fields.at("queueBind").truth("noWait"),
                consume(fields),
                fields.truth("jsonBody"),
                Backoff.read(fields, "connectionBackoff"),
                LineFields.metadata(fields));
    }

    private static Optional<AmqpUrl> url(Fields fields) {
        if (fields.has("url") == fields.has("urlSecret")) {
            fields.error(Codes.MISSING, "url", fields.path() + " needs one of url and urlSecret, and not both of them");
            return Optional.empty();
        }
        if (!fields.has("url")) {
            return Optional.empty();
        }
        var url = AmqpUrl.parse(fields.text("url"));
        if (url.isEmpty()) {
            fields.invalid("url", "must be a URL such as amqp://rabbit.example:5672/vhost");
        }
        return url;
    }

    private static Exchange exchange(Fields fields) {
        var declare = fields.at("exchangeDeclare");
        return new Exchange(
                text(fields, "exchangeName", false),
                text(fields, "exchangeType", true),
                text(fields, "routingKey", true),
                !fields.has("exchangeDeclare") || declare.truth("durable"),
                declare.truth("autoDelete"),
                declare.truth("internal"),
                declare.truth("noWait"));
    }

    private static Queue queue(Fields fields) {
        var declare = fields.at("queueDeclare");
        return new Queue(
                text(declare, "name", false),
                declare.truth("durable"),
                declare.truth("autoDelete"),
                !fields.has("queueDeclare") || declare.truth("exclusive"),
                declare.truth("noWait"),
                arguments(declare));
    }

    private static Value.Mapping arguments(Fields declare) {
        var text = declare.text("arguments");
        if (text.isBlank()) {
            return Value.Mapping.EMPTY;
        }
        try {
            var documents = Yaml.parse(text.getBytes(StandardCharsets.UTF_8), "arguments");
            if (documents.size() == 1 && documents.getFirst() instanceof Value.Mapping table) {
                return table;
            }
            declare.invalid("arguments", "must be an object in YAML");
        } catch (InvalidInput e) {
            declare.invalid("arguments", "is not YAML: " + e.getMessage());
        }
        return Value.Mapping.EMPTY;
    }

    private static Consume consume(Fields fields) {
        var consume = fields.at("consume");
        return new Consume(
                text(consume, "consumerTag", false),
                consume.truth("autoAck"),
                consume.truth("exclusive"),
                consume.truth("noLocal"),
                consume.truth("noWait"));
    }

    private static String text(Fields fields, String field, boolean required) {
        var text = required ? fields.required(field) : fields.text(field);
        if (text.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            fields.invalid(field, "must have " + LONGEST + " bytes at most");
            return "";
        }
        return text;
    }

    @Override
    public List<SecretKey> secrets() {
        var all = new ArrayList<SecretKey>(urlSecret.stream().toList());
        username.ifPresent(all::add);
        password.ifPresent(all::add);
        tls.ifPresent(found -> all.addAll(found.secrets()));
        return all;
    }

    @Override
    public Value.Mapping shown() {
        return Value.object("exchange", exchange.name(), "routingKey", exchange.routingKey(), "queue", queue.name());
    }
}
