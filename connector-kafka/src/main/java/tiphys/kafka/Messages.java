package tiphys.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.HashMap;
import java.util.Locale;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import tiphys.connectors.broker.Payload;
import tiphys.events.EventData;

/// What Argo Events makes of a message.
final class Messages {
    /// As Go writes a time: without zeros at the end, and without a point if nothing is left.
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder()
                    .appendPattern("yyyy-MM-dd HH:mm:ss")
                    .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
                    .appendLiteral(" +0000 UTC")
                    .toFormatter(Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private Messages() {}

    /// @throws Payload.NotJson if it is not JSON, against the manifest's word
    static EventData payload(ConsumerRecord<byte[], byte[]> message, KafkaSettings settings) throws Payload.NotJson {
        var headers = new HashMap<String, String>();
        message.headers().forEach(header -> headers.put(header.key(), text(header.value())));
        Payload.check(message.value(), settings.jsonBody());
        return new Payload()
                .with("topic", message.topic())
                .with("key", text(message.key()))
                .with("partition", message.partition())
                .body("body", message.value(), settings.jsonBody())
                .with("timestamp", time(message.timestamp()))
                .with("headers", headers)
                .of(settings);
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    private static String time(long millis) {
        return millis == ConsumerRecord.NO_TIMESTAMP
                ? "0001-01-01 00:00:00 +0000 UTC"
                : TIME.format(Instant.ofEpochMilli(millis));
    }
}
