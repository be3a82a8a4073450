package tiphys.runtime.past;

import java.time.Duration;
import java.time.Instant;
import tiphys.events.Event;
import tiphys.events.SourceFacts;
import tiphys.events.past.Selection;
import tiphys.journal.Entry;
import tiphys.journal.Journal;
import tiphys.runtime.views.EventStories;

/// Reads recorded events from the oldest on, page after page, so that no question holds more than a page of them.
final class PastEvents {
    private static final int PAGE = 200;

    /// Events are recorded in the order in which they come; a source that catches up may be late by so much.
    private static final Duration LATE = Duration.ofHours(1);

    private final Journal journal;
    private final EventStories stories;

    PastEvents(Journal journal, EventStories stories) {
        this.journal = journal;
        this.stories = stories;
    }

    /// How far one question may go.
    ///
    /// @param bytes of the payloads
    record Bounds(int events, long bytes, Duration time) {}

    /// Takes one event.
    interface Visitor {
        /// @return whether to go on with the next one
        boolean visit(Entry entry, Event event);
    }

    /// How far it came.
    ///
    /// @param last the sequence of the last event that was looked at, or where it began
    /// @param complete whether there is no further one
    /// @param upTo when the last one that was looked at came; the epoch if none was
    record Walked(long last, boolean complete, Instant upTo) {}

    /// Shows the visitor the events that are meant, after a sequence.
    Walked walk(Selection selection, long after, Bounds bounds, Visitor visitor) {
        long end = System.nanoTime() + bounds.time().toNanos();
        long head = selection.head() == 0 ? journal.head() : selection.head();
        long last = after > 0 ? after : selection.from().map(this::before).orElse(0L);
        var latest = selection.to().map(to -> to.plus(LATE));
        var upTo = Instant.EPOCH;
        long bytes = 0;
        for (int looked = 0; ; ) {
            var page = journal.readKind(SourceFacts.KIND, last, PAGE);
            for (var entry : page) {
                if (entry.sequence() > head || latest.filter(entry.at()::isAfter).isPresent()) {
                    return new Walked(last, true, upTo);
                }
                if (looked == bounds.events() || bytes > bounds.bytes() || System.nanoTime() > end) {
                    return new Walked(last, false, upTo);
                }
                looked++;
                bytes += entry.body().length;
                last = entry.sequence();
                upTo = entry.at();
                var event = SourceFacts.event(entry);
                boolean meant =
                        event.isPresent()
                                && selection.matches(event.get())
                                && hasVerdict(selection, entry, event.get());
                if (meant && !visitor.visit(entry, event.get())) {
                    return new Walked(last, false, upTo);
                }
            }
            if (page.size() < PAGE) {
                return new Walked(last, true, upTo);
            }
        }
    }

    private boolean hasVerdict(Selection selection, Entry entry, Event event) {
        return selection.verdict().isEmpty()
                || selection.verdict().equals(stories.verdict(entry, event, selection.sensor()));
    }

    /// A sequence before that of every event which came at an instant or later.
    private long before(Instant instant) {
        var start = instant.minus(LATE);
        long low = 0;
        long high = journal.head();
        while (low < high) {
            long middle = (low + high) >>> 1;
            var next = journal.readKind(SourceFacts.KIND, middle, 1);
            if (next.isEmpty() || !next.getFirst().at().isBefore(start)) {
                high = middle;
            } else {
                low = next.getFirst().sequence();
            }
        }
        return low;
    }
}
