package tiphys.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.journal.Append;
import tiphys.journal.NewEntry;
import tiphys.journal.StreamName;
import tiphys.journal.Transaction;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectWrite;
import tiphys.objects.ResourceTypes;
import tiphys.store.SqliteStore;
import tiphys.store.write.StoreOptions;

class EventRetentionTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    private SqliteStore store;
    private EventRetention retention;

    @BeforeEach
    void open(@TempDir Path directory) {
        store = SqliteStore.open(directory, StoreOptions.defaults(_ -> {}));
        retention = new EventRetention(store);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void namespace(String name, Map<String, String> annotations) {
        var object =
                new ApiObject(
                        ResourceTypes.NAMESPACE,
                        Value.object(
                                "apiVersion",
                                "v1",
                                "kind",
                                "Namespace",
                                "metadata",
                                Value.object("name", name, "uid", name, "annotations", annotations)));
        store.commit(new Transaction(NOON, List.of(), List.of(), List.of(new ObjectWrite.Create(object)))).join();
    }

    private void event(String namespace, Duration later) {
        var source = new StreamName("source", namespace + "/hook/e");
        var entry = new NewEntry("said/1", "0123456789".getBytes(UTF_8));
        store.commit(Transaction.of(NOON.plus(later), new Append(source, OptionalLong.empty(), List.of(entry)))).join();
    }

    @Test
    void a_namespace_says_how_long_its_events_are_kept_and_what_goes_is_counted() {
        namespace("short", Map.of(EventRetention.KEEP_FOR, "1h"));
        namespace("small", Map.of(EventRetention.KEEP_BYTES, "15", EventRetention.KEEP_COUNT, "9"));
        for (var name : List.of("short", "small", "usual")) {
            event(name, Duration.ZERO);
            event(name, Duration.ofHours(2));
        }
        var leaving = retention.json(NOON.plus(Duration.ofHours(2))).listAt("leaving");
        assertThat(leaving)
                .containsExactly(
                        Value.object("source", "short/hook/e", "why", "age", "number", 2),
                        Value.object("source", "small", "why", "bytes", "number", 20));
        assertThat(retention.clean(NOON.plus(Duration.ofHours(2)))).isEqualTo(2);
        assertThat(store.readKind("source", 0, 10))
                .extracting(entry -> entry.stream().key() + " " + entry.number())
                .containsExactly("short/hook/e 2", "small/hook/e 2", "usual/hook/e 1", "usual/hook/e 2");
        assertThat(retention.json(NOON.plus(Duration.ofHours(2))).mapAt("removed"))
                .isEqualTo(Value.object("age", 1, "count", 0, "bytes", 1));
    }

    @Test
    void an_annotation_that_cannot_be_read_is_said_and_the_usual_holds() {
        namespace("odd", Map.of(EventRetention.KEEP_FOR, "for ever", EventRetention.KEEP_COUNT, "0"));
        event("odd", Duration.ZERO);
        assertThat(retention.clean(NOON.plus(Duration.ofDays(6)))).isZero();
        assertThat(retention.json(NOON).listAt("problems")).hasSize(2);
        assertThat(retention.clean(NOON.plus(Duration.ofDays(8)))).isEqualTo(1);
    }
}
