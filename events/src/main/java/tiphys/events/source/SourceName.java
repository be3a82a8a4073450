package tiphys.events.source;

import tiphys.events.SourceFacts;
import tiphys.journal.StreamName;

/// One event of an EventSource object.
public record SourceName(String namespace, String eventSource, String eventName) {
    /// The stream of its events.
    public StreamName stream() {
        return SourceFacts.stream(namespace, eventSource, eventName);
    }

    @Override
    public String toString() {
        return namespace + "/" + eventSource + "/" + eventName;
    }
}
