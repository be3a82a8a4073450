package tiphys.events.webhook;

import java.time.Duration;
import java.time.Instant;

/// Times that senders sign, so that a request cannot be sent again later by somebody who saw it.
final class Times {
    private Times() {}

    /// Whether a time in seconds since 1970 is near another; what is no number is not.
    static boolean isNear(String seconds, Instant other, Duration tolerance) {
        try {
            long difference = Math.abs(Math.subtractExact(Long.parseLong(seconds), other.getEpochSecond()));
            return difference <= tolerance.toSeconds();
        } catch (NumberFormatException | ArithmeticException _) {
            return false;
        }
    }
}
