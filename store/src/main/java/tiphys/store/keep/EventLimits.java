package tiphys.store.keep;

import java.time.Duration;
import java.time.Instant;
import tiphys.store.sql.Micros;

/// How long and how many events are kept.
///
/// @param age what is older goes
/// @param count how many of each source
/// @param bytes how much of all sources of a namespace, as their payloads are recorded
public record EventLimits(Duration age, long count, long bytes) {
    /// 7 days, 100,000 for each source, and as many bytes as there is room for.
    public static final EventLimits STANDARD = new EventLimits(Duration.ofDays(7), 100_000, Long.MAX_VALUE);

    /// In microseconds since 1970: what is older goes.
    long before(Instant now) {
        return Micros.of(now.minus(age));
    }

    /// What holds in each namespace.
    @FunctionalInterface
    public interface Policy {
        EventLimits of(String namespace);

        /// The same everywhere.
        static Policy everywhere(EventLimits limits) {
            return _ -> limits;
        }
    }
}
