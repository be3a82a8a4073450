package tiphys.azure;

import com.azure.core.amqp.models.AmqpMessageBodyType;
import com.azure.messaging.servicebus.ServiceBusReceivedMessage;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Base64;
import java.util.Date;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tiphys.connectors.broker.Payload;
import tiphys.events.EventData;
import tiphys.manifest.Value;

/// What becomes of a message.
final class ServiceBusMessages {
    /// As Go writes a time: of a second's parts as many as there are.
    private static final DateTimeFormatter GO =
            new DateTimeFormatterBuilder()
                    .appendPattern("yyyy-MM-dd'T'HH:mm:ss")
                    .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
                    .appendLiteral('Z')
                    .toFormatter(Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private ServiceBusMessages() {}

    /// What a message is known by when it comes again. Its place in the queue alone is not enough: a queue that is made anew begins at 1.
    static String identity(ServiceBusReceivedMessage message) {
        var at = message.getEnqueuedTime();
        return "azureServiceBus %d %d %s"
                .formatted(message.getSequenceNumber(), at == null ? 0 : at.toInstant().toEpochMilli(), id(message));
    }

    private static String id(ServiceBusReceivedMessage message) {
        var id = message.getMessageId();
        return id == null ? "" : id;
    }

    /// Its bytes; null if it holds something else, as it is for Argo's client.
    static byte @Nullable [] body(ServiceBusReceivedMessage message) {
        return message.getRawAmqpMessage().getBody().getBodyType() == AmqpMessageBodyType.DATA
                ? message.getBody().toBytes()
                : null;
    }

    /// What Argo Events makes of a message.
    static EventData payload(ServiceBusReceivedMessage message, byte @Nullable [] body, ServiceBusSettings settings) {
        return new Payload()
                .with("applicationProperties", properties(message.getApplicationProperties()))
                .body("body", body, settings.jsonBody())
                .with("contentType", text(message.getContentType()))
                .with("correlationID", text(message.getCorrelationId()))
                .with("enqueuedTime", time(message.getEnqueuedTime()))
                .with("messageID", id(message))
                .with("replyTo", text(message.getReplyTo()))
                .with("sequenceNumber", message.getSequenceNumber())
                .with("subject", text(message.getSubject()))
                .of(settings);
    }

    private static Value text(@Nullable String text) {
        return text == null ? Value.nothing() : Value.text(text);
    }

    private static Value time(@Nullable OffsetDateTime time) {
        return time == null ? Value.nothing() : Value.text(GO.format(time));
    }

    private static Value properties(Map<String, Object> given) {
        if (given.isEmpty()) {
            return Value.nothing();
        }
        var all = new TreeMap<String, Value>();
        given.forEach((name, value) -> all.put(name, property(value)));
        return Value.of(all);
    }

    private static Value property(@Nullable Object value) {
        return switch (value) {
            case null -> Value.nothing();
            case Boolean truth -> Value.bool(truth);
            case Byte whole -> Value.number(whole);
            case Short whole -> Value.number(whole);
            case Integer whole -> Value.number(whole);
            case Long whole -> Value.number(whole);
            case Float part -> Value.of(new java.math.BigDecimal(part.toString()).stripTrailingZeros());
            case Double part -> Value.of(new java.math.BigDecimal(part.toString()).stripTrailingZeros());
            case Number other -> Value.of(new java.math.BigDecimal(other.toString()));
            case Date time -> Value.text(GO.format(time.toInstant()));
            case Instant time -> Value.text(GO.format(time));
            case OffsetDateTime time -> Value.text(GO.format(time));
            case byte[] bytes -> Value.text(Base64.getEncoder().encodeToString(bytes));
            default -> Value.text(value.toString());
        };
    }
}
