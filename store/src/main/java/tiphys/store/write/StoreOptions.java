package tiphys.store.write;

import java.time.Duration;
import java.util.function.Consumer;

/// How a store is kept.
///
/// @param queue how many transactions may wait; more are refused with [tiphys.journal.StoreUnavailable]
/// @param readers how many reads go on at once
/// @param watch what watchers can go back to
/// @param identities how long the identities of events are remembered
/// @param flushFailed called once, on the committing thread, when a flush failed: what is on disk is unknown, so the
///     process has to end. Nothing is committed from then on
public record StoreOptions(int queue, int readers, Watch watch, Duration identities, Consumer<Throwable> flushFailed) {

    /// The watch window: changes are kept until one of these is exceeded.
    public record Watch(Duration age, int count, long bytes) {}

    /// 8,192 waiting transactions, 4 readers, a watch window of an hour, 100,000 changes and 256 MiB, identities for a
    /// week.
    public static StoreOptions defaults(Consumer<Throwable> flushFailed) {
        return new StoreOptions(
                8192, 4, new Watch(Duration.ofHours(1), 100_000, 256L << 20), Duration.ofDays(7), flushFailed);
    }

    /// These options with another watch window.
    public StoreOptions withWatch(Watch other) {
        return new StoreOptions(queue, readers, other, identities, flushFailed);
    }
}
