package tiphys.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.journal.Append;
import tiphys.journal.NewEntry;
import tiphys.journal.StoreUnavailable;
import tiphys.journal.StreamName;
import tiphys.journal.Transaction;

/// A disk that is really full: a small tmpfs, where the test may mount one.
final class FullDiskTest {
    private static final StreamName SOURCE = new StreamName("source", "a");

    @TempDir Path directory;

    @Test
    void a_full_disk_refuses_keeps_what_it_took_and_goes_on_when_there_is_space() throws Exception {
        onSmallDisk(ballast -> {
            int taken;
            try (var store = open()) {
                taken = fill(store);
                assertThat(store.readAll(0, 10_000)).hasSize(taken);

                Files.delete(ballast);
                commit(store);
                taken++;
                assertThat(store.head()).isEqualTo(taken);
            }
            assertHolds(taken);
        });
    }

    @Test
    void a_store_closed_on_a_full_disk_lets_go_of_its_files_and_the_next_start_has_everything() throws Exception {
        onSmallDisk(ballast -> {
            int taken;
            try (var store = open()) {
                taken = fill(store);
            }
            Files.delete(ballast);
            assertHolds(taken);
        });
    }

    private interface Body {
        void run(Path ballast) throws IOException;
    }

    /// Runs a test on a disk of 6 MiB, of which a file can be deleted; at its end no file may be open.
    private void onSmallDisk(Body body) throws IOException, InterruptedException {
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=6m", "tiphys-test", directory.toString()) == 0,
                "needs the right to mount");
        try {
            body.run(Files.write(directory.resolve("ballast"), new byte[2 << 20]));
        } catch (IOException | RuntimeException | AssertionError e) {
            run("umount", "-l", directory.toString());
            throw e;
        }
        assertThat(run("umount", directory.toString())).isZero();
    }

    private SqliteStore open() {
        return SqliteStore.open(directory.resolve("data"), SqliteStoreContractTest.OPTIONS);
    }

    /// Commits until it is refused.
    ///
    /// @return how often it was not
    private static int fill(SqliteStore store) {
        int taken = 0;
        var failure = catchThrowable(() -> commit(store));
        while (failure == null) {
            taken++;
            failure = catchThrowable(() -> commit(store));
        }
        assertThat(failure).isInstanceOf(CompletionException.class).hasCauseInstanceOf(StoreUnavailable.class);
        return taken;
    }

    private void assertHolds(int entries) {
        try (var store = open()) {
            assertThat(store.readAll(0, 10_000)).hasSize(entries);
        }
    }

    private static void commit(SqliteStore store) {
        store.commit(
                        Transaction.of(
                                Instant.EPOCH,
                                new Append(
                                        SOURCE,
                                        OptionalLong.empty(),
                                        List.of(new NewEntry("said/1", new byte[10_000])))))
                .join();
    }

    private static int run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException _) {
            return -1;
        }
    }
}
