package tiphys.events;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tiphys.journal.Entry;
import tiphys.journal.NewEntry;
import tiphys.journal.StreamName;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// The streams of sources, `source/<namespace>/<event source>/<event>`: one entry for each event, many writers.
public final class SourceFacts {
    public static final String KIND = "source";
    private static final String ACCEPTED = "source.accepted/1";

    /// As version 1, where the data are not JSON that is written as it was read: their text.
    private static final String ACCEPTED_TEXT = "source.accepted/2";

    private SourceFacts() {}

    /// The stream of one event of an EventSource object.
    public static StreamName stream(String namespace, String eventSource, String eventName) {
        return new StreamName(KIND, namespace + "/" + eventSource + "/" + eventName);
    }

    /// The stream that an event belongs to.
    public static StreamName stream(Event event) {
        return stream(event.namespace(), event.source(), event.subject());
    }

    /// An accepted event as an entry.
    public static NewEntry accepted(Event event) {
        var head = Json.write(event.context().with("namespace", event.namespace()));
        var text = event.payload().text();
        boolean plain = event.payload().isPlain();
        var body =
                head.substring(0, head.length() - 1)
                        + (plain ? ",\"data\":" + text : ",\"text\":" + Json.write(Value.text(text)))
                        + "}";
        return new NewEntry(plain ? ACCEPTED : ACCEPTED_TEXT, body.getBytes(StandardCharsets.UTF_8));
    }

    /// The event that an entry records; empty if it records something else.
    public static Optional<Event> event(Entry entry) {
        return entry.type().equals(ACCEPTED) || entry.type().equals(ACCEPTED_TEXT)
                ? Optional.of(Event.of((Value.Mapping) Json.parseOwn(entry.body())))
                : Optional.empty();
    }
}
