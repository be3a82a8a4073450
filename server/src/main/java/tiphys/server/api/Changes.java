package tiphys.server.api;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tiphys.journal.Entry;
import tiphys.journal.Journal;
import tiphys.journal.StreamName;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Says in the feed's words what an entry is about. Safe for every thread.
///
/// Only entries that name something are looked into: the first of a run for its name, those of sources and triggers for the
/// event. A run's name is remembered, for its other entries do not have it.
final class Changes {
    private static final int REMEMBERED = 2000;
    private static final Named UNKNOWN = new Named("", "");

    private final Journal journal;
    private final Map<String, Named> runs =
            new LinkedHashMap<>(64, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Named> eldest) {
                    return size() > REMEMBERED;
                }
            };

    private record Named(String namespace, String name) {}

    Changes(Journal journal) {
        this.journal = journal;
    }

    /// A change that nothing more is known of.
    static Value.Mapping gap(long sequence) {
        return Value.object(
                "sequence", sequence, "at", "", "stream", "", "type", "gap", "namespace", "", "name", "", "uid", "");
    }

    /// The data of one change.
    Value.Mapping change(Entry entry) {
        var stream = entry.stream();
        var named = UNKNOWN;
        var uid = "";
        var event = "";
        switch (stream.kind()) {
            case "run" -> {
                uid = stream.key();
                named = run(entry);
            }
            case "source" -> {
                named = new Named(part(stream, 0), part(stream, 1));
                event = body(entry).textAt("id").orElse("");
            }
            case "trigger" -> {
                named = new Named(part(stream, 0), part(stream, 1));
                event = body(entry).textAt("event").orElse("");
            }
            default -> uid = ""; // a kind of stream that this version does not show
        }
        return Value.object(
                "sequence",
                entry.sequence(),
                "at",
                text(entry.at()),
                "stream",
                stream.toString(),
                "type",
                type(entry),
                "namespace",
                named.namespace(),
                "name",
                named.name(),
                "uid",
                uid,
                "eventId",
                event);
    }

    private Named run(Entry entry) {
        synchronized (runs) {
            var known = runs.get(entry.stream().key());
            if (known != null) {
                return known;
            }
        }
        var first = entry.number() == 1 ? Optional.of(entry) : journal.read(entry.stream(), 0, 1).stream().findFirst();
        var metadata = first.map(found -> body(found).mapAt("workflow", "metadata")).orElse(Value.Mapping.EMPTY);
        var named = new Named(metadata.textAt("namespace").orElse(""), metadata.textAt("name").orElse(""));
        synchronized (runs) {
            runs.put(entry.stream().key(), named);
        }
        return named;
    }

    private static Value body(Entry entry) {
        try {
            return Json.parseOwn(entry.body());
        } catch (InvalidInput e) {
            return Value.Mapping.EMPTY; // an entry in a form that only its owner reads; the hint is then less exact
        }
    }

    /// `run.node-ended` of `run.node-ended/1`.
    private static String type(Entry entry) {
        int slash = entry.type().indexOf('/');
        return slash < 0 ? entry.type() : entry.type().substring(0, slash);
    }

    private static String part(StreamName stream, int index) {
        var parts = stream.key().split("/", -1);
        return index < parts.length ? parts[index] : "";
    }

    private static String text(Instant at) {
        var millis = at.truncatedTo(ChronoUnit.MILLIS).toString();
        return millis.contains(".") ? millis : millis.replace("Z", ".000Z");
    }
}
