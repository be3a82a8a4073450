package tiphys.kafka;

import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import tiphys.connectors.broker.BrokerSource;
import tiphys.events.source.Assignment;
import tiphys.events.source.Surroundings;
import tiphys.journal.StoreUnavailable;

/// The messages of a topic: connects, and reads ([Reading]) until the connection breaks.
final class KafkaSource extends BrokerSource {
    private static final Duration PARTING = Duration.ofSeconds(2);

    private final KafkaSettings settings;
    private final Positions positions;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

    KafkaSource(Assignment assignment, Surroundings around) {
        this(assignment, around, (KafkaSettings) assignment.settings());
    }

    /// The client waits in the system's own way, which would hold up a virtual thread's carrier.
    private KafkaSource(Assignment assignment, Surroundings around, KafkaSettings settings) {
        super(assignment, around, settings.backoff(), 2 * Reading.MOST, Thread.ofPlatform().daemon());
        this.settings = settings;
        this.positions = new Positions(settings, around);
    }

    @Override
    protected void read() throws Broken, InterruptedException {
        try {
            connect();
        } catch (KafkaException | GeneralSecurityException | CompletionException e) {
            throw new Broken(told(e), e);
        }
    }

    private void connect() throws GeneralSecurityException, InterruptedException {
        var id = "tiphys-" + assignment().name().toString().replace('/', '-');
        var connection = new Connection(settings.url(), settings.tls(), settings.sasl(), assignment().secrets(), id);
        var client = connection.settings();
        var reading = new KafkaConsumer<byte[], byte[]>(Reading.settings(client, settings));
        consumer = reading;
        try {
            if (!isClosed()) {
                var topic = topic(client, reading);
                positions.begin(topic, reading);
                new Reading(this, topic, reading).run();
            }
        } catch (WakeupException | InterruptException e) {
            if (!isClosed()) {
                throw e;
            }
        } finally {
            consumer = null;
            reading.close(CloseOptions.timeout(PARTING));
        }
    }

    private Topic topic(Map<String, Object> client, KafkaConsumer<byte[], byte[]> reading) throws InterruptedException {
        try {
            return Topic.ask(client, settings.topic());
        } catch (UnknownTopicOrPartitionException e) {
            reading.partitionsFor(settings.topic()); // a broker that makes topics when they are asked for does so now
            throw e;
        }
    }

    private String told(Exception failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        var where = "Kafka at " + settings.url();
        return switch (cause) {
            case TimeoutException _ -> where + " does not answer: " + cause.getMessage();
            case UnknownTopicOrPartitionException _ ->
                    "%s has no topic %s; it is waited for until somebody makes it".formatted(where, settings.topic());
            case KafkaException e when e.getCause() != null ->
                    where + " cannot be read: " + e.getMessage() + ": " + e.getCause().getMessage();
            case KafkaException e -> where + " cannot be read: " + e.getMessage();
            case StoreUnavailable _ -> "events cannot be recorded: " + cause.getMessage();
            default -> String.valueOf(cause.getMessage());
        };
    }

    /// Nobody answers on a connection that stood.
    void isSilent(TimeoutException failure) {
        isSilent(told(failure), Duration.ofSeconds(1));
    }

    @Override
    protected void wake() {
        var reading = consumer;
        if (reading != null) {
            reading.wakeup();
        }
    }

    KafkaSettings settings() {
        return settings;
    }

    Positions positions() {
        return positions;
    }
}
