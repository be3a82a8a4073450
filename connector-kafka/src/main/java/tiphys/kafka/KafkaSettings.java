package tiphys.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import tiphys.connectors.broker.Backoff;
import tiphys.connectors.broker.TlsSettings;
import tiphys.events.source.SourceSettings;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.manifest.Value;

/// What a manifest says of the messages of a topic.
///
/// @param url the addresses of brokers, with commas between
/// @param partition the only one that is read; empty if a group reads all of them
/// @param limit how many messages a second are taken at most; 0 if it is not limited
/// @param client settings of the consumer by the client's names
record KafkaSettings(
        String url,
        String topic,
        Optional<Integer> partition,
        Optional<Group> group,
        Backoff backoff,
        Optional<TlsSettings> tls,
        Optional<Sasl> sasl,
        boolean jsonBody,
        int limit,
        Map<String, String> client,
        Optional<Value.Mapping> metadata)
        implements SourceSettings {
    private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^\\s:,/]+):[0-9]{1,5}");
    private static final Pattern VERSION = Pattern.compile("(0\\.)?[0-9]+\\.[0-9]+\\.[0-9]+");
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

    KafkaSettings {
        client = Map.copyOf(client);
    }

    /// A consumer group.
    ///
    /// @param oldest whether it begins with the oldest message if it never read any
    record Group(String name, boolean oldest, String strategy) {
        private static final List<String> STRATEGIES = List.of("range", "roundrobin", "sticky");

        static Optional<Group> read(Fields fields) {
            if (!fields.has("consumerGroup")) {
                return Optional.empty();
            }
            var group = fields.at("consumerGroup");
            var strategy = group.text("rebalanceStrategy");
            if (!STRATEGIES.contains(strategy)) {
                if (!strategy.isEmpty()) {
                    group.warn(
                            "rebalanceStrategy",
                            "%s \"%s\" is none of range, roundrobin and sticky; range is taken, as Argo Events does"
                                    .formatted(group.path("rebalanceStrategy"), strategy));
                }
                strategy = "range";
            }
            return Optional.of(new Group(group.required("groupName"), group.truth("oldest"), strategy));
        }
    }

    static KafkaSettings read(Fields fields) {
        var metadata = fields.at("metadata").json();
        var group = Group.read(fields);
        return new KafkaSettings(
                url(fields),
                topic(fields),
                group.isPresent() ? Optional.empty() : partition(fields),
                group,
                Backoff.read(fields, "connectionBackoff"),
                TlsSettings.read(fields),
                Sasl.read(fields),
                fields.truth("jsonBody"),
                limit(fields),
                ClientSettings.read(fields),
                metadata.fields().isEmpty() ? Optional.empty() : Optional.of(metadata));
    }

    static String url(Fields fields) {
        var url = fields.required("url");
        for (var address : url.split(",", -1)) {
            if (!url.isEmpty() && !ADDRESS.matcher(address.strip()).matches()) {
                fields.invalid("url", "must be addresses such as kafka:9092 with commas between, not \"" + url + "\"");
                break;
            }
        }
        var version = fields.text("version");
        if (!version.isEmpty() && !VERSION.matcher(version).matches()) {
            fields.invalid("version", "must be a version of Kafka such as 2.5.0, not \"" + version + "\"");
        }
        return url;
    }

    static String topic(Fields fields) {
        var topic = fields.required("topic");
        if (!topic.isEmpty() && !TOPIC.matcher(topic).matches()) {
            fields.invalid("topic", "cannot be a topic's name: letters, digits, '.', '_' and '-' are allowed");
        }
        return topic;
    }

    private static Optional<Integer> partition(Fields fields) {
        var text = fields.text("partition");
        if (text.isEmpty()) {
            fields.error(
                    Codes.MISSING,
                    "partition",
                    fields.path() + " needs a consumerGroup, which reads all partitions, or one partition");
            return Optional.of(0);
        }
        var number = number(text);
        if (number.isEmpty() || number.getAsInt() < 0) {
            fields.invalid("partition", "must be a partition's number, not \"" + text + "\"");
        }
        return Optional.of(number.orElse(0));
    }

    private static int limit(Fields fields) {
        var text = fields.text("limitEventsPerSecond");
        var number = text.isEmpty() ? OptionalInt.of(0) : number(text);
        if (number.isEmpty()) {
            fields.invalid("limitEventsPerSecond", "must be a number, not \"" + text + "\"");
        }
        return Math.max(number.orElse(0), 0);
    }

    private static OptionalInt number(String text) {
        try {
            return OptionalInt.of(Integer.parseInt(text));
        } catch (NumberFormatException _) {
            return OptionalInt.empty();
        }
    }

    @Override
    public List<SecretKey> secrets() {
        var all = new ArrayList<SecretKey>();
        tls.ifPresent(found -> all.addAll(found.secrets()));
        sasl.ifPresent(found -> all.addAll(found.login().secrets()));
        return all;
    }

    @Override
    public Value.Mapping shown() {
        return Value.object("topic", topic, "group", group.map(Group::name).orElse(""), "tls", tls.isPresent());
    }
}
