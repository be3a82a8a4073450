package tiphys.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import tiphys.journal.Append;
import tiphys.journal.CloseStream;
import tiphys.journal.Committed;
import tiphys.journal.CursorMove;
import tiphys.journal.Entry;
import tiphys.journal.NewEntry;
import tiphys.journal.StoreUnavailable;
import tiphys.journal.StreamName;
import tiphys.journal.Transaction;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.ObjectWrite;
import tiphys.objects.ResourceTypes;
import tiphys.store.keep.DirectoryInUse;
import tiphys.store.keep.EventLimits;
import tiphys.store.sql.IncompatibleStore;
import tiphys.store.write.Disk;
import tiphys.store.write.StoreOptions;
import tiphys.testkit.Eventually;

final class SqliteStoreTest {
    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    private static final StreamName SOURCE = new StreamName("source", "ns/webhook/trigger");
    private static final StreamName RUN = new StreamName("run", "a");
    private static final StoreOptions OPTIONS = SqliteStoreContractTest.OPTIONS;

    @TempDir Path directory;

    private SqliteStore open() {
        return SqliteStore.open(directory, OPTIONS);
    }

    private static Transaction says(StreamName stream, String text) {
        return Transaction.of(
                NOON, new Append(stream, OptionalLong.empty(), List.of(new NewEntry("said/1", text.getBytes(UTF_8)))));
    }

    private static Transaction create(String name) {
        var object =
                new ApiObject(
                        ResourceTypes.SENSOR,
                        Value.object("metadata", Value.object("name", name, "namespace", "ns", "uid", name)));
        return new Transaction(NOON, List.of(), List.of(), List.of(new ObjectWrite.Create(object)));
    }

    private static List<String> bodies(List<Entry> entries) {
        return entries.stream().map(entry -> new String(entry.body(), UTF_8)).toList();
    }

    @Test
    void everything_is_there_after_a_reopen() {
        try (var store = open()) {
            store.commit(says(SOURCE, "one")).join();
            store.commit(says(RUN, "two")).join();
            store.commit(says(RUN, "three")).join();
            store.commit(create("a")).join();
            store.commit(
                            new Transaction(
                                    NOON, List.of(), List.of(new CursorMove("c", 2)), List.of(new CloseStream(RUN))))
                    .join();
        }
        try (var store = open()) {
            assertThat(store.head()).isEqualTo(3);
            assertThat(store.version()).isEqualTo(1);
            assertThat(bodies(store.readAll(0, 10))).containsExactly("one");
            assertThat(bodies(store.readKind("source", 0, 10))).containsExactly("one");
            assertThat(bodies(store.history(RUN))).containsExactly("two", "three");
            assertThat(store.cursor("c")).isEqualTo(2);
            assertThat(store.changes(ResourceTypes.SENSOR, Optional.of("ns"), 0, 10)).hasSize(1);
            assertThat(store.commit(says(SOURCE, "four")).join()).isEqualTo(new Committed(4, 4, 0));
            assertThat(store.commit(create("b")).join().version()).isEqualTo(2);
            assertThat(bodies(store.readKind("source", 0, 10))).containsExactly("one", "four");
        }
    }

    @Test
    void a_second_start_is_refused_and_told_who_holds_the_directory() {
        try (var _ = open()) {
            assertThatThrownBy(this::open)
                    .isInstanceOf(DirectoryInUse.class)
                    .hasMessageContaining("is in use by process " + ProcessHandle.current().pid() + " since ");
        }
        open().close();
    }

    @Test
    void a_store_of_a_newer_program_is_refused() throws Exception {
        open().close();
        sql("INSERT INTO migration VALUES (2, 'later')");

        assertThatThrownBy(this::open)
                .isInstanceOf(IncompatibleStore.class)
                .hasMessageContaining("was written by a newer program (schema 2; this one knows 1)");
    }

    @Test
    void a_store_of_another_make_is_refused() throws Exception {
        open().close();
        sql("UPDATE migration SET checksum = 'other'");

        assertThatThrownBy(this::open).isInstanceOf(IncompatibleStore.class);
    }

    private void sql(String statement) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("tiphys.db"));
                var any = connection.createStatement()) {
            any.execute(statement);
        }
    }

    @Test
    void a_full_disk_fails_its_batch_and_the_next_one_works() {
        var full = new AtomicInteger();
        Disk disk =
                commit -> {
                    if (full.getAndDecrement() > 0) {
                        throw new SQLiteException("database or disk is full", SQLiteErrorCode.SQLITE_FULL);
                    }
                    commit.run();
                };
        try (var store = SqliteStore.open(directory, OPTIONS, disk)) {
            store.commit(says(RUN, "one")).join();
            full.set(1);
            assertThatThrownBy(() -> store.commit(says(RUN, "two")).join())
                    .hasCauseInstanceOf(StoreUnavailable.class)
                    .hasMessageContaining("disk is full");
            assertThat(store.head()).isEqualTo(1);

            assertThat(store.commit(says(RUN, "three")).join().firstSequence()).isEqualTo(2);
            assertThat(bodies(store.read(RUN, 0, 10))).containsExactly("one", "three");
            assertThat(bodies(store.readAll(0, 10))).containsExactly("one", "three");
        }
    }

    @Test
    void a_failed_flush_is_told_and_nothing_is_stored_any_more() {
        var told = new AtomicReference<Throwable>();
        var options = new StoreOptions(100, 1, OPTIONS.watch(), OPTIONS.identities(), told::set);
        Disk disk =
                _ -> {
                    throw new SQLiteException("disk I/O error", SQLiteErrorCode.SQLITE_IOERR_FSYNC);
                };
        try (var store = SqliteStore.open(directory, options, disk)) {
            var first = store.commit(says(RUN, "one"));
            assertThatThrownBy(first::join).hasCauseInstanceOf(StoreUnavailable.class);
            assertThatThrownBy(() -> store.commit(says(RUN, "two")).join())
                    .hasCauseInstanceOf(StoreUnavailable.class)
                    .hasMessageContaining("a flush failed");
        }
        assertThat(told.get()).hasMessageContaining("disk I/O error");
    }

    /// Between the commit and its flush waits, then fails it.
    private static Disk failsLate(CountDownLatch committed, CountDownLatch goOn) {
        return new Disk() {
            @Override
            public void commit(Write commit) throws SQLException {
                commit.run();
            }

            @Override
            public void flush(Write flush) throws SQLException {
                committed.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new SQLException(e);
                }
                throw new SQLiteException("disk I/O error", SQLiteErrorCode.SQLITE_IOERR_FSYNC);
            }
        };
    }

    @Test
    void a_reader_is_not_shown_what_is_committed_but_not_flushed() throws Exception {
        var committed = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        try (var store = SqliteStore.open(directory, OPTIONS, failsLate(committed, goOn))) {
            var writing =
                    CompletableFuture.runAsync(() -> store.commit(create("sensor")).join(), Thread::startVirtualThread);
            committed.await();
            var seen = new CompletableFuture<Map<ObjectKey, String>>();
            var reader =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    seen.complete(store.uids(ResourceTypes.SENSOR));
                                } catch (StoreUnavailable e) {
                                    seen.completeExceptionally(e);
                                }
                            });
            Eventually.within(
                    Duration.ofSeconds(10), () -> seen.isDone() || reader.getState() == Thread.State.TIMED_WAITING);
            goOn.countDown();

            assertThatThrownBy(seen::join)
                    .hasCauseInstanceOf(StoreUnavailable.class)
                    .hasMessageContaining("not flushed");
            assertThatThrownBy(writing::join).hasRootCauseInstanceOf(SQLiteException.class);
        }
    }

    @Test
    void a_thread_that_was_interrupted_commits_all_the_same() {
        try (var store = open()) {
            Thread.currentThread().interrupt();
            store.commit(create("sensor")).join();
            assertThat(Thread.interrupted()).isTrue();

            store.commit(create("other")).join();
            assertThat(store.uids(ResourceTypes.SENSOR)).hasSize(2);
        }
    }

    @Test
    void the_log_has_written_room_ahead_which_the_next_start_takes_for_its_end(@TempDir Path copy) throws Exception {
        var log = directory.resolve("tiphys.db-wal");
        try (var store = open()) {
            store.commit(says(RUN, "one")).join();
            Eventually.within(Duration.ofSeconds(10), () -> log.toFile().length() > 4 << 20);
            store.commit(says(RUN, "two")).join();
            for (var file : List.of("tiphys.db", "tiphys.db-wal")) {
                Files.copy(directory.resolve(file), copy.resolve(file));
            }
        }
        try (var store = SqliteStore.open(copy, OPTIONS)) {
            assertThat(bodies(store.read(RUN, 0, 10))).containsExactly("one", "two");
            assertThat(store.commit(says(RUN, "three")).join().firstSequence()).isEqualTo(3);
        }
    }

    private static Disk slow(CountDownLatch entered, CountDownLatch goOn) {
        return commit -> {
            entered.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new SQLException(e);
            }
            commit.run();
        };
    }

    @Test
    void an_arrival_from_outside_does_not_wait_for_what_runs_and_triggers_store() throws Exception {
        var entered = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        try (var store = SqliteStore.open(directory, OPTIONS, slow(entered, goOn))) {
            var first = store.commit(says(SOURCE, "first"));
            entered.await();
            var inside = new ArrayList<CompletableFuture<Committed>>();
            for (int i = 0; i < 600; i++) {
                inside.add(store.commit(create("sensor-" + i)));
            }
            var order = new CopyOnWriteArrayList<String>();
            inside.getFirst().thenRun(() -> order.add("inside"));
            var arrival = store.commit(says(SOURCE, "arrival"));
            var noted = arrival.thenRun(() -> order.add("arrival"));
            goOn.countDown();
            first.join();
            inside.forEach(CompletableFuture::join);
            assertThat(store.flushes()).isEqualTo(4);
            noted.join();
            assertThat(order).startsWith("arrival");
        }
    }

    @Test
    void a_full_queue_refuses_and_what_arrives_together_shares_a_flush() throws Exception {
        var entered = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var options = new StoreOptions(10, 1, OPTIONS.watch(), OPTIONS.identities(), OPTIONS.flushFailed());
        try (var store = SqliteStore.open(directory, options, slow(entered, goOn))) {
            var commits = new ArrayList<CompletableFuture<Committed>>();
            commits.add(store.commit(says(SOURCE, "first")));
            entered.await();
            for (int i = 0; i < 10; i++) {
                commits.add(store.commit(says(SOURCE, "e" + i)));
            }
            assertThatThrownBy(() -> store.commit(says(SOURCE, "too many")).join())
                    .hasCauseInstanceOf(StoreUnavailable.class);
            assertThat(store.readAll(0, 10)).isEmpty();

            goOn.countDown();
            commits.forEach(CompletableFuture::join);
            assertThat(store.flushes()).isEqualTo(2);
        }
    }

    @Test
    void what_was_handed_in_before_the_close_is_stored() throws Exception {
        var entered = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var store = SqliteStore.open(directory, OPTIONS, slow(entered, goOn));
        var handedIn = new ArrayList<CompletableFuture<Committed>>();
        handedIn.add(store.commit(says(SOURCE, "first")));
        entered.await();
        for (int i = 0; i < 600; i++) {
            handedIn.add(store.commit(create("sensor-" + i)));
        }
        var closing = Thread.ofPlatform().daemon().start(store::close);
        Eventually.within(
                Duration.ofSeconds(20),
                "nothing more is taken",
                () -> store.commit(says(SOURCE, "late")).isCompletedExceptionally());
        goOn.countDown();
        closing.join(Duration.ofSeconds(20));
        assertThat(handedIn).allMatch(answer -> answer.isDone() && !answer.isCompletedExceptionally());
    }

    @Test
    void what_is_handed_in_while_the_store_closes_is_stored_or_refused_and_always_answered() throws Exception {
        var store = open();
        var outside = new Writers(store, _ -> says(SOURCE, "e"));
        var inside = new Writers(store, i -> create("sensor-" + i));
        assertThat(outside.some.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(inside.some.await(20, TimeUnit.SECONDS)).isTrue();
        store.close();
        long entries = outside.stored();
        long objects = inside.stored();
        try (var again = open()) {
            assertThat(again.head()).isEqualTo(entries).isGreaterThanOrEqualTo(100);
            assertThat(again.version()).isEqualTo(objects).isGreaterThanOrEqualTo(100);
        }
    }

    /// Two threads that hand in transactions until one is refused.
    private static final class Writers {
        private final Queue<CompletableFuture<Committed>> answers = new ConcurrentLinkedQueue<>();
        private final CountDownLatch some = new CountDownLatch(100);
        private final AtomicInteger numbers = new AtomicInteger();
        private final List<CompletableFuture<Void>> threads = new ArrayList<>();

        Writers(SqliteStore store, IntFunction<Transaction> transactions) {
            for (int i = 0; i < 2; i++) {
                threads.add(
                        CompletableFuture.runAsync(
                                () -> write(store, transactions), task -> Thread.ofPlatform().daemon().start(task)));
            }
        }

        private void write(SqliteStore store, IntFunction<Transaction> transactions) {
            CompletableFuture<Committed> answer;
            do {
                answer = store.commit(transactions.apply(numbers.incrementAndGet()));
                answers.add(answer);
                answer.thenRun(some::countDown);
                if (answers.size() % 16 == 0) {
                    var _ = answer.handle((_, _) -> true).join(); // the queue has a limit
                }
            } while (!answer.isCompletedExceptionally());
        }

        /// How many were stored; the others were refused.
        long stored() throws Exception {
            for (var thread : threads) {
                thread.get(20, TimeUnit.SECONDS);
            }
            long stored = 0;
            for (var answer : answers) {
                try {
                    answer.get(20, TimeUnit.SECONDS);
                    stored++;
                } catch (ExecutionException e) {
                    assertThat(e).hasCauseInstanceOf(StoreUnavailable.class);
                }
            }
            return stored;
        }
    }

    @Test
    void what_is_handed_in_after_the_close_is_refused() {
        var store = open();
        store.close();
        assertThatThrownBy(() -> store.commit(says(RUN, "late")).join()).hasCauseInstanceOf(StoreUnavailable.class);
    }

    @Test
    void a_backup_while_writing_is_whole() {
        var copy = directory.resolve("copy");
        copy.toFile().mkdirs();
        try (var store = open()) {
            var commits = new ArrayList<CompletableFuture<Committed>>();
            for (int i = 0; i < 500; i++) {
                commits.add(store.commit(says(SOURCE, "e" + i)));
            }
            commits.getFirst().join();
            store.backup(copy.resolve("tiphys.db"));
            commits.forEach(CompletableFuture::join);
        }
        try (var restored = SqliteStore.open(copy, OPTIONS)) {
            assertThat(restored.readAll(0, 1000)).hasSize((int) restored.head()).hasSizeGreaterThan(0);
            restored.commit(says(SOURCE, "more")).join();
        }
    }

    @Test
    void a_reader_far_behind_the_tail_reads_from_disk_without_a_gap() {
        try (var store = open()) {
            var commits = new ArrayList<CompletableFuture<Committed>>();
            for (int i = 0; i < 9000; i++) {
                commits.add(store.commit(says(i % 3 == 0 ? RUN : SOURCE, "e" + i)));
                if (i % 2000 == 0) {
                    commits.getLast().join();
                }
            }
            commits.getLast().join();

            long place = 0;
            int read = 0;
            for (var page = store.readKind("source", place, 700);
                    !page.isEmpty();
                    page = store.readKind("source", place, 700)) {
                place = page.getLast().sequence();
                read += page.size();
            }
            assertThat(read).isEqualTo(6000);
        }
    }

    @Test
    void the_watch_window_ends_by_age() {
        try (var store = open()) {
            store.commit(create("a")).join();
            assertThat(store.purgeChanges(NOON.plus(Duration.ofMinutes(59)))).isZero();
            assertThat(store.purgeChanges(NOON.plus(Duration.ofMinutes(61)))).isEqualTo(1);
            store.commit(create("b")).join();

            assertThatThrownBy(() -> store.changes(ResourceTypes.SENSOR, Optional.empty(), 0, 10))
                    .isInstanceOf(ObjectStore.Expired.class);
            assertThat(store.changes(ResourceTypes.SENSOR, Optional.empty(), 1, 10)).hasSize(1);
        }
    }

    @Test
    void events_go_by_age_and_number_but_never_before_they_were_consumed() {
        try (var store = open()) {
            for (int i = 1; i <= 10; i++) {
                store.commit(says(SOURCE, "e" + i)).join();
            }
            var trigger = new StreamName("trigger", "ns/u/t");
            var gone = new StreamName("trigger", "ns/u/gone");
            store.commit(
                            new Transaction(
                                    NOON,
                                    List.of(
                                            says(trigger, "hears").appends().getFirst(),
                                            says(gone, "hears").appends().getFirst()),
                                    List.of(
                                            new CursorMove(trigger.toString(), 4),
                                            new CursorMove(gone.toString(), 1),
                                            new CursorMove("born/u/t", 1),
                                            new CursorMove(SOURCE + "/u#partition", 1)),
                                    List.of(new CloseStream(gone))))
                    .join();

            assertThat(store.purgeEvents(NOON.plusSeconds(1), keep(Duration.ofDays(7), 8)).count()).isEqualTo(2);
            assertThat(bodies(store.readKind("source", 0, 1))).containsExactly("e3");
            assertThat(store.purgeEvents(NOON.plusSeconds(10), keep(Duration.ofSeconds(1), 8)).age()).isEqualTo(2);
            assertThat(bodies(store.readKind("source", 0, 1))).containsExactly("e5");
            assertThat(store.commit(says(SOURCE, "e11")).join().firstSequence()).isEqualTo(13);
            assertThat(store.read(SOURCE, 10, 1).getFirst().number()).isEqualTo(11);
            store.vacuum();
        }
    }

    private static EventLimits.Policy keep(Duration age, long count) {
        return EventLimits.Policy.everywhere(new EventLimits(age, count, Long.MAX_VALUE));
    }

    @Test
    void sizes_name_every_table() {
        try (var store = open()) {
            store.commit(says(SOURCE, "one")).join();
            var sizes = store.sizes();

            assertThat(sizes.tables().get("entry").rows()).isEqualTo(1);
            assertThat(sizes.tables().get("entry").bytes()).isPositive();
            assertThat(sizes.freeBytes()).isPositive();
            assertThat(sizes.flushes()).isEqualTo(1);
        }
    }
}
