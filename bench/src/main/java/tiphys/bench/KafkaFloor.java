package tiphys.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// The floor of what comes in from Kafka: a plain consumer of a group. `KafkaFloor URL TOPIC GROUP FILE COUNT` reads so many messages from
/// the beginning, writes what each poll gave to the end of a file, flushes it, and only then tells the broker. It prints messages a second,
/// from a quarter of them on.
public final class KafkaFloor {
    private KafkaFloor() {}

    /// Reads, and ends.
    public static void main(String[] args) throws IOException {
        long count = Long.parseLong(args[4]);
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        args[0],
                        "group.id",
                        args[2],
                        "auto.offset.reset",
                        "earliest",
                        "enable.auto.commit",
                        false,
                        "key.deserializer",
                        ByteArrayDeserializer.class,
                        "value.deserializer",
                        ByteArrayDeserializer.class);
        try (var consumer = new KafkaConsumer<byte[], byte[]>(settings);
                var file = FileChannel.open(Path.of(args[3]), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            consumer.subscribe(List.of(args[1]));
            long read = 0;
            long warm = 0;
            long begin = 0;
            while (read < count) {
                var messages = consumer.poll(Duration.ofSeconds(1));
                for (var message : messages) {
                    file.write(ByteBuffer.wrap(message.value()));
                }
                file.force(false);
                consumer.commitAsync();
                read += messages.count();
                if (begin == 0 && read >= count / 4) {
                    warm = read;
                    begin = System.nanoTime();
                }
            }
            System.out.printf(Locale.ROOT, "%.1f%n", (read - warm) * 1e9 / (System.nanoTime() - begin));
        }
    }
}
