package tiphys.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.clients.consumer.StickyAssignor;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import tiphys.connectors.broker.Payload;
import tiphys.events.Arrival;
import tiphys.journal.CursorMove;

/// Reads a topic over one connection: takes what is there, waits until it is on disk, and only then tells the broker and takes more.
/// While it waits it goes on asking, for nothing, so that the group does not think it dead.
final class Reading implements ConsumerRebalanceListener {
    /// So many messages are held at most.
    static final int MOST = 500;

    private static final int MOST_BYTES = 8 << 20;
    private static final Duration ASK = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /// After so long without a message it is looked whether anybody is there.
    private static final Duration SILENCE = Duration.ofSeconds(5);

    private final KafkaSource source;
    private final Topic topic;
    private final KafkaConsumer<byte[], byte[]> consumer;

    /// What is on disk and the broker does not know yet.
    private final Map<TopicPartition, OffsetAndMetadata> recorded = new HashMap<>();

    private long askedAt = System.nanoTime();
    private long heardAt = System.nanoTime();
    private boolean holds;

    Reading(KafkaSource source, Topic topic, KafkaConsumer<byte[], byte[]> consumer) {
        this.source = source;
        this.topic = topic;
        this.consumer = consumer;
    }

    /// A consumer's settings: what the manifest says, else what Argo Events' client does.
    static Map<String, Object> settings(Map<String, Object> connection, KafkaSettings said) {
        var settings = new HashMap<>(connection);
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, "10000");
        settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, "3000");
        settings.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, "60000");
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Integer.toString(MOST_BYTES));
        settings.putAll(said.client());
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Integer.toString(MOST));
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        said.group()
                .ifPresent(group -> {
                    settings.put(ConsumerConfig.GROUP_ID_CONFIG, group.name());
                    settings.put(
                            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                            switch (group.strategy()) {
                                case "sticky" -> StickyAssignor.class.getName();
                                case "roundrobin" -> RoundRobinAssignor.class.getName();
                                default -> RangeAssignor.class.getName();
                            });
                });
        return settings;
    }

    /// Reads until the source is to end.
    ///
    /// @throws KafkaException if the connection broke
    void run() throws InterruptedException {
        var only = source.settings().partition();
        if (only.isPresent()) {
            var partition = new TopicPartition(topic.name(), only.get());
            if (!topic.partitions().contains(only.get())) {
                throw new KafkaException("topic %s has no partition %d".formatted(topic.name(), only.get()));
            }
            consumer.assign(List.of(partition));
            onPartitionsAssigned(List.of(partition));
        } else {
            consumer.subscribe(List.of(topic.name()), this);
        }
        while (!source.isClosed()) {
            next();
        }
    }

    private void next() throws InterruptedException {
        ConsumerRecords<byte[], byte[]> messages;
        try {
            messages = consumer.poll(ASK);
        } catch (OffsetOutOfRangeException e) {
            goOnBehind(e);
            return;
        }
        askedAt = System.nanoTime();
        if (messages.isEmpty()) {
            commit();
            lookWhoIsThere();
            return;
        }
        heardAt = askedAt;
        source.works();
        if (source.settings().limit() == 0) {
            take(StreamSupport.stream(messages.spliterator(), false).toList());
        } else {
            for (var message : messages) {
                if (!source.isClosed()) {
                    take(List.of(message));
                    waitAsking(Duration.ofSeconds(1).dividedBy(source.settings().limit()));
                }
            }
        }
        goOnAsking();
    }

    /// Hands messages in, and returns when they are on disk.
    private void take(List<ConsumerRecord<byte[], byte[]>> messages) throws InterruptedException {
        awaitRecorded();
        var next = new HashMap<TopicPartition, OffsetAndMetadata>();
        var passed = new HashMap<TopicPartition, CursorMove>();
        for (var message : messages) {
            var partition = new TopicPartition(message.topic(), message.partition());
            var move = source.positions().takes(topic, partition, message.offset() + 1);
            next.put(partition, new OffsetAndMetadata(message.offset() + 1));
            try {
                var name = source.assignment().name();
                source.intake()
                        .put(
                                new Arrival(
                                        name.namespace(),
                                        name.eventSource(),
                                        name.eventName(),
                                        "kafka",
                                        Messages.payload(message, source.settings()),
                                        Optional.empty(),
                                        source.now(),
                                        List.of(move)));
                passed.remove(partition);
            } catch (Payload.NotJson e) {
                source.refuse(
                        "message %s of %s was left out: %s".formatted(message.offset(), partition, e.getMessage()));
                passed.put(partition, move);
            }
        }
        awaitRecorded();
        if (!source.isClosed()) {
            if (!passed.isEmpty()) {
                source.around().intake().passOver(List.copyOf(passed.values()), source.now()).join();
            }
            recorded.putAll(next);
            commit();
        }
    }

    /// Waits until nothing is waiting to be on disk.
    private void awaitRecorded() throws InterruptedException {
        while (!source.intake().isEmpty() && !source.isClosed()) {
            source.awaitNews();
            askForNothing();
        }
    }

    private void waitAsking(Duration pause) throws InterruptedException {
        long until = System.nanoTime() + pause.toNanos();
        while (System.nanoTime() < until && !source.isClosed()) {
            source.await(Duration.ofNanos(Math.clamp(until - System.nanoTime(), 1, ASK.toNanos())));
            askForNothing();
        }
    }

    /// Tells the group that it is alive, without taking more.
    private void askForNothing() {
        if (System.nanoTime() - askedAt < ASK.toNanos()) {
            return;
        }
        holds = true;
        consumer.pause(consumer.assignment());
        var unwanted = consumer.poll(Duration.ZERO);
        for (var partition : unwanted.partitions()) {
            consumer.seek(partition, unwanted.records(partition).getFirst().offset());
        }
        askedAt = System.nanoTime();
    }

    private void goOnAsking() {
        if (holds) {
            holds = false;
            consumer.resume(consumer.paused());
        }
    }

    /// The broker learns of it sooner or later; what counts is the journal's own checkpoint.
    private void commit() {
        if (recorded.isEmpty() || source.settings().group().isEmpty()) {
            return;
        }
        var told = Map.copyOf(recorded);
        recorded.clear();
        consumer.commitAsync(
                told,
                (_, failure) -> {
                    if (failure != null) {
                        told.forEach(recorded::putIfAbsent);
                    }
                });
    }

    private void commitNow() {
        if (recorded.isEmpty() || source.settings().group().isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(Map.copyOf(recorded), PATIENCE);
        } catch (KafkaException _) {
            // whoever reads on asks the journal first
        }
        recorded.clear();
    }

    /// A client says nothing while no broker answers it, and goes on by itself when one does: so it is asked, and kept.
    private void lookWhoIsThere() {
        if (System.nanoTime() - heardAt < SILENCE.toNanos()) {
            return;
        }
        try {
            if (consumer.assignment().isEmpty()) {
                consumer.listTopics(SILENCE);
            } else {
                consumer.endOffsets(consumer.assignment(), SILENCE);
            }
            heardAt = System.nanoTime();
            source.works();
        } catch (TimeoutException e) {
            source.isSilent(e);
        }
    }

    /// What the broker let go of before it was read is lost, and told. A place behind the end is one of another topic of the same name,
    /// or of a broker that lost what it had.
    private void goOnBehind(OffsetOutOfRangeException gone) {
        var partitions = gone.offsetOutOfRangePartitions();
        var first = consumer.beginningOffsets(partitions.keySet(), PATIENCE);
        partitions.forEach((partition, place) -> {
            long begin = first.getOrDefault(partition, 0L);
            if (place >= begin) {
                throw new KafkaException(
                        "%s ends before offset %d, which comes next: it was made anew, or lost messages"
                                .formatted(partition, place));
            }
            source.mention(
                    "the broker let go of the messages %d to %d of %s before they were read"
                            .formatted(place, begin - 1, partition));
            consumer.seek(partition, begin);
        });
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        var ends = consumer.endOffsets(partitions, PATIENCE);
        source.positions()
                .at(topic, consumer, partitions)
                .forEach((partition, next) -> {
                    long end = ends.getOrDefault(partition, next);
                    if (next > end) {
                        source.mention(
                                "%s ends at offset %d, and offset %d came next: the broker lost messages"
                                        .formatted(partition, end, next));
                    }
                    consumer.seek(partition, Math.min(next, end));
                });
        if (holds) {
            consumer.pause(partitions);
        }
        heardAt = System.nanoTime();
        source.works();
    }

    /// Called while another of the group waits: what was taken is recorded and told first, if that can be done soon.
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!source.intake().isEmpty() && !source.isClosed() && System.nanoTime() < until) {
                source.awaitNews();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        commitNow();
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        partitions.forEach(recorded::remove);
    }
}
