package tiphys.runtime;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.UnaryOperator;
import tiphys.engine.AttemptId;
import tiphys.engine.InMemoryRunRows;
import tiphys.engine.Logs;
import tiphys.engine.ManualExecutor;
import tiphys.engine.Measures;
import tiphys.engine.RunRow;
import tiphys.journal.Quarantine;
import tiphys.journal.Transaction;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.objects.ApiObject;
import tiphys.objects.InMemoryStore;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectWrite;
import tiphys.objects.ResourceTypes;
import tiphys.testkit.Eventually;

/// A registry with everything under it in memory, and what a test does to it.
final class RunHouse implements AutoCloseable {
    static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final Duration LIMIT = Duration.ofSeconds(6);

    final InMemoryRunRows rows = new InMemoryRunRows();
    final InMemoryStore store = new InMemoryStore(rows);
    final ManualExecutor executor;
    final Quarantine quarantine = Quarantine.forgetful();
    RunRegistry registry;

    RunHouse(ManualExecutor.Script script) {
        this(script, Duration.ofHours(1));
    }

    RunHouse(ManualExecutor.Script script, Duration foldAfter) {
        executor = new ManualExecutor("boot-1", NOON, script);
        settings = new RunRegistry.Settings("manual", foldAfter, 100);
        registry = open();
    }

    private final RunRegistry.Settings settings;

    private RunRegistry open() {
        var opened =
                new RunRegistry(
                        new RunRegistry.Ports(
                                store,
                                store,
                                rows,
                                executor,
                                new NoLogs(),
                                new NoArtifacts(),
                                new NoArtifacts(),
                                InstantSource.system(),
                                quarantine,
                                Measures.NONE),
                        settings);
        opened.start();
        return opened;
    }

    /// Ends the registry and starts another one on the same store.
    void restart() {
        registry.close();
        registry = open();
    }

    /// Stores the objects of some YAML documents; those without a name get one.
    ApiObject create(String yaml) {
        ApiObject last = null;
        for (var document : Yaml.parse(yaml.getBytes(StandardCharsets.UTF_8), "test.yaml")) {
            last = create((Value.Mapping) document);
        }
        if (last == null) {
            throw new IllegalArgumentException("no document in " + yaml);
        }
        return last;
    }

    private ApiObject create(Value.Mapping json) {
        var type =
                ResourceTypes.byKind(json.textAt("apiVersion").orElse(""), json.textAt("kind").orElse(""))
                        .orElseThrow();
        var name =
                json.textAt("metadata", "name")
                        .orElseGet(() -> json.textAt("metadata", "generateName").orElse("") + "x");
        var object =
                new ApiObject(type, json)
                        .withMetadata("name", Value.text(name))
                        .withMetadata("namespace", Value.text("argo-events"))
                        .withMetadata("uid", Value.text(UUID.randomUUID().toString()))
                        .withMetadata("creationTimestamp", Value.text(NOON.toString()));
        store.commit(new Transaction(NOON, List.of(), List.of(), List.of(new ObjectWrite.Create(object)))).join();
        return object;
    }

    void delete(ObjectKey key, String uid) {
        store.commit(new Transaction(NOON, List.of(), List.of(), List.of(new ObjectWrite.Delete(key, uid)))).join();
    }

    /// Changes a Workflow's spec as kubectl does.
    void patch(String name, UnaryOperator<Value.Mapping> change) {
        var object = workflow(name);
        var changed = new ApiObject(object.type(), object.json().with("spec", change.apply(object.spec())));
        store.commit(
                        new Transaction(
                                NOON,
                                List.of(),
                                List.of(),
                                List.of(new ObjectWrite.Update(changed, OptionalLong.empty()))))
                .join();
    }

    ApiObject workflow(String name) {
        return store.get(new ObjectKey(ResourceTypes.WORKFLOW, "argo-events", name)).orElseThrow();
    }

    RunRow row(String name) {
        return rows.find("argo-events", name).orElseThrow();
    }

    void awaitPhase(String name, String phase) {
        Eventually.within(
                LIMIT,
                name + " is " + phase,
                () -> rows.find("argo-events", name).map(RunRow::phase).equals(Optional.of(phase)));
    }

    void await(String what, java.util.function.BooleanSupplier condition) {
        Eventually.within(LIMIT, what, condition);
    }

    @Override
    public void close() {
        registry.close();
    }

    /// Steps that print nothing.
    static final class NoLogs implements Logs {
        @Override
        public byte[] read(AttemptId attempt, long offset, int limit) throws IOException {
            return new byte[0];
        }

        @Override
        public long size(AttemptId attempt) {
            return 7;
        }

        @Override
        public InputStream open(AttemptId attempt) {
            return new ByteArrayInputStream(new byte[0]);
        }
    }
}
