package tiphys.events;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import tiphys.journal.CursorMove;

/// Takes events in. Safe for every thread.
public interface Intake {
    /// Records an arrival as an event; completes with the event's id when it is on disk, or exceptionally with
    /// [tiphys.journal.StoreUnavailable]. Dependents run on the thread that commits.
    CompletableFuture<String> accept(Arrival arrival);

    /// Records arrivals of one source as events, in their order; completes when all of them are on disk. If it fails, either none of them
    /// is, or those that are will be known by their identity: they are handed in together again.
    ///
    /// The default is for those who record nothing, such as an intake of a test: it takes one after the other.
    default CompletableFuture<Void> acceptAll(List<Arrival> arrivals) {
        var all = CompletableFuture.<Void>completedFuture(null);
        for (var arrival : arrivals) {
            all = all.thenCompose(_ -> accept(arrival)).thenAccept(_ -> {});
        }
        return all;
    }

    /// Records that a source is behind something that became no event.
    default CompletableFuture<Void> passOver(List<CursorMove> moves, Instant at) {
        return CompletableFuture.completedFuture(null);
    }
}
