package tiphys.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.journal.Transaction;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectWrite;
import tiphys.objects.ResourceTypes;
import tiphys.store.write.StoreOptions;

/// How much of what was stored stays in memory.
final class SmallHeapTest {
    private static final int OBJECTS = 1_500;
    private static final int FIELDS = 1_000;

    @TempDir Path directory;

    /// Stores objects that would take several times the heap together, watches them as they come, and reads them all.
    static final class Child {
        public static void main(String[] arguments) {
            try (var store =
                    SqliteStore.open(Path.of(arguments[0]), StoreOptions.defaults(_ -> Runtime.getRuntime().halt(3)))) {
                long seen = 0;
                for (int i = 0; i < OBJECTS; i++) {
                    var write = new ObjectWrite.Create(large(i));
                    store.commit(new Transaction(Instant.EPOCH, List.of(), List.of(), List.of(write))).join();
                    seen = store.changes(ResourceTypes.WORKFLOW, Optional.empty(), seen, 10).getLast().version();
                }
                System.exit(seen == OBJECTS && listed(store) == OBJECTS && changes(store) == OBJECTS ? 0 : 4);
            }
        }

        private static int listed(SqliteStore store) {
            int all = 0;
            Optional<String> after = Optional.empty();
            while (true) {
                var page = store.list(ResourceTypes.WORKFLOW, Optional.empty(), after, OBJECTS);
                all += page.objects().size();
                if (!page.more()) {
                    return all;
                }
                after = Optional.of("default/" + page.objects().getLast().name());
            }
        }

        private static int changes(SqliteStore store) {
            int all = 0;
            long seen = 0;
            while (true) {
                var some = store.changes(ResourceTypes.WORKFLOW, Optional.empty(), seen, OBJECTS);
                if (some.isEmpty()) {
                    return all;
                }
                all += some.size();
                seen = some.getLast().version();
            }
        }

        private static ApiObject large(int number) {
            var fields = new Object[2 * FIELDS];
            for (int i = 0; i < FIELDS; i++) {
                fields[2 * i] = "field-" + i;
                fields[2 * i + 1] = number + "-" + i;
            }
            var metadata = Value.object("namespace", "default", "name", "w" + number, "uid", "u" + number);
            return new ApiObject(
                    ResourceTypes.WORKFLOW,
                    Value.object("metadata", metadata, "status", Value.object("nodes", Value.object(fields))));
        }
    }

    @Test
    void many_large_objects_do_not_fill_the_memory() throws Exception {
        var child =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-Xmx96m",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Child.class.getName(),
                                directory.toString())
                        .inheritIO()
                        .start();
        assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(child.exitValue()).isZero();
    }
}
