package tiphys.store.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.journal.Quarantine;
import tiphys.journal.StreamName;

class QuarantineFilesTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00.5Z");
    private static final StreamName POISON = new StreamName("run", "poison");
    private static final StreamName OTHER = new StreamName("trigger", "ns/uid/other");

    @TempDir Path directory;

    private QuarantineFiles open() {
        return QuarantineFiles.open(directory, NOON);
    }

    /// A process that dies while it decides this.
    private void dieAt(StreamName stream, String... whats) {
        var mark = open().begin(stream, "");
        for (var what : whats) {
            mark.now(what);
        }
    }

    @Test
    void what_kills_twice_is_set_aside_and_the_others_go_on() {
        dieAt(OTHER, "events");
        dieAt(POISON, "its spec");
        dieAt(POISON, "something else", "its spec");
        var quarantine = open();
        assertThat(quarantine.all())
                .containsOnlyKeys(POISON)
                .containsEntry(
                        POISON,
                        "set aside at 2026-11-24T12:00:00Z, because the server died twice while it was deciding about its spec");
        assertThat(quarantine.reason(OTHER)).isEmpty();
        quarantine.close();
        assertThat(open().reason(POISON)).as("after a stop in order").isPresent();
        assertThat(QuarantineFiles.look(directory)).containsOnlyKeys(POISON);
    }

    @Test
    void two_bombs_that_take_turns_are_both_found() {
        dieAt(POISON, "a");
        dieAt(OTHER, "b");
        dieAt(POISON, "a");
        dieAt(OTHER, "b");
        assertThat(open().all()).containsOnlyKeys(POISON, OTHER);
    }

    @Test
    void a_busy_stream_that_is_killed_again_and_again_is_not_set_aside() {
        for (int kill = 0; kill < 100; kill++) {
            dieAt(POISON, "event " + kill);
        }
        assertThat(open().all()).isEmpty();
    }

    @Test
    void what_was_decided_at_last_is_no_longer_suspected() {
        dieAt(POISON, "tick");
        var alive = open();
        alive.begin(POISON, "tick").close();
        dieAt(POISON, "tick");
        assertThat(open().all()).isEmpty();
    }

    @Test
    void a_stop_in_order_ends_all_suspicion_but_of_what_is_still_being_decided() {
        dieAt(POISON, "a");
        open().close();
        dieAt(POISON, "a");
        assertThat(open().all()).isEmpty();

        dieAt(OTHER, "an evaluation without end");
        var stopped = open();
        stopped.begin(OTHER, "an evaluation without end");
        stopped.close();
        assertThat(open().all()).containsOnlyKeys(OTHER);
    }

    @Test
    void a_released_stream_has_two_lives_again() {
        dieAt(POISON, "a");
        dieAt(POISON, "a");
        var quarantine = open();
        assertThat(quarantine.release(POISON)).isTrue();
        assertThat(quarantine.release(POISON)).isFalse();
        quarantine.begin(POISON, "a");
        dieAt(OTHER, "b");
        assertThat(open().all()).isEmpty();
        dieAt(POISON, "a");
        assertThat(open().all()).containsOnlyKeys(POISON);
    }

    @Test
    void what_failed_in_this_process_is_forgotten_with_it() {
        var quarantine = open();
        quarantine.setAside(POISON, "broken");
        assertThat(quarantine.all()).containsEntry(POISON, "broken");
        assertThat(open().all()).isEmpty();
    }

    @Test
    void suspects_are_decided_one_at_a_time() throws InterruptedException {
        dieAt(POISON, "a");
        dieAt(OTHER, "a");
        var quarantine = open();
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        var began = new CountDownLatch(2);
        var threads = new ArrayList<Thread>();
        for (var stream : new StreamName[] {POISON, OTHER}) {
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                began.countDown();
                                for (int i = 0; i < 200; i++) {
                                    try (var _ = quarantine.begin(stream, "b")) {
                                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                                        Thread.yield();
                                        inside.decrementAndGet();
                                    }
                                }
                            }));
        }
        began.await();
        for (var thread : threads) {
            thread.join();
        }
        assertThat(most).hasValue(1);
    }

    @Test
    void more_than_there_is_room_for_is_decided_unmarked() {
        var quarantine = open();
        var marks = new ArrayList<Quarantine.Mark>();
        for (int i = 0; i < 2 * DecidingFile.PLACES; i++) {
            marks.add(quarantine.begin(new StreamName("run", "uid-" + i), "a"));
        }
        marks.forEach(Quarantine.Mark::close);
        quarantine.begin(new StreamName("run", "x".repeat(5000)), "y".repeat(5000)).close();
        quarantine.close();
        assertThat(directory.resolve("deciding")).as("after all were decided").doesNotExist();
    }

    @Test
    void long_words_are_the_same_words_after_a_death() {
        dieAt(POISON, "ä".repeat(1000));
        dieAt(POISON, "ä".repeat(1000));
        assertThat(open().all()).containsOnlyKeys(POISON);
    }

    @Test
    void a_file_that_nobody_can_read_sets_nothing_aside() throws Exception {
        Files.writeString(directory.resolve("quarantine.json"), "{\"aside\":[1");
        Files.write(directory.resolve("deciding"), new byte[] {1, 2, 3});
        assertThat(open().all()).isEmpty();
        assertThat(QuarantineFiles.look(directory)).isEmpty();
    }

    /// Marks, tells, and waits to be killed.
    static final class Child {
        public static void main(String[] arguments) throws InterruptedException {
            var mark = QuarantineFiles.open(Path.of(arguments[0]), NOON).begin(POISON, "first");
            mark.now("second");
            System.out.println("now");
            Thread.currentThread().join();
        }
    }

    @Test
    void a_killed_process_leaves_word() throws Exception {
        for (int kill = 0; kill < 2; kill++) {
            var child =
                    new ProcessBuilder(
                                    ProcessHandle.current().info().command().orElseThrow(),
                                    "--enable-native-access=ALL-UNNAMED",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    Child.class.getName(),
                                    directory.toString())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            assertThat(child.getInputStream().read()).isEqualTo('n');
            child.toHandle().destroyForcibly();
            child.waitFor();
        }
        assertThat(open().all()).containsOnlyKeys(POISON);
    }
}
