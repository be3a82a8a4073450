package tiphys.events.derive;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tiphys.events.Event;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;

/// What one rule holds of events, and what they make. It is told the time by the events and by who asks; what is held is bounded, and what
/// there is no room for is made an event early. Read again from [#settled] on it comes to the same. Not safe for several threads.
public final class Gathering {
    private static final int MOST_EVENTS = 10_000;
    private static final long MOST_BYTES = 8 << 20;

    private final Rule rule;

    /// By key, those that began first before the others.
    private final Map<String, Group> groups = new LinkedHashMap<>();

    private long bytes;
    private int held;

    /// Of a silence: since when none came, after which event, and whether that was told.
    private Instant since;

    private String after = "";
    private boolean told;

    /// @param begun what silence counts from until the first event
    public Gathering(Rule rule, Instant begun) {
        this.rule = rule;
        this.since = begun;
    }

    private static final class Group {
        private final long first;
        private final List<Event> events = new ArrayList<>();
        private final Set<String> values = new HashSet<>();
        private long bytes;

        Group(long first) {
            this.first = first;
        }

        Instant begun() {
            return events.getFirst().time();
        }

        Instant last() {
            return events.getLast().time();
        }
    }

    /// An event came.
    ///
    /// @param sequence its place in the journal
    public List<Gathered> offer(long sequence, Event event) {
        var made = new ArrayList<>(expire(event.time()));
        if (rule instanceof Rule.Silence) {
            silenceEnds(event.id(), event.time());
            return made;
        }
        var key = found(event, rule.key());
        var value = rule instanceof Rule.WaitForAll all ? found(event, all.of()) : Optional.of("");
        if (key.isEmpty() || value.isEmpty()) {
            return made; // it has not what tells where it belongs
        }
        var group = groups.computeIfAbsent(key.get(), _ -> new Group(sequence));
        int size = event.payload().text().length();
        group.events.add(event);
        group.values.add(value.get());
        group.bytes += size;
        bytes += size;
        held++;
        full(group).ifPresent(why -> made.add(make(key.get(), why, event.time())));
        while (held > MOST_EVENTS || bytes > MOST_BYTES) {
            var oldest = groups.keySet().iterator().next();
            made.add(make(oldest, rule instanceof Rule.WaitForAll ? "incomplete" : "size", event.time()));
        }
        return made;
    }

    /// None came since this event, which was dealt with before.
    public void resume(String event, Instant at) {
        silenceEnds(event, at);
    }

    /// That none came since this event was told already.
    public void silenceTold(String event) {
        told |= event.equals(after);
    }

    private void silenceEnds(String event, Instant at) {
        after = event;
        since = at;
        told = false;
    }

    private static Optional<String> found(Event event, String path) {
        if (path.isEmpty()) {
            return Optional.of("");
        }
        try {
            var found = event.payload().find(path, Budget.standard());
            return found.exists() ? Optional.of(found.text()) : Optional.empty();
        } catch (EvaluationFailed _) {
            return Optional.empty(); // a path that cannot be followed leads to nothing
        }
    }

    private Optional<String> full(Group group) {
        return switch (rule) {
            case Rule.Batch batch -> group.events.size() >= batch.count() ? Optional.of("count") : Optional.empty();
            case Rule.WaitForAll all -> group.values.size() >= all.count() ? Optional.of("complete") : Optional.empty();
            case Rule.Debounce _, Rule.Silence _ -> Optional.empty();
        };
    }

    private Gathered make(String key, String why, Instant at) {
        var group = groups.remove(key);
        if (group == null) {
            throw new IllegalStateException("nothing is gathered for " + key);
        }
        bytes -= group.bytes;
        held -= group.events.size();
        return new Gathered(why, key, group.events, "", at);
    }

    /// What is due by an instant, in the order in which it was due.
    public List<Gathered> expire(Instant now) {
        if (rule instanceof Rule.Silence silence) {
            var due = since.plus(silence.after());
            if (told || now.isBefore(due)) {
                return List.of();
            }
            told = true;
            return List.of(new Gathered("silence", "", List.of(), after, due));
        }
        return groups.entrySet().stream()
                .filter(one -> !now.isBefore(due(one.getValue())))
                .sorted(Comparator.comparing(one -> due(one.getValue())))
                .map(Map.Entry::getKey)
                .toList()
                .stream()
                .map(this::over)
                .toList();
    }

    private Gathered over(String key) {
        var group = groups.get(key);
        if (group == null) {
            throw new IllegalStateException("nothing is gathered for " + key);
        }
        var why =
                switch (rule) {
                    case Rule.Batch _, Rule.Silence _ -> "time";
                    case Rule.WaitForAll _ -> "incomplete";
                    case Rule.Debounce debounce ->
                            due(group).equals(group.last().plus(debounce.quiet())) ? "quiet" : "time";
                };
        return make(key, why, due(group));
    }

    private Instant due(Group group) {
        return switch (rule) {
            case Rule.Batch batch -> group.begun().plus(batch.within());
            case Rule.WaitForAll all -> group.begun().plus(all.within());
            case Rule.Debounce debounce -> {
                var quiet = group.last().plus(debounce.quiet());
                var latest = debounce.within().map(within -> group.begun().plus(within)).orElse(quiet);
                yield quiet.isBefore(latest) ? quiet : latest;
            }
            case Rule.Silence silence -> since.plus(silence.after());
        };
    }

    /// When [#expire] makes something next, if no event comes.
    public Optional<Instant> due() {
        if (rule instanceof Rule.Silence silence) {
            return told ? Optional.empty() : Optional.of(since.plus(silence.after()));
        }
        return groups.values().stream().map(this::due).min(Comparator.naturalOrder());
    }

    /// Up to where nothing is held any more.
    ///
    /// @param read the sequence of the last event that it was offered
    public long settled(long read) {
        return groups.isEmpty() ? read : groups.values().iterator().next().first - 1;
    }
}
