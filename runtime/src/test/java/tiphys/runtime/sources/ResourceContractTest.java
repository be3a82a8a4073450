package tiphys.runtime.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import tiphys.events.Arrival;
import tiphys.events.source.Source;
import tiphys.events.source.SourceContract;
import tiphys.events.source.SourceState;
import tiphys.events.source.SourceWorld;
import tiphys.journal.Transaction;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.InMemoryStore;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectWrite;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;
import tiphys.testkit.Eventually;

/// What happens is that a ConfigMap is made.
class ResourceContractTest extends SourceContract {
    private static final ObjectKey KEY = new ObjectKey(ResourceTypes.CONFIG_MAP, "ns", "cm-1");

    private final InMemoryStore store = new InMemoryStore();
    private final ResourceKind kind = new ResourceKind(() -> store);
    private String filter = "{prefix: cm-}";

    ResourceContractTest() {
        super(Thread::startVirtualThread);
        allow("configmaps");
    }

    private void allow(String resource) {
        create(
                ResourceTypes.CLUSTER_ROLE,
                "watcher",
                Map.of(
                        "rules",
                        List.of(
                                Map.of(
                                        "apiGroups",
                                        List.of(""),
                                        "resources",
                                        List.of(resource),
                                        "verbs",
                                        List.of("watch")))));
        create(
                ResourceTypes.CLUSTER_ROLE_BINDING,
                "watcher",
                Map.of(
                        "roleRef",
                        Map.of("apiGroup", "rbac.authorization.k8s.io", "kind", "ClusterRole", "name", "watcher"),
                        "subjects",
                        List.of(Map.of("kind", "ServiceAccount", "name", "default", "namespace", "ns"))));
    }

    private ApiObject create(ResourceType type, String name, Map<String, ?> more) {
        var json =
                Value.object(
                        "apiVersion",
                        type.apiVersion(),
                        "kind",
                        type.kind(),
                        "metadata",
                        Value.object(
                                "name",
                                name,
                                "namespace",
                                type.namespaced() ? "ns" : null,
                                "uid",
                                type.plural() + name,
                                "creationTimestamp",
                                "2026-11-24T12:00:00Z",
                                "labels",
                                Map.of("kind-of", "1")));
        for (var field : more.entrySet()) {
            json = json.with(field.getKey(), Value.of(field.getValue()));
        }
        var object = new ApiObject(type, json);
        write(new ObjectWrite.Create(object));
        return object;
    }

    private void write(ObjectWrite write) {
        store.commit(new Transaction(SourceWorld.NOON, List.of(), List.of(), List.of(write))).join();
    }

    @Override
    protected Source start() {
        return world.start(
                kind,
                SourceWorld.read(
                        kind,
                        "{version: v1, resource: configmaps, eventTypes: [ADD, UPDATE, DELETE], filter: "
                                + filter
                                + "}"));
    }

    @Override
    protected void happen(int n) {
        create(ResourceTypes.CONFIG_MAP, "cm-" + n, Map.of("data", Map.of("n", "" + n)));
    }

    @Override
    protected int number(Arrival arrival) {
        return Integer.parseInt(
                arrival.payload().value().textAt("body", "metadata", "name").orElseThrow().substring(3));
    }

    @Override
    protected boolean remembers() {
        return true;
    }

    @Test
    void what_is_there_at_the_first_start_is_told_and_an_update_has_both_objects() {
        happen(1);
        begin();
        Eventually.within(SOON, "it is told", () -> world.recorded().size() == 1);
        var before = store.get(KEY).orElseThrow();
        var after = new ApiObject(before.type(), before.json().with("data", Value.object("n", "2")));
        write(new ObjectWrite.Update(after, OptionalLong.empty(), OptionalLong.empty()));
        Eventually.within(SOON, "the update is told", () -> world.recorded().size() == 2);
        var payload = world.recorded().getLast().payload().value();
        assertThat(payload.textAt("type")).contains("UPDATE");
        assertThat(payload.textAt("body", "data", "n")).contains("2");
        assertThat(payload.textAt("oldBody", "data", "n")).contains("1");
        assertThat(payload.textAt("resource")).contains("configmaps");
        assertThat(world.recorded().getFirst().payload().text()).contains("\"oldBody\":null");
    }

    @Test
    void a_filter_is_about_prefix_labels_fields_and_start() {
        filter =
                "{prefix: cm-, afterStart: true, labels: [{key: kind-of, operation: in, value: '1,2'}],"
                        + " fields: [{key: data.n, operation: '!=', value: '^[4-6]$'}]}";
        happen(1);
        begin();
        happen(4);
        happen(5);
        happen(7);
        create(ResourceTypes.CONFIG_MAP, "other", Map.of("data", Map.of("n", "8")));
        happen(9);
        Eventually.within(SOON, "the last is told", () -> world.recorded().size() >= 2);
        assertThat(world.recorded()).extracting(this::number).containsExactly(7, 9);
    }

    @Test
    void who_may_not_watch_is_told_so() {
        var source =
                world.start(
                        kind, SourceWorld.read(kind, "{version: v1, resource: serviceaccounts, eventTypes: [ADD]}"));
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        assertThat(source.state().problem())
                .contains(
                        "service account default may not watch serviceaccounts in all namespaces; bind it to a role that"
                                + " allows it");
        source.close();
    }
}
