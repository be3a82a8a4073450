package tiphys.events;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import tiphys.manifest.Value;

/// What faces may ask and tell about events. Answers are in the JSON of docs/api.md. Safe for every thread; what it says
/// was committed.
public interface Events {
    /// Which events to list; an empty text means any.
    ///
    /// @param sensor only events that were given to this sensor or wait for it; verdict, summary and deliveries of each are then
    ///     those of this sensor alone
    /// @param verdict `fired`, `waiting`, `filtered`, `failed`, `unheard`
    /// @param search what must be in the payload
    /// @param before the sequence that the page ends before; 0 for the latest
    record Query(
            String namespace,
            String eventSource,
            String sensor,
            String verdict,
            EventSearch search,
            Optional<Instant> from,
            Optional<Instant> to,
            long before,
            int limit) {
        /// The latest events of a source with a verdict.
        public static Query of(String namespace, String eventSource, String verdict, int limit) {
            return new Query(
                    namespace,
                    eventSource,
                    "",
                    verdict,
                    EventSearch.of(""),
                    Optional.empty(),
                    Optional.empty(),
                    0,
                    limit);
        }
    }

    /// A page of a list.
    ///
    /// @param next what `before` has to be for the next page, which may hold items although this one has none; 0 if there
    ///     is no next page
    record Page(List<Value.Mapping> items, long next) {
        public Page {
            items = List.copyOf(items);
        }
    }

    /// The latest events first.
    Page list(Query query);

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

    /// How many events came in each of the last twelve spans of five minutes, oldest first, for each event that has a source.
    ///
    /// @param eventSource empty for all of the namespace
    List<Value.Mapping> arrivals(String namespace, String eventSource);
}
