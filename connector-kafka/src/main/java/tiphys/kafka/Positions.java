package tiphys.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import tiphys.events.source.Surroundings;
import tiphys.journal.CursorMove;

/// Where reading begins and goes on: what is recorded in the journal's own checkpoint counts before what the broker remembers, for the
/// broker learns of it later.
///
/// When a topic is read for the first time, the place of each of its partitions is recorded before anything is read. So a partition
/// that has none later was added since, and is read from its beginning; and a topic that has another id than the recorded one was made
/// anew under the same name, and so is it.
final class Positions {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final KafkaSettings settings;
    private final Surroundings around;

    /// What was handed in in this process and may not be recorded yet: the next offset of each part.
    private final Map<String, Long> handedIn = new HashMap<>();

    Positions(KafkaSettings settings, Surroundings around) {
        this.settings = settings;
        this.around = around;
    }

    /// Records where each partition of a topic begins, if it was never read.
    void begin(Topic topic, Consumer<byte[], byte[]> consumer) {
        var known = around.checkpoint().at(topicPart(topic));
        if (known.isPresent() && known.getAsLong() == topic.id()) {
            return;
        }
        var begins = new HashMap<TopicPartition, Long>();
        if (known.isPresent()) {
            handedIn.clear();
            begins.putAll(consumer.beginningOffsets(topic.all(), PATIENCE));
        } else {
            boolean oldest = settings.group().filter(KafkaSettings.Group::oldest).isPresent();
            begins.putAll(
                    oldest
                            ? consumer.beginningOffsets(topic.all(), PATIENCE)
                            : consumer.endOffsets(topic.all(), PATIENCE));
            begins.putAll(committed(consumer, Set.copyOf(topic.all())));
        }
        var moves = new ArrayList<CursorMove>();
        begins.forEach((partition, next) -> moves.add(behind(topic, partition, next)));
        moves.add(around.checkpoint().to(topicPart(topic), topic.id()));
        around.intake().passOver(moves, around.clock().instant()).join();
    }

    /// Where each of some partitions goes on.
    Map<TopicPartition, Long> at(
            Topic topic, Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
        var committed = committed(consumer, Set.copyOf(partitions));
        var first = consumer.beginningOffsets(partitions, PATIENCE);
        var places = new HashMap<TopicPartition, Long>();
        for (var partition : partitions) {
            var part = part(topic, partition);
            var recorded = around.checkpoint().at(part);
            long next = recorded.isPresent() ? recorded.getAsLong() - 1 : first.getOrDefault(partition, 0L);
            next = Math.max(next, committed.getOrDefault(partition, 0L));
            places.put(partition, Math.max(next, handedIn.getOrDefault(part, 0L)));
        }
        return places;
    }

    private Map<TopicPartition, Long> committed(Consumer<byte[], byte[]> consumer, Set<TopicPartition> partitions) {
        var all = new HashMap<TopicPartition, Long>();
        if (settings.group().isPresent()) {
            for (Map.Entry<TopicPartition, OffsetAndMetadata> one :
                    consumer.committed(partitions, PATIENCE).entrySet()) {
                if (one.getValue() != null) {
                    all.put(one.getKey(), one.getValue().offset());
                }
            }
        }
        return all;
    }

    /// What moves the checkpoint behind a message, which is about to be handed in or passed over.
    ///
    /// @param next the offset after it
    CursorMove takes(Topic topic, TopicPartition partition, long next) {
        handedIn.put(part(topic, partition), next);
        return behind(topic, partition, next);
    }

    /// A cursor is never 0, so it is one more than the next offset.
    private CursorMove behind(Topic topic, TopicPartition partition, long next) {
        return around.checkpoint().to(part(topic, partition), next + 1);
    }

    private String part(Topic topic, TopicPartition partition) {
        return topicPart(topic) + "/" + partition.partition();
    }

    private String topicPart(Topic topic) {
        return topic.cluster() + "/" + settings.group().map(KafkaSettings.Group::name).orElse("") + "/" + topic.name();
    }
}
