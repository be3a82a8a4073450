package tiphys.events.derive;

import java.time.Instant;
import java.util.List;
import tiphys.events.Event;
import tiphys.manifest.Value;

/// An event that others made.
///
/// @param why `count`, `time`, `quiet`, `complete`, `incomplete`, `silence`, or `size` if there was no room for more
/// @param key the key's value
/// @param events those that it is made of; empty for a silence
/// @param after the id of the event after which none came; empty for others, and if none ever came
/// @param at when it was due
public record Gathered(String why, String key, List<Event> events, String after, Instant at) {
    public Gathered {
        events = List.copyOf(events);
    }

    /// Whether it says that something was waited for in vain.
    public boolean incomplete() {
        return why.equals("incomplete");
    }

    /// Tells it from every other one of the same source, so that it is not recorded twice.
    public String identity() {
        return events.isEmpty()
                ? "silence after " + after
                : "gathered " + events.getFirst().id() + " " + events.getLast().id();
    }

    /// The payload: `body.events` has them all, `body.last` the last one's data.
    public Value payload() {
        var body = Value.object("why", why, "key", key, "count", events.size(), "at", at.toString());
        if (events.isEmpty()) {
            return Value.object("body", body.with("after", after));
        }
        return Value.object(
                "body",
                body.with("last", events.getLast().data())
                        .with(
                                "events",
                                Value.list(
                                        events.stream()
                                                .map(event ->
                                                        Value.object(
                                                                "id",
                                                                event.id(),
                                                                "time",
                                                                event.time().toString(),
                                                                "data",
                                                                event.data()))
                                                .toList())));
    }

    /// The ids of the events that a recorded payload was made of.
    public static List<String> parts(Value payload) {
        return payload.listAt("body", "events").stream().flatMap(one -> one.textAt("id").stream()).toList();
    }
}
