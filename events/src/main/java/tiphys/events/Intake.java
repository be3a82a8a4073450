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

    /// Records that a source is behind something that became no event.
    default CompletableFuture<Void> passOver(List<CursorMove> moves, Instant at) {
        return CompletableFuture.completedFuture(null);
    }
}
