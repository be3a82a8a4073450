package tiphys.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import tiphys.events.EventIndex;
import tiphys.journal.Append;
import tiphys.journal.EntryPlace;
import tiphys.journal.NewEntry;
import tiphys.journal.StreamName;
import tiphys.journal.Transaction;
import tiphys.store.write.StoreOptions;

/// Prints how many events of 1 KiB are accepted in a second: each a transaction of its own with its row of the index,
/// each writer waiting for its flush. Arguments: directory, writers, seconds.
final class Throughput {
    private Throughput() {}

    public static void main(String[] arguments) throws Exception {
        var directory = Files.createTempDirectory(Path.of(arguments[0]), "throughput");
        int writers = Integer.parseInt(arguments[1]);
        int seconds = Integer.parseInt(arguments[2]);
        try (var store = SqliteStore.open(directory, StoreOptions.defaults(Throwable::printStackTrace))) {
            round(store, writers, 2, "warm");
            round(store, writers, seconds, "run");
            System.out.println(store.sizes());
        }
    }

    private static void round(SqliteStore store, int writers, int seconds, String name) throws Exception {
        var source = new StreamName("source", "argo-events/webhook/trigger");
        var body = new byte[1024];
        var done = new AtomicLong();
        long flushes = store.flushes();
        long start = System.nanoTime();
        long end = start + seconds * 1_000_000_000L;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < writers; i++) {
                var prefix = name + i + "-";
                threads.execute(() -> {
                    for (long n = 0; System.nanoTime() < end; n++) {
                        store.commit(
                                        new Transaction(
                                                Instant.now(),
                                                List.of(
                                                        new Append(
                                                                source,
                                                                OptionalLong.empty(),
                                                                List.of(new NewEntry("event.accepted/1", body)))),
                                                List.of(),
                                                List.of(
                                                        new EventIndex(
                                                                source,
                                                                prefix + n,
                                                                Optional.empty(),
                                                                new EntryPlace.Appended(0)))))
                                .join();
                        done.incrementAndGet();
                    }
                });
            }
        }
        double took = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%s: %d writers, %.0f events/s, %.4f flushes per event%n",
                name, writers, done.get() / took, (store.flushes() - flushes) / (double) done.get());
    }
}
