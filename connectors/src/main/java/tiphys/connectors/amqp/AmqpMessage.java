package tiphys.connectors.amqp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/// A message as the server delivers it.
///
/// @param tag by which it is acknowledged
record AmqpMessage(long tag, String exchange, String routingKey, Properties properties, byte[] body) {
    /// What is larger ends the connection.
    static final long LARGEST = 128L << 20;

    private static final String NEVER = "0001-01-01 00:00:00 +0000 UTC";
    private static final DateTimeFormatter GO =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss '+0000 UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /// What its sender says of it; empty, or 0, if nothing.
    ///
    /// @param timestamp as Go prints it
    record Properties(
            String contentType,
            String contentEncoding,
            int deliveryMode,
            int priority,
            String correlationId,
            String replyTo,
            String expiration,
            String messageId,
            String timestamp,
            String type,
            String appId) {

        /// Reads them from a header frame, behind the body's size.
        static Properties read(Frame header) throws IOException {
            int flags = header.number(2);
            var contentType = header.textIf(flags, 15).orElse("");
            var contentEncoding = header.textIf(flags, 14).orElse("");
            if (has(flags, 13)) {
                header.longBytes(); // the headers are no part of an event
            }
            int deliveryMode = has(flags, 12) ? header.number(1) : 0;
            int priority = has(flags, 11) ? header.number(1) : 0;
            var correlationId = header.textIf(flags, 10).orElse("");
            var replyTo = header.textIf(flags, 9).orElse("");
            var expiration = header.textIf(flags, 8).orElse("");
            var messageId = header.textIf(flags, 7).orElse("");
            var timestamp = has(flags, 6) ? time(header.longNumber()) : NEVER;
            var type = header.textIf(flags, 5).orElse("");
            header.textIf(flags, 4); // the user
            var appId = header.textIf(flags, 3).orElse("");
            return new Properties(
                    contentType,
                    contentEncoding,
                    deliveryMode,
                    priority,
                    correlationId,
                    replyTo,
                    expiration,
                    messageId,
                    timestamp,
                    type,
                    appId);
        }

        private static boolean has(int flags, int bit) {
            return (flags >> bit & 1) == 1;
        }

        private static String time(long seconds) {
            return Math.abs(seconds) > Instant.MAX.getEpochSecond() / 10_000
                    ? NEVER
                    : GO.format(Instant.ofEpochSecond(seconds));
        }
    }

    /// What it is known by when it comes again: its id, with its time and its content, for there are senders that give several the same id.
    Optional<String> identity() {
        if (properties.messageId().isEmpty()) {
            return Optional.empty();
        }
        try {
            var hash = MessageDigest.getInstance("SHA-256");
            hash.update((properties.messageId() + " " + properties.timestamp()).getBytes(StandardCharsets.UTF_8));
            hash.update(body);
            return Optional.of("amqp " + properties.messageId() + " " + HexFormat.of().formatHex(hash.digest(), 0, 12));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
