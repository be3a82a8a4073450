package tiphys.kafka;

import tiphys.events.source.Assignment;
import tiphys.events.source.Source;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceKind;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.Surroundings;

/// The type `kafka`: messages of one topic, of all its partitions by a consumer group, or of one partition.
///
/// This class and [KafkaSettings] are loaded with the program; the client is when the first source starts.
public final class KafkaKind implements SourceKind {
    @Override
    public String key() {
        return "kafka";
    }

    @Override
    public String claims() {
        return """
        events.KafkaEventSource honoured url topic partition consumerGroup connectionBackoff tls sasl jsonBody metadata limitEventsPerSecond filter
        events.KafkaEventSource emulated version : the client and the broker agree on one; Kafka 2.1 is the oldest
        events.KafkaEventSource emulated config : the settings that a consumer has, in the words that Argo Events reads; others are refused by name
        events.KafkaEventSource refused schemaRegistry : take the bytes, or send JSON
        events.KafkaConsumerGroup honoured groupName oldest rebalanceStrategy
        """;
    }

    @Override
    public SourceSettings read(SourceFields event) {
        return KafkaSettings.read(event.fields());
    }

    @Override
    public String address(SourceSettings settings) {
        var kafka = (KafkaSettings) settings;
        return "kafka://%s/%s".formatted(kafka.url(), kafka.topic())
                + kafka.partition().map(number -> " partition " + number).orElse("")
                + kafka.group().map(group -> " as " + group.name()).orElse("");
    }

    @Override
    public Source start(Assignment assignment, Surroundings around) {
        return new KafkaSource(assignment, around).start();
    }
}
