package tiphys.events;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import tiphys.journal.Entry;
import tiphys.journal.NewEntry;
import tiphys.journal.StreamName;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// The streams of sources, `source/<namespace>/<event source>/<event>`: one entry for each event, many writers.
public final class SourceFacts {
    public static final String KIND = "source";

    /// The context as a JSON object whose last field is `data`, and there the text as it came: nobody has to read it to record
    /// it, whatever it repeats and however deep it is.
    private static final String ACCEPTED = "source.accepted/3";

    /// Versions 1 and 2 had JSON in `data` if it is written as it was read, else its text in `text`.
    private static final Set<String> EARLIER = Set.of("source.accepted/1", "source.accepted/2");

    /// Where the text begins. It stands in no text of the context, for a quote in a JSON text is escaped.
    private static final byte[] DATA = ",\"data\":".getBytes(StandardCharsets.US_ASCII);

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
        var head = Json.bytes(event.context().with("namespace", event.namespace()));
        var text = event.payload().text().getBytes(StandardCharsets.UTF_8);
        int open = head.length - 1;
        var body = Arrays.copyOf(head, open + DATA.length + text.length + 1);
        System.arraycopy(DATA, 0, body, open, DATA.length);
        System.arraycopy(text, 0, body, open + DATA.length, text.length);
        body[body.length - 1] = '}';
        return new NewEntry(ACCEPTED, body);
    }

    /// The event that an entry records; empty if it records something else.
    public static Optional<Event> event(Entry entry) {
        if (EARLIER.contains(entry.type())) {
            return Optional.of(Event.of((Value.Mapping) Json.parseOwn(entry.body())));
        }
        return entry.type().equals(ACCEPTED) ? Optional.of(recorded(entry.body())) : Optional.empty();
    }

    private static Event recorded(byte[] body) {
        int open = open(body);
        var head = Arrays.copyOf(body, open + 1);
        head[open] = '}';
        int from = open + DATA.length;
        return Event.of(
                (Value.Mapping) Json.parseOwn(head),
                EventData.recorded(new String(body, from, body.length - from - 1, StandardCharsets.UTF_8)));
    }

    private static int open(byte[] body) {
        for (int at = 0; at + DATA.length < body.length; at++) {
            if (Arrays.equals(body, at, at + DATA.length, DATA, 0, DATA.length)) {
                return at;
            }
        }
        throw new IllegalStateException("an accepted event has no data: " + new String(body, StandardCharsets.UTF_8));
    }
}
