package tiphys.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;

/// A topic as its cluster knows it.
///
/// @param cluster the cluster's own id; empty if it has none
/// @param id the topic's own, which one that is made later under the same name has not; never 0
record Topic(String cluster, String name, long id, List<Integer> partitions) {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    Topic {
        partitions = List.copyOf(partitions);
    }

    /// Asks the brokers.
    ///
    /// @throws KafkaException what they said, or that none answered
    static Topic ask(Map<String, Object> settings, String name) throws InterruptedException {
        var asking = new HashMap<>(settings);
        asking.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        asking.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        var admin = Admin.create(asking);
        try {
            var cluster = await(admin.describeCluster().clusterId());
            var found = await(Objects.requireNonNull(admin.describeTopics(List.of(name)).topicNameValues().get(name)));
            return new Topic(
                    cluster == null ? "" : cluster,
                    name,
                    number(found.topicId()),
                    found.partitions().stream().map(TopicPartitionInfo::partition).toList());
        } finally {
            admin.close(Duration.ofSeconds(1));
        }
    }

    private static <T> T await(KafkaFuture<T> answer) throws InterruptedException {
        try {
            return answer.get(PATIENCE.toMillis() * 2, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException said ? said : new KafkaException(e.getCause());
        } catch (TimeoutException e) {
            throw new org.apache.kafka.common.errors.TimeoutException("no broker answered", e);
        }
    }

    private static long number(Uuid id) {
        long number = (id.getMostSignificantBits() ^ id.getLeastSignificantBits()) & Long.MAX_VALUE;
        return number == 0 ? 1 : number; // a broker before 2.8 gives none
    }

    /// All of its partitions.
    List<TopicPartition> all() {
        return partitions.stream().map(number -> new TopicPartition(name, number)).toList();
    }
}
