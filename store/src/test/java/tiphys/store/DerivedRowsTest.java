package tiphys.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.engine.InMemoryRunRows;
import tiphys.engine.RunRow;
import tiphys.engine.RunRows;
import tiphys.engine.Runs;
import tiphys.events.Deliveries;
import tiphys.events.Deliveries.TriggerName;
import tiphys.events.DeliveryRow;
import tiphys.events.EventIndex;
import tiphys.events.EventIndexReader;
import tiphys.events.InMemoryEventRows;
import tiphys.journal.Append;
import tiphys.journal.CloseStream;
import tiphys.journal.Committed;
import tiphys.journal.Conflict;
import tiphys.journal.EntryPlace;
import tiphys.journal.Journal;
import tiphys.journal.NewEntry;
import tiphys.journal.StreamName;
import tiphys.journal.Transaction;
import tiphys.journal.Write;
import tiphys.objects.InMemoryStore;
import tiphys.store.keep.Retention;

/// The derived rows, alike in the real store and in the fakes.
final class DerivedRowsTest {
    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    private static final StreamName SOURCE = new StreamName("source", "ns/webhook/trigger");

    @Nested
    final class In_SQLite extends Contract {
        @TempDir Path directory;

        @Override
        Rows open() {
            var store = SqliteStore.open(directory, SqliteStoreContractTest.OPTIONS);
            return new Rows(store, store.events(), store.deliveries(), store.runs());
        }

        @Test
        void ended_runs_go_by_age_and_number() {
            var store = (SqliteStore) rows.journal();
            for (int i = 0; i < 5; i++) {
                var stream = new StreamName("run", "u" + i);
                commit(NOON.plusSeconds(i), Optional.of(stream), run("u" + i, i, i == 4 ? "Running" : "Succeeded"));
                if (i < 4) {
                    commit(NOON, Optional.empty(), new CloseStream(stream));
                }
            }

            assertThat(store.purgeRuns(NOON.plusSeconds(60), new Retention(Duration.ofDays(1), 2))).isEqualTo(2);
            assertThat(store.history(new StreamName("run", "u1"))).isEmpty();
            assertThat(store.history(new StreamName("run", "u2"))).hasSize(1);
            assertThat(uids(rows.runs().list(any(10, "")))).containsExactly("u4", "u3", "u2");
            assertThat(store.purgeRuns(NOON.plus(Duration.ofDays(2)), new Retention(Duration.ofDays(1), 2)))
                    .isEqualTo(2);
            assertThat(uids(rows.runs().list(any(10, "")))).containsExactly("u4");
        }
    }

    @Nested
    final class In_memory extends Contract {
        @Override
        Rows open() {
            var events = new InMemoryEventRows();
            var runs = new InMemoryRunRows();
            return new Rows(new InMemoryStore(events, runs), events, events, runs);
        }
    }

    record Rows(Journal journal, EventIndexReader events, Deliveries deliveries, RunRows runs) {}

    abstract static class Contract {
        Rows rows;

        abstract Rows open();

        @BeforeEach
        void opens() {
            rows = open();
        }

        @AfterEach
        void closes() {
            rows.journal().close();
        }

        Committed commit(Instant at, Optional<StreamName> stream, Write... writes) {
            var appends =
                    stream.map(name ->
                                    List.of(
                                            new Append(
                                                    name,
                                                    OptionalLong.empty(),
                                                    List.of(new NewEntry("t/1", new byte[0])))))
                            .orElse(List.of());
            return rows.journal().commit(new Transaction(at, appends, List.of(), List.of(writes))).join();
        }

        private Committed accept(Instant at, String id, String identity) {
            return commit(
                    at,
                    Optional.of(SOURCE),
                    new EventIndex(SOURCE, id, Optional.of(identity), new EntryPlace.Appended(0)));
        }

        static DeliveryRow delivery(String event, String trigger, String verdict, EntryPlace entry) {
            return new DeliveryRow(
                    event, "ns", "sensor", trigger, verdict, Optional.of("f"), Optional.empty(), NOON, entry);
        }

        static RunRow run(String uid, int second, String phase) {
            return new RunRow(
                    uid,
                    "ns",
                    "name-" + uid,
                    phase,
                    "",
                    NOON.plusSeconds(second),
                    Optional.of(NOON.plusSeconds(second)),
                    phase.equals("Succeeded") ? Optional.of(NOON.plusSeconds(second + 1)) : Optional.empty(),
                    "1/2",
                    "",
                    "event",
                    second % 2 == 1,
                    "",
                    "[]");
        }

        static Runs.Query any(int limit, String before) {
            return new Runs.Query("", "", "", "", before, limit);
        }

        static List<String> uids(List<RunRow> runs) {
            return runs.stream().map(RunRow::uid).toList();
        }

        @Test
        void an_event_is_found_by_its_id() {
            accept(NOON, "e1", "i1");
            var second = accept(NOON, "e2", "i2");

            assertThat(rows.events().sequence("e2")).contains(second.firstSequence());
            assertThat(rows.events().sequence("e3")).isEmpty();
        }

        @Test
        void an_identity_is_taken_once_within_the_window() {
            accept(NOON, "e1", "same");

            assertThatThrownBy(() -> accept(NOON.plus(Duration.ofDays(6)), "e2", "same"))
                    .cause()
                    .isInstanceOfSatisfying(
                            Conflict.class,
                            conflict -> assertThat(conflict.reason()).isEqualTo(Conflict.Reason.ALREADY_EXISTS))
                    .hasMessageContaining("already as event e1");
            assertThat(rows.events().eventOf(SOURCE, "same")).contains("e1");
            assertThat(rows.events().sequence("e2")).isEmpty();
            assertThat(rows.journal().head()).isEqualTo(1);

            accept(NOON.plus(Duration.ofDays(8)), "e3", "same");
            assertThat(rows.events().eventOf(SOURCE, "same")).contains("e3");
        }

        @Test
        void an_index_that_is_rebuilt_stays_as_it_was() {
            long sequence = accept(NOON, "e1", "i1").firstSequence();

            commit(
                    NOON,
                    Optional.empty(),
                    new EventIndex(SOURCE, "e1", Optional.of("i1"), new EntryPlace.Stored(sequence)));

            assertThat(rows.events().sequence("e1")).contains(sequence);
        }

        @Test
        void deliveries_are_listed_and_counted() {
            var trigger = new StreamName("trigger", "ns/sensor/t");
            commit(NOON, Optional.of(trigger), delivery("e1", "t", "waiting", new EntryPlace.Appended(0)));
            commit(NOON, Optional.of(trigger), delivery("e2", "t", "fired", new EntryPlace.Appended(0)));
            var third = commit(NOON, Optional.of(trigger), delivery("e1", "t", "fired", new EntryPlace.Appended(0)));
            commit(NOON, Optional.empty(), delivery("e1", "t", "failed", new EntryPlace.Stored(third.firstSequence())));

            var deliveries = rows.deliveries();
            assertThat(deliveries.ofEvent("e1")).extracting("verdict").containsExactly("waiting", "failed");
            assertThat(deliveries.latest(List.of("e1", "e2", "e3")))
                    .hasSize(2)
                    .hasEntrySatisfying("e1", latest -> assertThat(latest.verdict()).isEqualTo("failed"));
            assertThat(deliveries.counts("ns"))
                    .isEqualTo(
                            Map.of(
                                    new TriggerName("ns", "sensor", "t"),
                                    Map.of("waiting", 1L, "fired", 1L, "failed", 1L)));
            assertThat(deliveries.list("ns", "", 0, 10)).extracting("sequence").containsExactly(3L, 2L, 1L);
            assertThat(deliveries.list("", "fired", 3, 10)).extracting("eventId").containsExactly("e2");
        }

        @Test
        void runs_are_listed_newest_first_in_pages() {
            for (int i = 0; i < 5; i++) {
                commit(NOON, Optional.empty(), run("u" + i, i, "Running"));
            }
            commit(NOON, Optional.empty(), run("u2", 2, "Succeeded"));

            assertThat(uids(rows.runs().list(any(2, "")))).containsExactly("u4", "u3");
            assertThat(uids(rows.runs().list(any(2, "u3")))).containsExactly("u2", "u1");
            assertThat(uids(rows.runs().list(new Runs.Query("ns", "Succeeded", "", "", "", 9)))).containsExactly("u2");
            assertThat(uids(rows.runs().list(new Runs.Query("", "", "", "me-u1", "", 9)))).containsExactly("u1");
            assertThat(uids(rows.runs().ofEvent("event"))).hasSize(5).startsWith("u0");
        }

        @Test
        void a_run_is_found_by_uid_and_by_name() {
            commit(NOON, Optional.empty(), run("u1", 1, "Succeeded"));
            commit(NOON, Optional.empty(), run("u2", 2, "Running"));

            assertThat(rows.runs().find("u1")).contains(run("u1", 1, "Succeeded"));
            assertThat(rows.runs().find("ns", "name-u1")).contains(run("u1", 1, "Succeeded"));
            assertThat(rows.runs().find("ns", "nobody")).isEmpty();
            assertThat(rows.runs().ended()).containsExactly("u1");
        }
    }
}
