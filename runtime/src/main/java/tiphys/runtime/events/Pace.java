package tiphys.runtime.events;

import java.time.Duration;
import java.time.Instant;

/// Keeps a distance between what is done, as Argo's leaky bucket does: after a pause ten may come at once. Safe for every thread.
final class Pace {
    private static final int SLACK = 10;

    private Instant next = Instant.MIN;

    /// Takes the next place; says how long it is until then.
    synchronized Duration reserve(Duration distance, Instant now) {
        var earliest = now.minus(distance.multipliedBy(SLACK));
        var mine = next.isBefore(earliest) ? earliest : next;
        next = mine.plus(distance);
        return mine.isAfter(now) ? Duration.between(now, mine) : Duration.ZERO;
    }
}
