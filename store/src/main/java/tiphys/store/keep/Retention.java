package tiphys.store.keep;

import java.time.Duration;
import java.time.Instant;
import tiphys.store.sql.Micros;

/// How long something is kept, and how many of it.
public record Retention(Duration age, int count) {
    /// Ended runs: 30 days, 10,000 for each namespace.
    public static final Retention RUNS = new Retention(Duration.ofDays(30), 10_000);

    /// In microseconds since 1970: what is older goes.
    long before(Instant now) {
        return Micros.of(now.minus(age));
    }
}
