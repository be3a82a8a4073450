package tiphys.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.events.DeliveryRow;
import tiphys.events.EventIndex;
import tiphys.journal.Append;
import tiphys.journal.CloseStream;
import tiphys.journal.CursorMove;
import tiphys.journal.EntryPlace;
import tiphys.journal.NewEntry;
import tiphys.journal.StreamName;
import tiphys.journal.Transaction;
import tiphys.store.keep.EventLimits;
import tiphys.store.keep.Leaving;

class EventRetentionTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final StreamName ONE = new StreamName("source", "one/hook/e");
    private static final StreamName TWO = new StreamName("source", "two/hook/e");
    private static final StreamName TRIGGER = new StreamName("trigger", "one/u/t");

    private SqliteStore store;

    @BeforeEach
    void open(@TempDir Path directory) {
        store = SqliteStore.open(directory, SqliteStoreContractTest.OPTIONS);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static EventLimits keep(Duration age, long count, long bytes) {
        return new EventLimits(age, count, bytes);
    }

    /// An event each hour from noon on.
    private void arrive(StreamName source, int number) {
        for (int i = 0; i < number; i++) {
            var entry = new NewEntry("said/1", "0123456789".getBytes(UTF_8));
            store.commit(
                            new Transaction(
                                    NOON.plusSeconds(3600L * i),
                                    List.of(new Append(source, OptionalLong.empty(), List.of(entry))),
                                    List.of(),
                                    List.of(
                                            new EventIndex(
                                                    source,
                                                    source.key() + i,
                                                    Optional.empty(),
                                                    new EntryPlace.Appended(0)))))
                    .join();
        }
    }

    /// The trigger says what became of an event of the first source.
    private void delivered(int event, String verdict) {
        store.commit(
                        new Transaction(
                                NOON,
                                List.of(
                                        new Append(
                                                TRIGGER,
                                                OptionalLong.empty(),
                                                List.of(new NewEntry("trigger.x/1", new byte[0])))),
                                List.of(new CursorMove(TRIGGER.toString(), 1_000)),
                                List.of(
                                        new DeliveryRow(
                                                ONE.key() + event,
                                                "one",
                                                "s",
                                                "t",
                                                verdict,
                                                Optional.empty(),
                                                Optional.empty(),
                                                NOON,
                                                new EntryPlace.Appended(0)))))
                .join();
    }

    private List<Long> numbers(StreamName source) {
        return store.read(source, 0, 100).stream().map(entry -> entry.number()).toList();
    }

    private static Instant after(int hours) {
        return NOON.plusSeconds(3600L * hours);
    }

    @Test
    void each_namespace_has_its_own_age_and_number() {
        arrive(ONE, 6);
        arrive(TWO, 6);
        var gone =
                store.purgeEvents(
                        after(6).plusSeconds(1),
                        namespace ->
                                namespace.equals("one")
                                        ? keep(Duration.ofHours(3), 100, Long.MAX_VALUE)
                                        : keep(Duration.ofDays(1), 4, Long.MAX_VALUE));
        assertThat(numbers(ONE)).containsExactly(5L, 6L);
        assertThat(numbers(TWO)).containsExactly(3L, 4L, 5L, 6L);
        assertThat(gone.age()).isEqualTo(4);
        assertThat(gone.count()).isEqualTo(2);
        assertThat(store.events().sequence(ONE.key() + "0")).isEmpty();
        assertThat(store.events().sequence(ONE.key() + "5")).isPresent();
    }

    @Test
    void a_namespace_that_holds_too_much_lets_its_oldest_go() {
        arrive(ONE, 6);
        arrive(TWO, 6);
        var gone = store.purgeEvents(after(6), name -> keep(Duration.ofDays(1), 100, name.equals("one") ? 35 : 1_000));
        assertThat(gone.bytes()).isEqualTo(3);
        assertThat(numbers(ONE)).containsExactly(4L, 5L, 6L);
        assertThat(numbers(TWO)).hasSize(6);
    }

    @Test
    void what_waits_in_a_join_is_never_dropped_until_its_trigger_is_gone() {
        arrive(ONE, 4);
        delivered(1, "waiting");
        delivered(2, "waiting");
        delivered(2, "fired");
        var nothing = EventLimits.Policy.everywhere(keep(Duration.ofSeconds(1), 0, 0));
        store.purgeEvents(after(9), nothing);
        assertThat(numbers(ONE)).containsExactly(2L);
        assertThat(store.deliveries().ofEvent(ONE.key() + 1)).hasSize(1);
        assertThat(store.deliveries().ofEvent(ONE.key() + 2)).isEmpty();
        store.commit(new Transaction(NOON, List.of(), List.of(), List.of(new CloseStream(TRIGGER)))).join();
        store.purgeEvents(after(9), nothing);
        assertThat(numbers(ONE)).isEmpty();
        assertThat(store.deliveries().ofEvent(ONE.key() + 1)).isEmpty();
    }

    @Test
    void where_a_trigger_stands_in_a_replay_goes_with_its_last_event() {
        arrive(ONE, 4);
        var early = "replay/a/" + TRIGGER;
        var late = "replay/b/" + TRIGGER;
        store.commit(
                        new Transaction(
                                NOON, List.of(), List.of(new CursorMove(early, 2), new CursorMove(late, 3)), List.of()))
                .join();
        store.purgeEvents(after(4), EventLimits.Policy.everywhere(keep(Duration.ofDays(1), 2, Long.MAX_VALUE)));
        assertThat(numbers(ONE)).containsExactly(3L, 4L);
        assertThat(store.cursor(early)).isZero();
        assertThat(store.cursor(late)).isEqualTo(3);
    }

    @Test
    void what_goes_soon_is_named_before_and_what_is_kept_past_its_limit_too() {
        arrive(ONE, 6);
        arrive(TWO, 6);
        EventLimits.Policy policy =
                name ->
                        name.equals("one")
                                ? keep(Duration.ofHours(10), 100, Long.MAX_VALUE)
                                : keep(Duration.ofDays(9), 6, 61);
        assertThat(store.leavingEvents(after(6), Duration.ofHours(6), policy))
                .isEqualTo(
                        new Leaving(
                                List.of(
                                        new Leaving.Source("one/hook/e", "age", 2),
                                        new Leaving.Source("two/hook/e", "count", 6),
                                        new Leaving.Source("two", "bytes", 60)),
                                0,
                                List.of()));
        delivered(1, "filtered");
        store.commit(new Transaction(NOON, List.of(), List.of(new CursorMove(TRIGGER.toString(), 1)), List.of()))
                .join();
        var kept = store.leavingEvents(after(13), Duration.ZERO, policy);
        assertThat(kept.kept()).isEqualTo(2);
        assertThat(kept.keptBy()).containsExactly(TRIGGER.toString());
    }
}
