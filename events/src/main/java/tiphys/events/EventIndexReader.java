package tiphys.events;

import java.util.Optional;
import tiphys.journal.StreamName;

/// Finds events by what [EventIndex] stored. Safe for every thread; sees only what was flushed.
public interface EventIndexReader {
    /// The sequence of the entry that records an event.
    Optional<Long> sequence(String eventId);

    /// The event that a source took with this identity of the sender's, if the window remembers it.
    Optional<String> eventOf(StreamName source, String identity);
}
