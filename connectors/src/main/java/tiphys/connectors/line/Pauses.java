package tiphys.connectors.line;

import java.time.Duration;
import java.util.Optional;
import tiphys.events.spec.Fields;
import tiphys.language.gotext.GoDuration;
import tiphys.manifest.Value;

/// How long is waited before a server is dialled again: Argo's Backoff, without an end and with a longest pause. Its `steps` has no
/// meaning, as dialling is never given up.
///
/// @param first the first pause
/// @param factor by how much each is longer than the one before, at least 1
/// @param jitter by which part of itself a pause may be longer
public record Pauses(Duration first, double factor, double jitter) {
    /// Where nothing is said.
    public static final Pauses STANDARD = new Pauses(Duration.ofSeconds(1), 2, 0);

    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    /// The field `connectionBackoff`.
    public static Pauses read(Fields fields) {
        if (!fields.has("connectionBackoff")) {
            return STANDARD;
        }
        var backoff = fields.at("connectionBackoff");
        return new Pauses(
                duration(backoff),
                Math.max(1, number(backoff, "factor", 1)),
                Math.max(0, number(backoff, "jitter", 0)));
    }

    private static Duration duration(Fields backoff) {
        if (!backoff.has("duration")) {
            return STANDARD.first();
        }
        var found = backoff.json().find("duration").orElseThrow();
        Optional<Duration> read =
                found instanceof Value.Number number
                        ? Optional.of(Duration.ofNanos(number.decimal().longValue()))
                        : GoDuration.parse(backoff.text("duration"));
        if (read.isEmpty() || read.get().isNegative()) {
            backoff.invalid("duration", "must be a duration such as 10s, not \"" + backoff.text("duration") + "\"");
            return STANDARD.first();
        }
        return read.get();
    }

    private static double number(Fields backoff, String field, double otherwise) {
        if (!backoff.has(field)) {
            return otherwise;
        }
        try {
            double number = Double.parseDouble(backoff.text(field));
            if (Double.isFinite(number)) {
                return number;
            }
        } catch (NumberFormatException _) {
            // told below
        }
        backoff.invalid(field, "must be a number, not \"" + backoff.text(field) + "\"");
        return otherwise;
    }

    /// The pause after so many failures in a row. What the manifest calls jitter spreads the pauses by their number, which is enough: those
    /// of one server differ in when they began.
    ///
    /// @param failures at least 1
    Duration after(int failures) {
        double spread = 1 + jitter * (failures * 7 % 10) / 10;
        double longer = Math.pow(factor, Math.min(failures, 64) - 1.0) * spread;
        double millis =
                Math.min(LONGEST.toSeconds() * 1e3, first.toSeconds() * 1e3 * longer + first.toMillisPart() * longer);
        var pause = Duration.ofMillis((long) millis);
        return pause.compareTo(SHORTEST) < 0 ? SHORTEST : pause;
    }
}
