package tiphys.events;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import tiphys.manifest.Value;

/// What faces may ask and tell about events. Answers are in the JSON of docs/api.md. Safe for every thread; what it says
/// was committed.
public interface Events {
    /// Which events to list; an empty text means any.
    ///
    /// @param verdict `fired`, `waiting`, `filtered`, `failed`, `unheard`
    /// @param before the sequence that the page ends before; 0 for the latest
    record Query(String namespace, String eventSource, String verdict, long before, int limit) {}

    /// The latest events first.
    List<Value.Mapping> list(Query query);

    /// One event with its payload, its deliveries (verdict tree, firings, parameters with their origin) and its runs.
    Optional<Value.Mapping> find(String id);

    /// Fires an event again.
    ///
    /// @param confirmed whether the caller knows that the event already made a run
    CompletableFuture<Replayed> replay(String id, boolean confirmed);

    /// What became of a wish to replay.
    sealed interface Replayed {
        /// The event was given to these triggers (`sensor/trigger`) once more.
        record Given(List<String> triggers) implements Replayed {}

        /// The event made these runs already: ask the person, then say `confirmed`.
        record NeedsConfirmation(List<String> runs) implements Replayed {}

        /// No sensor listens to it now.
        record NobodyListens() implements Replayed {}

        /// There is no such event.
        record Unknown() implements Replayed {}
    }

    /// What a test event that is sent to an event source by hand becomes.
    ///
    /// @param body the JSON body, as a client would post it
    /// @return the event's id
    CompletableFuture<String> send(String namespace, String eventSource, String eventName, Value body);

    /// The event flow of a namespace: sources, sensors, triggers and how they hang together, with their conditions and
    /// counts.
    Value.Mapping flow(String namespace);
}
