package tiphys.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
import tiphys.testkit.Eventually;

/// A disk that is really full: a small tmpfs, where the test may mount one.
final class FullDiskTest {
    private static final StreamName SOURCE = new StreamName("source", "a");

    @TempDir Path directory;

    @Test
    void a_full_disk_refuses_keeps_what_it_took_and_goes_on_when_there_is_space() throws Exception {
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=6m", "tiphys-test", directory.toString()) == 0,
                "needs the right to mount");
        try {
            var ballast = Files.write(directory.resolve("ballast"), new byte[2 << 20]);
            int taken = 0;
            try (var store = SqliteStore.open(directory.resolve("data"), SqliteStoreContractTest.OPTIONS)) {
                var failure = catchThrowable(() -> commit(store));
                while (failure == null) {
                    taken++;
                    failure = catchThrowable(() -> commit(store));
                }
                assertThat(failure).isInstanceOf(CompletionException.class).hasCauseInstanceOf(StoreUnavailable.class);
                assertThat(store.readAll(0, 10_000)).hasSize(taken);

                Files.delete(ballast);
                commit(store);
                taken++;
                assertThat(store.head()).isEqualTo(taken);
            }
            try (var store = SqliteStore.open(directory.resolve("data"), SqliteStoreContractTest.OPTIONS)) {
                assertThat(store.readAll(0, 10_000)).hasSize(taken);
            }
        } finally {
            Eventually.within(Duration.ofSeconds(20), "it is unmounted", this::unmounted); // a moment it may be busy
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

    private boolean unmounted() {
        try {
            return run("umount", directory.toString()) == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
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
