package tiphys.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every [Journal] does.
public abstract class JournalContract {
    protected static final Instant NOON = Instant.parse("2026-01-02T12:00:00.123456Z");
    protected static final StreamName RUN = new StreamName("run", "a");
    protected static final StreamName OTHER = new StreamName("run", "b");
    protected static final StreamName SOURCE = new StreamName("source", "ns/webhook/trigger");

    private Journal journal;

    /// An empty journal.
    protected abstract Journal open();

    @BeforeEach
    void opens() {
        journal = open();
    }

    @AfterEach
    void closes() {
        journal.close();
    }

    protected static Append append(StreamName stream, long after, String... bodies) {
        return new Append(stream, OptionalLong.of(after), entries(bodies));
    }

    protected static Append appendAnywhere(StreamName stream, String... bodies) {
        return new Append(stream, OptionalLong.empty(), entries(bodies));
    }

    private static List<NewEntry> entries(String... bodies) {
        return List.of(bodies).stream().map(body -> new NewEntry("said/1", body.getBytes(UTF_8))).toList();
    }

    protected static Transaction with(Write... writes) {
        return new Transaction(NOON, List.of(), List.of(), List.of(writes));
    }

    protected static Transaction with(Append append, Write... writes) {
        return new Transaction(NOON, List.of(append), List.of(), List.of(writes));
    }

    private Committed commit(Append append) {
        return commit(Transaction.of(NOON, append));
    }

    private Committed commit(Transaction transaction) {
        return journal.commit(transaction).join();
    }

    protected static List<String> bodies(List<Entry> entries) {
        return entries.stream().map(entry -> new String(entry.body(), UTF_8)).toList();
    }

    private static Conflict.Reason refusal(CompletableFuture<?> commit) {
        try {
            commit.join();
        } catch (CompletionException e) {
            return ((Conflict) e.getCause()).reason();
        }
        throw new AssertionError("it was stored");
    }

    @Test
    void an_entry_comes_back_as_it_was_given() {
        var committed = commit(append(RUN, 0, "one"));

        assertThat(committed).isEqualTo(new Committed(1, 1, 0));
        assertThat(journal.read(RUN, 0, 10))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.sequence()).isEqualTo(1);
                    assertThat(entry.stream()).isEqualTo(RUN);
                    assertThat(entry.number()).isEqualTo(1);
                    assertThat(entry.at()).isEqualTo(NOON);
                    assertThat(entry.type()).isEqualTo("said/1");
                    assertThat(entry.body()).isEqualTo("one".getBytes(UTF_8));
                });
    }

    @Test
    void an_instant_before_1970_keeps_its_microseconds() {
        var at = Instant.parse("1969-12-31T23:59:59.999999Z");

        journal.commit(Transaction.of(at, append(RUN, 0, "one"))).join();

        assertThat(journal.read(RUN, 0, 1).getFirst().at()).isEqualTo(at);
    }

    @Test
    void an_empty_journal_answers() {
        assertThat(journal.head()).isZero();
        assertThat(journal.cursor("nobody")).isZero();
        assertThat(journal.read(RUN, 0, 10)).isEmpty();
        assertThat(journal.readKind("run", 0, 10)).isEmpty();
        assertThat(journal.readAll(0, 10)).isEmpty();
        assertThat(journal.history(RUN)).isEmpty();
        assertThat(journal.live("run")).isEmpty();
        assertThat(journal.snapshot(RUN)).isEmpty();
    }

    @Test
    void entries_are_numbered_in_their_stream_and_sequenced_over_all() {
        commit(append(RUN, 0, "a1", "a2"));
        commit(append(OTHER, 0, "b1"));
        commit(append(RUN, 2, "a3"));

        assertThat(journal.read(RUN, 0, 10)).extracting(Entry::number).containsExactly(1L, 2L, 3L);
        assertThat(journal.read(RUN, 0, 10)).extracting(Entry::sequence).containsExactly(1L, 2L, 4L);
        assertThat(bodies(journal.read(RUN, 1, 1))).containsExactly("a2");
        assertThat(journal.head()).isEqualTo(4);
    }

    @Test
    void a_writer_that_is_behind_is_refused_and_leaves_nothing() {
        commit(append(RUN, 0, "one"));

        var late =
                journal.commit(
                        new Transaction(
                                NOON,
                                List.of(appendAnywhere(SOURCE, "x"), append(RUN, 0, "again")),
                                List.of(new CursorMove("c", 9)),
                                List.of(new SaveSnapshot(RUN, 1, "run/1", new byte[0]))));

        assertThat(refusal(late)).isEqualTo(Conflict.Reason.STREAM_MOVED);
        assertThat(bodies(journal.readAll(0, 10))).containsExactly("one");
        assertThat(journal.cursor("c")).isZero();
        assertThat(journal.snapshot(RUN)).isEmpty();
        assertThat(journal.live("source")).isEmpty();
        assertThat(commit(append(RUN, 1, "two")).firstSequence()).isEqualTo(2);
    }

    @Test
    void a_stream_with_many_writers_takes_them_in_the_order_of_the_calls() {
        var commits = new ArrayList<CompletableFuture<Committed>>();
        for (int i = 0; i < 300; i++) {
            commits.add(journal.commit(Transaction.of(NOON, appendAnywhere(SOURCE, "e" + i))));
        }
        commits.forEach(CompletableFuture::join);

        assertThat(bodies(journal.read(SOURCE, 297, 10))).containsExactly("e297", "e298", "e299");
        assertThat(commits.get(299).join().firstSequence()).isEqualTo(300);
    }

    @Test
    void one_transaction_that_fails_does_not_fail_those_that_share_its_flush() {
        var commits = new ArrayList<CompletableFuture<Committed>>();
        for (int i = 0; i < 100; i++) {
            commits.add(
                    journal.commit(
                            Transaction.of(NOON, i % 2 == 0 ? appendAnywhere(RUN, "e" + i) : append(RUN, 999, "no"))));
        }

        for (int i = 0; i < 100; i++) {
            if (i % 2 == 0) {
                assertThat(commits.get(i).join().firstSequence()).isEqualTo(i / 2 + 1);
            } else {
                assertThat(refusal(commits.get(i))).isEqualTo(Conflict.Reason.STREAM_MOVED);
            }
        }
        assertThat(journal.read(RUN, 0, 100)).hasSize(50);
    }

    @Test
    void cursors_are_found_by_the_beginning_of_their_names_and_forgotten_at_0() {
        var names = List.of("s#f/a", "s#f/\uD83D\uDE00", "s#f0", "s#e", "s#f/");
        journal.commit(transaction(names.stream().map(name -> new CursorMove(name, 7)).toList())).join();
        assertThat(journal.cursors("s#f/"))
                .containsExactlyInAnyOrder(
                        new CursorMove("s#f/a", 7), new CursorMove("s#f/\uD83D\uDE00", 7), new CursorMove("s#f/", 7));
        journal.commit(transaction(List.of(new CursorMove("s#f/a", 0), new CursorMove("s#f/", 8)))).join();
        assertThat(journal.cursors("s#f/"))
                .containsExactlyInAnyOrder(new CursorMove("s#f/\uD83D\uDE00", 7), new CursorMove("s#f/", 8));
        assertThat(journal.cursor("s#f/a")).isZero();
    }

    private static Transaction transaction(List<CursorMove> moves) {
        return new Transaction(NOON, List.of(), moves, List.of());
    }

    @Test
    void a_transaction_writes_several_streams_and_a_cursor_together() {
        var committed =
                commit(
                        new Transaction(
                                NOON,
                                List.of(append(RUN, 0, "a1", "a2"), append(OTHER, 0, "b1")),
                                List.of(new CursorMove("consumer", 7)),
                                List.of()));

        assertThat(committed).isEqualTo(new Committed(1, 3, 0));
        assertThat(bodies(journal.readAll(0, 10))).containsExactly("a1", "a2", "b1");
        assertThat(journal.cursor("consumer")).isEqualTo(7);
    }

    @Test
    void one_kind_is_read_forwards_and_backwards() {
        commit(append(RUN, 0, "r1"));
        commit(appendAnywhere(SOURCE, "s1"));
        commit(append(OTHER, 0, "r2"));
        commit(appendAnywhere(SOURCE, "s2"));
        commit(append(RUN, 1, "r3"));

        assertThat(bodies(journal.readKind("run", 0, 10))).containsExactly("r1", "r2", "r3");
        assertThat(bodies(journal.readKind("run", 1, 1))).containsExactly("r2");
        assertThat(bodies(journal.readKind("source", 2, 10))).containsExactly("s2");
        assertThat(bodies(journal.readKindBackwards("run", Long.MAX_VALUE, 2))).containsExactly("r3", "r2");
        assertThat(bodies(journal.readKindBackwards("run", 3, 10))).containsExactly("r1");
        assertThat(bodies(journal.readAll(2, 2))).containsExactly("r2", "s2");
    }

    @Test
    void a_snapshot_replaces_the_older_one_and_leaves_the_entries() {
        commit(append(RUN, 0, "one", "two"));
        commit(with(new SaveSnapshot(RUN, 1, "run/1", new byte[] {1})));
        commit(with(new SaveSnapshot(RUN, 2, "run/1", new byte[] {2})));

        assertThat(journal.snapshot(RUN))
                .hasValueSatisfying(snapshot -> {
                    assertThat(snapshot.number()).isEqualTo(2);
                    assertThat(snapshot.format()).isEqualTo("run/1");
                    assertThat(snapshot.body()).isEqualTo(new byte[] {2});
                });
        assertThat(journal.read(RUN, 0, 10)).hasSize(2);
    }

    @Test
    void a_closed_stream_is_history_and_takes_nothing() {
        commit(append(RUN, 0, "one"));
        commit(append(OTHER, 0, "other"));
        commit(with(append(RUN, 1, "two"), new CloseStream(RUN)));

        assertThat(journal.read(RUN, 0, 10)).isEmpty();
        assertThat(bodies(journal.readKind("run", 0, 10))).containsExactly("other");
        assertThat(bodies(journal.readAll(0, 10))).containsExactly("other");
        assertThat(bodies(journal.history(RUN))).containsExactly("one", "two");
        assertThat(journal.history(RUN)).extracting(Entry::sequence).containsExactly(1L, 3L);
        assertThat(journal.history(RUN)).extracting(Entry::at).containsOnly(NOON);
        assertThat(journal.live("run")).containsOnlyKeys(OTHER);
        assertThat(journal.head()).isEqualTo(3);
        assertThat(refusal(journal.commit(Transaction.of(NOON, append(RUN, 2, "three")))))
                .isEqualTo(Conflict.Reason.STREAM_CLOSED);
    }

    @Test
    void closing_twice_or_closing_what_is_unknown_changes_nothing() {
        commit(append(RUN, 0, "one"));
        commit(with(new CloseStream(RUN)));
        commit(with(new CloseStream(RUN), new CloseStream(OTHER), new ReopenStream(OTHER)));

        assertThat(bodies(journal.history(RUN))).containsExactly("one");
        assertThat(journal.live("run")).isEmpty();
    }

    @Test
    void a_reopened_stream_goes_on_where_it_stopped() {
        commit(append(RUN, 0, "one", "two"));
        commit(with(new CloseStream(RUN)));
        commit(append(OTHER, 0, "other"));
        commit(with(new ReopenStream(RUN)));
        commit(append(RUN, 2, "three"));

        assertThat(bodies(journal.read(RUN, 0, 10))).containsExactly("one", "two", "three");
        assertThat(bodies(journal.readAll(0, 10))).containsExactly("one", "two", "other", "three");
        assertThat(journal.history(RUN)).isEmpty();
        assertThat(journal.live("run")).containsEntry(RUN, 3L).containsEntry(OTHER, 1L);
    }

    @Test
    void listeners_learn_the_new_head() {
        var heads = new CopyOnWriteArrayList<Long>();
        journal.onCommit(heads::add);

        commit(append(RUN, 0, "one", "two"));

        assertThat(journal.head()).isEqualTo(2);
        journal.close();
        assertThat(heads).contains(2L);
    }

    @Test
    void a_write_that_nobody_keeps_is_refused() {
        record Unheard() implements Write {}
        assertThatThrownBy(() -> journal.commit(with(new Unheard())).join())
                .hasStackTraceContaining("nobody keeps Unheard[]");
    }
}
