package tiphys.runtime.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import tiphys.journal.Conflict;
import tiphys.journal.Transaction;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Position;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.InMemoryStore;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectWrite;
import tiphys.objects.Objects;
import tiphys.objects.Pods;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;

/// Live objects over a store in memory, with a namespace `argo`.
final class ObjectFixture implements AutoCloseable {
    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00.750Z");

    private final InMemoryStore store;
    private final ManyPods pods = new ManyPods();
    private final Objects objects;

    ObjectFixture() {
        this(100_000);
    }

    /// @param window how many changes a list can go back
    ObjectFixture(int window) {
        store = new InMemoryStore(window);
        objects = live(new Random(7)).start();
        objects.create(object(ResourceTypes.NAMESPACE, "", "argo"), Objects.Mode.PLAIN);
    }

    /// Pods that are there until they are deleted.
    private static final class ManyPods implements Pods {
        private final List<ApiObject> pods = new ArrayList<>();

        @Override
        public List<ApiObject> list(Optional<String> namespace) {
            return pods.stream().filter(pod -> namespace.isEmpty() || pod.namespace().equals(namespace.get())).toList();
        }

        @Override
        public Optional<ApiObject> find(String namespace, String name) {
            return pods.stream()
                    .filter(pod -> pod.namespace().equals(namespace) && pod.name().equals(name))
                    .findFirst();
        }

        @Override
        public void delete(ApiObject pod) {
            pods.remove(pod);
        }
    }

    Objects objects() {
        return objects;
    }

    InMemoryStore store() {
        return store;
    }

    List<ApiObject> pods() {
        return pods.pods;
    }

    /// Another face over the same store.
    LiveObjects live(Random random) {
        return live(random, ObjectFixture::findings);
    }

    LiveObjects live(Random random, Function<ApiObject, List<Diagnostic>> schema) {
        return new LiveObjects(new LiveObjects.Ports(store, store, pods, InstantSource.fixed(NOON), random, schema));
    }

    /// A schema that knows no field `typo` in a spec.
    private static List<Diagnostic> findings(ApiObject object) {
        return object.spec().find("typo").isPresent()
                ? List.of(Diagnostic.error("TIP-1101", "unknown field \"spec.typo\"", Position.NONE, "spec.typo"))
                : List.of();
    }

    void commit(ObjectWrite write) {
        store.commit(new Transaction(NOON, List.of(), List.of(), List.of(write))).join();
    }

    /// Whether the writes are stored in one transaction; false if a precondition of one does not hold.
    boolean stores(List<ObjectWrite> writes) {
        try {
            store.commit(new Transaction(NOON, List.of(), List.of(), List.copyOf(writes))).join();
            return true;
        } catch (CompletionException e) {
            assertThat(e).hasCauseInstanceOf(Conflict.class);
            return false;
        }
    }

    void writeStatus(ApiObject object, String phase) {
        commit(new ObjectWrite.Status(object.key(), object.uid(), Value.object("phase", phase), Value.Mapping.EMPTY));
    }

    static ApiObject object(ResourceType type, String namespace, String name, Object... rest) {
        var metadata =
                Value.object("name", name.isEmpty() ? null : name, "namespace", namespace.isEmpty() ? null : namespace);
        var json = Value.object("apiVersion", type.apiVersion(), "kind", type.kind(), "metadata", metadata);
        for (var field : Value.object(rest).fields().entrySet()) {
            json = json.with(field.getKey(), field.getValue());
        }
        return new ApiObject(type, json);
    }

    static ApiObject workflow(String name) {
        return object(ResourceTypes.WORKFLOW, "argo", name, "spec", Value.object("entrypoint", "main"));
    }

    static ApiObject owned(ApiObject object, ApiObject owner) {
        var reference =
                Value.object(
                        "apiVersion",
                        owner.type().apiVersion(),
                        "kind",
                        owner.type().kind(),
                        "name",
                        owner.name(),
                        "uid",
                        owner.uid());
        return object.withMetadata("ownerReferences", Value.list(List.of(reference)));
    }

    static ObjectKey key(String name) {
        return new ObjectKey(ResourceTypes.WORKFLOW, "argo", name);
    }

    static Refusal refusal(ThrowingCallable call) {
        var refused = catchThrowableOfType(Refusal.class, call);
        assertThat(refused).as("refusal").isNotNull();
        return refused;
    }

    @Override
    public void close() {
        store.close();
    }
}
