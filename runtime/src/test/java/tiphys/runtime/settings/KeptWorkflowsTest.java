package tiphys.runtime.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tiphys.journal.Transaction;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.InMemoryStore;
import tiphys.objects.ObjectChange;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectWrite;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.TinyStores;
import tiphys.runtime.objects.TinyObjects;
import tiphys.runtime.stream.VirtualTime;
import tiphys.testkit.Eventually;

class KeptWorkflowsTest {
    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

    private final InMemoryStore store = TinyStores.fresh();
    private final Controllers controllers = new Controllers(store);
    private final KeptWorkflows kept =
            new KeptWorkflows(
                    store, new TinyObjects(TinyStores.over(store), new VirtualTime(NOON)), controllers, Runnable::run);

    @AfterEach
    void close() {
        kept.close();
    }

    private void write(ObjectWrite write) {
        store.commit(new Transaction(NOON, List.of(), List.of(), List.of(write))).join();
    }

    private static ApiObject workflow(String name, int minute, String phase) {
        var created = NOON.plus(Duration.ofMinutes(minute)).toString();
        var metadata = Value.object("namespace", "ns", "name", name, "uid", name, "creationTimestamp", created);
        return new ApiObject(
                ResourceTypes.WORKFLOW,
                Value.object(
                        "apiVersion",
                        "argoproj.io/v1alpha1",
                        "kind",
                        "Workflow",
                        "metadata",
                        metadata,
                        "spec",
                        Value.Mapping.EMPTY,
                        "status",
                        Value.object("phase", phase)));
    }

    private void add(String name, int minute, String phase) {
        write(new ObjectWrite.Create(workflow(name, minute, phase)));
    }

    private void policy(String policy) {
        var metadata = Value.object("name", Controllers.NAME, "namespace", "argo", "uid", "settings");
        var map =
                new ApiObject(
                        ResourceTypes.CONFIG_MAP,
                        Value.object(
                                "apiVersion",
                                "v1",
                                "kind",
                                "ConfigMap",
                                "metadata",
                                metadata,
                                "data",
                                Value.object("retentionPolicy", policy)));
        write(
                store.get(map.key()).isEmpty()
                        ? new ObjectWrite.Create(map)
                        : new ObjectWrite.Update(map, OptionalLong.empty()));
        controllers.heardOfConfigMap(
                new ObjectChange(store.version(), ObjectChange.Type.MODIFIED, store.get(map.key()).orElseThrow()));
    }

    private void awaitLeft(String... names) {
        Eventually.within(
                Duration.ofSeconds(10),
                "left are " + List.of(names),
                () ->
                        Stream.of("a", "b", "c", "d", "e")
                                .filter(name ->
                                        store.get(new ObjectKey(ResourceTypes.WORKFLOW, "ns", name)).isPresent())
                                .toList()
                                .equals(List.of(names)));
    }

    @Test
    void the_oldest_go_that_are_over_by_how_they_ended() {
        add("a", 3, "Succeeded");
        add("b", 1, "Succeeded");
        add("c", 2, "Succeeded");
        add("d", 0, "Failed");
        add("e", 0, "Running");
        kept.start();
        policy("{completed: 2, errored: 0}");
        awaitLeft("a", "c", "d", "e");
        write(new ObjectWrite.Update(workflow("e", 0, "Error"), OptionalLong.empty()));
        awaitLeft("a", "c", "d");
        policy("{completed: 1, failed: 0}");
        awaitLeft("a");
    }

    @Test
    void without_a_policy_everything_stays() {
        add("a", 3, "Succeeded");
        kept.start();
        policy("{}");
        add("b", 3, "Succeeded");
        policy("{completed: 1}");
        awaitLeft("b");
        assertThat(controllers.keep()).isTrue();
    }
}
