package tiphys.runtime.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import tiphys.events.Event;
import tiphys.events.SourceFacts;
import tiphys.journal.Append;
import tiphys.journal.InMemoryJournal;
import tiphys.journal.Transaction;
import tiphys.manifest.Value;

class SourceFeedTest {
    private final InMemoryJournal journal = new InMemoryJournal();
    private final SourceFeed feed = new SourceFeed(journal, Runnable::run);

    private void record(int count, int bytes) {
        for (int i = 0; i < count; i++) {
            var event =
                    new Event(
                            "%032x".formatted(journal.head() + 1),
                            "default",
                            "webhook",
                            "webhook",
                            "one",
                            Instant.EPOCH,
                            Value.object("body", "x".repeat(bytes)));
            var append =
                    new Append(SourceFacts.stream(event), OptionalLong.empty(), List.of(SourceFacts.accepted(event)));
            journal.commit(new Transaction(Instant.EPOCH, List.of(append), List.of(), List.of())).join();
        }
    }

    private List<Integer> pages() {
        var sizes = new ArrayList<Integer>();
        long after = 0;
        while (true) {
            var page = feed.after(after, 2_048);
            if (page.upTo() == after) {
                return sizes;
            }
            assertThat(page.events().getLast().sequence()).isEqualTo(page.upTo());
            sizes.add(page.events().size());
            after = page.upTo();
        }
    }

    @Test
    void large_events_come_in_small_pages_for_many_may_hold_one_each() {
        record(10, 300_000);
        assertThat(pages()).containsExactly(3, 3, 3, 1);
    }

    @Test
    void an_event_larger_than_a_page_is_a_page() {
        record(2, 3_000_000);
        assertThat(pages()).containsExactly(1, 1);
    }

    @Test
    void small_events_come_as_many_at_once_as_are_wanted() {
        record(3_000, 10);
        assertThat(pages()).containsExactly(2_048, 952);
    }

    @Test
    void what_one_reader_parsed_serves_the_next() {
        record(2, 10);
        var first = feed.after(0, 2_048).events();
        assertThat(feed.after(0, 2_048).events().getFirst()).isSameAs(first.getFirst());
    }
}
