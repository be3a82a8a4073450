package tiphys.kafka;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import tiphys.events.action.Answer;
import tiphys.events.action.TriggerFailed;

/// Keeps the producers of the last few targets, for each holds connections and a thread. Safe for every thread.
final class Producers {
    private static final int MOST = 16;
    private static final int BUFFER = 16 << 20;
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration DELIVER = Duration.ofSeconds(15);

    private final LinkedHashMap<KafkaTrigger.Target, KafkaProducer<byte[], byte[]>> known =
            new LinkedHashMap<>(MOST, 0.75f, true);

    /// Sends a message; returns when the broker has it.
    Answer send(KafkaTrigger.Target target, KafkaTrigger.Outgoing message)
            throws IOException, InterruptedException, TriggerFailed {
        var where = "Kafka at " + target.url();
        try {
            var producer = of(target);
            var key = message.key().map(Producers::bytes).orElse(null);
            var record =
                    new ProducerRecord<byte[], byte[]>(
                            message.topic(), partition(producer, message.topic(), key), key, bytes(message.payload()));
            message.headers().forEach((name, value) -> record.headers().add(name, bytes(value)));
            var stored = producer.send(record).get(2 * DELIVER.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(
                    "stored", "in %s-%d at %d".formatted(stored.topic(), stored.partition(), stored.offset()));
        } catch (InterruptException e) {
            throw interrupted(e);
        } catch (TimeoutException _) {
            throw new IOException(where + " did not answer within " + 2 * DELIVER.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw failed(where, e.getCause() == null ? e : e.getCause());
        } catch (KafkaException e) {
            throw failed(where, e);
        } catch (GeneralSecurityException e) {
            throw new TriggerFailed(String.valueOf(e.getMessage()), Answer.NONE, TriggerFailed.Again.MAY_HELP);
        }
    }

    private static InterruptedException interrupted(InterruptException said) {
        var _ = Thread.interrupted(); // the exception says it from here on
        var told = new InterruptedException(said.getMessage());
        told.initCause(said);
        return told;
    }

    /// What may pass by itself, and what somebody has to do something about.
    private static TriggerFailed failed(String where, Throwable cause) throws IOException {
        if (cause instanceof RetriableException) {
            throw new IOException(where + " does not take it now: " + cause.getMessage(), cause);
        }
        boolean mayHelp = cause instanceof AuthenticationException || cause instanceof AuthorizationException;
        return new TriggerFailed(
                where + " does not take it: " + cause.getMessage(),
                Answer.NONE,
                mayHelp ? TriggerFailed.Again.MAY_HELP : TriggerFailed.Again.IS_IN_VAIN);
    }

    /// The partition that the client of Argo Events chooses for a key, by FNV-1a, so that those who send by either meet in the same one;
    /// null where the client is free to choose.
    private static @Nullable Integer partition(
            KafkaProducer<byte[], byte[]> producer, String topic, byte @Nullable [] key) {
        return key == null ? null : partition(key, producer.partitionsFor(topic).size());
    }

    static int partition(byte[] key, int partitions) {
        int hash = 0x811c9dc5;
        for (byte one : key) {
            hash = (hash ^ (one & 0xff)) * 0x01000193;
        }
        return Math.abs(hash % partitions);
    }

    private synchronized KafkaProducer<byte[], byte[]> of(KafkaTrigger.Target target) throws GeneralSecurityException {
        var there = known.get(target);
        if (there == null) {
            there = new KafkaProducer<>(settings(target));
            known.put(target, there);
            if (known.size() > MOST) {
                var eldest = known.pollFirstEntry().getValue();
                Thread.ofVirtual().start(() -> eldest.close(DELIVER)); // what is under way goes on
            }
        }
        return there;
    }

    private static Map<String, Object> settings(KafkaTrigger.Target target) throws GeneralSecurityException {
        var connection = new Connection(target.url(), target.tls(), target.sasl(), target.secrets(), "tiphys-triggers");
        var settings = new HashMap<>(connection.settings());
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.ACKS_CONFIG, target.oneIsEnough() ? "1" : "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, !target.oneIsEnough());
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, target.compressed() ? "snappy" : "none");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, CONNECT.toMillis());
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) CONNECT.toMillis());
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) DELIVER.toMillis());
        return settings;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
