package tiphys.connectors.broker;

import java.time.Duration;
import java.util.random.RandomGenerator;
import tiphys.events.spec.Fields;
import tiphys.language.gotext.GoDuration;
import tiphys.manifest.Value;

/// The pauses between tries to connect. They grow as the manifest says, and no further after its steps, and are
/// between a tenth of a second and a minute; it is never given up.
///
/// @param jitter how much longer than said a pause may be, as a part of it
/// @param steps how many tries the pauses grow over
public record Backoff(Duration first, double factor, double jitter, int steps) {
    /// What is not said, as Argo has it.
    public static final Backoff STANDARD = new Backoff(Duration.ofSeconds(1), 1, 1, 5);

    private static final double SHORTEST_MILLIS = 100;
    private static final double LONGEST_MILLIS = 60_000;

    /// Reads a field; the standard if it is not there.
    public static Backoff read(Fields fields, String field) {
        if (!fields.has(field)) {
            return STANDARD;
        }
        var said = fields.at(field);
        int steps = (int) number(said, "steps", STANDARD.steps);
        return new Backoff(
                duration(said),
                Math.max(number(said, "factor", STANDARD.factor), 1),
                Math.clamp(number(said, "jitter", STANDARD.jitter), 0, 1),
                steps <= 0 ? STANDARD.steps : steps);
    }

    /// A text such as `10s`, or a number of nanoseconds.
    private static Duration duration(Fields fields) {
        if (!fields.has("duration")) {
            return STANDARD.first;
        }
        var text = fields.text("duration");
        var read =
                fields.json().find("duration").orElseThrow() instanceof Value.Number
                        ? GoDuration.parse(text + "ns")
                        : GoDuration.parse(text);
        if (read.isEmpty() || read.get().isNegative()) {
            fields.invalid("duration", "must be a duration such as 10s, not \"" + text + "\"");
            return STANDARD.first;
        }
        return read.get();
    }

    private static double number(Fields fields, String field, double otherwise) {
        if (!fields.has(field)) {
            return otherwise;
        }
        try {
            double number = Double.parseDouble(fields.text(field));
            if (Double.isFinite(number)) {
                return number;
            }
        } catch (NumberFormatException _) {
            // told below
        }
        fields.invalid(field, "must be a number, not \"" + fields.text(field) + "\"");
        return otherwise;
    }

    /// The pause before the next try.
    ///
    /// @param failed how many tries failed in a row, from 1 on
    public Duration pause(int failed, RandomGenerator chance) {
        double grown = Math.pow(factor, Math.min(failed, steps) - 1.0);
        double millis = first.toMillis() * grown * (1 + jitter * chance.nextDouble());
        return Duration.ofMillis((long) Math.clamp(millis, SHORTEST_MILLIS, LONGEST_MILLIS));
    }
}
