package tiphys.events;

import java.util.concurrent.CompletableFuture;

/// Takes events in. Safe for every thread.
public interface Intake {
    /// Records an arrival as an event; completes with the event's id when it is on disk, or exceptionally with
    /// [tiphys.journal.StoreUnavailable]. Dependents run on the thread that commits.
    CompletableFuture<String> accept(Arrival arrival);
}
