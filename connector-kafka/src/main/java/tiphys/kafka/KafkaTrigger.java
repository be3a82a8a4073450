package tiphys.kafka;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tiphys.connectors.broker.TlsSettings;
import tiphys.events.action.Answer;
import tiphys.events.action.Firing;
import tiphys.events.action.Request;
import tiphys.events.action.TriggerFailed;
import tiphys.events.action.TriggerKind;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.manifest.Value;

/// The type `kafka`: a message to a topic, done when the broker says that it has it. The firing's id goes along as the header
/// [#KEY], by which whoever reads knows a message that was sent twice.
///
/// This class is loaded with the program; the client is when something fires first.
public final class KafkaTrigger implements TriggerKind {
    /// The header that carries the firing's id.
    static final String KEY = "Idempotency-Key";

    private static final Pattern ACKS = Pattern.compile("-1|0|1|");

    private @Nullable Producers producers;

    @Override
    public String key() {
        return "kafka";
    }

    @Override
    public String claims() {
        return """
        events.KafkaTrigger honoured url topic parameters payload requiredAcks compress tls sasl partitioningKey headers secureHeaders
        events.KafkaTrigger emulated version : the client and the broker agree on one; Kafka 2.1 is the oldest
        events.KafkaTrigger emulated flushFrequency : each message is sent at once, for its firing waits for the broker
        events.KafkaTrigger ignored partition : Argo Events does not look at it either
        events.KafkaTrigger refused schemaRegistry : send JSON
        """;
    }

    @Override
    public void check(Fields block) {
        KafkaSettings.url(block);
        KafkaSettings.topic(block);
        TlsSettings.read(block);
        Sasl.read(block);
        if (!block.has("payload")) {
            block.error(Codes.MISSING, "payload", block.path("payload") + " is required, but it is not there");
        }
        if (!ACKS.matcher(block.text("requiredAcks")).matches()) {
            block.invalid("requiredAcks", "must be 1, or -1 for all of those that hold the topic");
        }
    }

    @Override
    public Answer fire(Firing firing, Request request) throws IOException, InterruptedException, TriggerFailed {
        var fields = new Fields(request.block(), "kafka", new ArrayList<>());
        var tls = TlsSettings.read(fields);
        var sasl = Sasl.read(fields);
        var secrets = new HashMap<SecretKey, String>();
        for (var key : tls.map(TlsSettings::secrets).orElse(List.of())) {
            secrets.put(key, secret(request, key));
        }
        for (var key : sasl.map(found -> found.login().secrets()).orElse(List.of())) {
            secrets.put(key, secret(request, key));
        }
        var target =
                new Target(
                        request.text("url"),
                        tls,
                        sasl,
                        secrets,
                        request.text("requiredAcks").equals("1"),
                        request.truth("compress"));
        var headers = headers(request);
        headers.put(KEY, firing.id());
        return producers()
                .send(
                        target,
                        new Outgoing(
                                request.text("topic"),
                                request.block().find("partitioningKey").map(_ -> request.text("partitioningKey")),
                                request.payload(),
                                headers));
    }

    /// Where messages go, and how.
    ///
    /// @param oneIsEnough whether the first broker's word counts, not that of all
    record Target(
            String url,
            Optional<TlsSettings> tls,
            Optional<Sasl> sasl,
            Map<SecretKey, String> secrets,
            boolean oneIsEnough,
            boolean compressed) {
        Target {
            secrets = Map.copyOf(secrets);
        }

        /// Not the secrets' values.
        @Override
        public String toString() {
            return url;
        }
    }

    /// A message.
    record Outgoing(String topic, Optional<String> key, String payload, Map<String, String> headers) {
        Outgoing {
            headers = Map.copyOf(headers);
        }
    }

    private synchronized Producers producers() {
        var there = producers;
        if (there == null) {
            there = new Producers();
            producers = there;
        }
        return there;
    }

    private static String secret(Request request, SecretKey key) throws TriggerFailed {
        return request.secret(Value.object("name", key.name(), "key", key.key()), key.field());
    }

    private static Map<String, String> headers(Request request) throws TriggerFailed {
        var headers = new HashMap<String, String>();
        var plain = request.block().mapAt("headers");
        for (var name : plain.fields().keySet()) {
            headers.put(name, request.text("headers", name));
        }
        for (var secure : request.block().listAt("secureHeaders")) {
            var from = secure.mapAt("valueFrom");
            headers.put(
                    secure.textAt("name").orElse(""),
                    from.find("secretKeyRef").isPresent()
                            ? request.secret(from.mapAt("secretKeyRef"), "secureHeaders")
                            : request.configMap(from.mapAt("configMapKeyRef"), "secureHeaders"));
        }
        return headers;
    }
}
