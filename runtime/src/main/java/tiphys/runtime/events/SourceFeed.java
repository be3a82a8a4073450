package tiphys.runtime.events;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import tiphys.events.Event;
import tiphys.events.SourceFacts;
import tiphys.journal.Entry;
import tiphys.journal.Journal;
import tiphys.runtime.stream.CommitSignal;

/// Gives consumers the accepted events in commit order. The latest ones are kept as they were accepted, so that nobody has
/// to parse them again. Safe for every thread.
public final class SourceFeed {
    private static final int KEPT = 2048;
    private static final int LARGEST_KEPT = 8 << 10;

    private final Journal journal;
    private final AtomicReferenceArray<Heard> latest = new AtomicReferenceArray<>(KEPT);
    private final AtomicInteger listeners = new AtomicInteger();
    private final CommitSignal commits;

    public SourceFeed(Journal journal) {
        this.journal = journal;
        this.commits = new CommitSignal(journal.head());
    }

    /// An event and the sequence of its entry.
    record Heard(long sequence, Event event) {}

    /// Some events in order.
    ///
    /// @param upTo everything up to this sequence is in it
    record Page(List<Heard> events, long upTo) {}

    CommitSignal commits() {
        return commits;
    }

    /// An event was committed. On the thread that commits.
    void accepted(long sequence, Event event, int bytes) {
        if (bytes <= LARGEST_KEPT && listeners.get() > 0) {
            latest.set((int) (sequence % KEPT), new Heard(sequence, event));
        }
        commits.ring(sequence);
    }

    /// Somebody begins to listen; until then nothing is kept for anybody.
    void begin() {
        listeners.incrementAndGet();
    }

    /// Somebody listens no more.
    void end() {
        listeners.decrementAndGet();
    }

    /// The events after a sequence.
    Page after(long sequence, int limit) {
        var entries = journal.readKind(SourceFacts.KIND, sequence, limit);
        var events = new ArrayList<Heard>(entries.size());
        for (var entry : entries) {
            var kept = latest.get((int) (entry.sequence() % KEPT));
            if (kept != null && kept.sequence() == entry.sequence()) {
                events.add(kept);
            } else {
                event(entry, events);
            }
        }
        return new Page(events, entries.isEmpty() ? sequence : entries.getLast().sequence());
    }

    private static void event(Entry entry, List<Heard> into) {
        SourceFacts.event(entry).ifPresent(event -> into.add(new Heard(entry.sequence(), event)));
    }
}
