package tiphys.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tiphys.journal.Append;
import tiphys.journal.Committed;
import tiphys.journal.Conflict;
import tiphys.journal.Journal;
import tiphys.journal.NewEntry;
import tiphys.journal.StreamName;
import tiphys.journal.Transaction;
import tiphys.manifest.Value;

/// What every [ObjectStore] does, with the journal that its writes ride in.
public abstract class ObjectStoreContract {
    protected static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    private static final ResourceType TYPE = ResourceTypes.WORKFLOW;

    private Both both;
    private Journal journal;
    private ObjectStore objects;

    /// A journal and an object store in one.
    public record Both(Journal journal, ObjectStore objects) {}

    /// An empty store that keeps that many changes for watchers.
    protected abstract Both open(int window);

    @BeforeEach
    void opens() {
        use(1000);
    }

    private void use(int window) {
        both = open(window);
        journal = both.journal();
        objects = both.objects();
    }

    @AfterEach
    void closes() {
        journal.close();
    }

    protected static ApiObject object(ResourceType type, String namespace, String name, String uid, String spec) {
        return new ApiObject(
                type,
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
                                namespace.isEmpty() ? null : namespace,
                                "uid",
                                uid,
                                "labels",
                                Value.object("keep", "yes")),
                        "spec",
                        Value.object("entrypoint", spec)));
    }

    private static ApiObject workflow(String name) {
        return object(TYPE, "argo", name, "uid-" + name, "main");
    }

    private static ObjectKey key(String name) {
        return new ObjectKey(TYPE, "argo", name);
    }

    private CompletableFuture<Committed> write(ObjectWrite... writes) {
        return journal.commit(new Transaction(NOON, List.of(), List.of(), List.of(writes)));
    }

    private long create(String name) {
        return write(new ObjectWrite.Create(workflow(name))).join().version();
    }

    private ApiObject current(String name) {
        return objects.get(key(name)).orElseThrow();
    }

    private static ObjectWrite.Status status(String name, String phase, Value.Mapping labels) {
        return new ObjectWrite.Status(key(name), "uid-" + name, Value.object("phase", phase), labels);
    }

    private static Conflict refusal(CompletableFuture<?> commit) {
        try {
            commit.join();
        } catch (CompletionException e) {
            return (Conflict) e.getCause();
        }
        throw new AssertionError("it was stored");
    }

    @Test
    void a_created_object_comes_back_with_its_version() {
        long version = create("a");

        assertThat(version).isPositive();
        assertThat(current("a"))
                .isEqualTo(workflow("a").withMetadata("resourceVersion", Value.text(Long.toString(version))));
        assertThat(objects.version()).isEqualTo(version);
    }

    @Test
    void a_name_is_taken_once() {
        create("a");

        var refused = refusal(write(new ObjectWrite.Create(workflow("a"))));

        assertThat(refused.reason()).isEqualTo(Conflict.Reason.ALREADY_EXISTS);
        assertThat(refused).hasMessage("workflows.argoproj.io \"a\" already exists");
    }

    @Test
    void the_same_name_lives_in_two_namespaces_and_as_two_types() {
        create("a");
        write(
                        new ObjectWrite.Create(object(TYPE, "other", "a", "2", "main")),
                        new ObjectWrite.Create(object(ResourceTypes.SENSOR, "argo", "a", "3", "main")))
                .join();

        assertThat(objects.list(TYPE, Optional.empty(), Optional.empty(), 10).objects()).hasSize(2);
        assertThat(objects.list(TYPE, Optional.of("other"), Optional.empty(), 10).objects()).hasSize(1);
    }

    @Test
    void an_object_of_the_cluster_has_no_namespace() {
        write(new ObjectWrite.Create(object(ResourceTypes.NAMESPACE, "", "argo", "1", ""))).join();

        assertThat(objects.get(new ObjectKey(ResourceTypes.NAMESPACE, "", "argo"))).isPresent();
    }

    @Test
    void an_update_replaces_and_moves_the_version() {
        long before = create("a");

        long after =
                write(new ObjectWrite.Update(object(TYPE, "argo", "a", "uid-a", "other"), OptionalLong.of(before)))
                        .join()
                        .version();

        assertThat(after).isGreaterThan(before);
        assertThat(current("a").resourceVersion()).isEqualTo(after);
        assertThat(current("a").spec().textAt("entrypoint")).contains("other");
    }

    @Test
    void an_update_of_an_older_version_is_refused() {
        long before = create("a");
        write(new ObjectWrite.Update(workflow("a"), OptionalLong.empty())).join();

        var refused = refusal(write(new ObjectWrite.Update(workflow("a"), OptionalLong.of(before))));

        assertThat(refused.reason()).isEqualTo(Conflict.Reason.VERSION_MISMATCH);
        assertThat(refused)
                .hasMessage(
                        "Operation cannot be fulfilled on workflows.argoproj.io \"a\": the object has been modified; "
                                + "please apply your changes to the latest version and try again");
    }

    @Test
    void a_status_write_breaks_no_precondition() {
        long before = create("a");
        write(status("a", "Running", Value.Mapping.EMPTY)).join();

        write(new ObjectWrite.Update(workflow("a"), OptionalLong.of(before))).join();

        assertThat(current("a").resourceVersion()).isEqualTo(before + 2);
    }

    @Test
    void an_update_made_from_an_older_reading_is_refused_so_that_no_status_is_lost() {
        long read = create("a");
        long now = write(status("a", "Running", Value.Mapping.EMPTY)).join().version();

        var refused =
                refusal(write(new ObjectWrite.Update(workflow("a"), OptionalLong.empty(), OptionalLong.of(read))));
        write(new ObjectWrite.Update(workflow("a"), OptionalLong.of(read), OptionalLong.of(now))).join();

        assertThat(refused.reason()).isEqualTo(Conflict.Reason.VERSION_MISMATCH);
        assertThat(current("a").resourceVersion()).isGreaterThan(now);
    }

    @Test
    void an_update_of_what_is_gone_or_was_made_anew_is_refused() {
        assertThat(refusal(write(new ObjectWrite.Update(workflow("a"), OptionalLong.empty()))).reason())
                .isEqualTo(Conflict.Reason.NOT_FOUND);
        create("a");
        assertThat(
                        refusal(
                                        write(
                                                new ObjectWrite.Update(
                                                        object(TYPE, "argo", "a", "else", ""), OptionalLong.empty())))
                                .reason())
                .isEqualTo(Conflict.Reason.VERSION_MISMATCH);
    }

    @Test
    void a_status_write_replaces_the_status_and_merges_labels() {
        create("a");
        write(status("a", "Running", Value.object("phase", "Running", "gone", "soon"))).join();
        long version =
                write(status("a", "Failed", Value.object("phase", "Failed").with("gone", Value.nothing())))
                        .join()
                        .version();

        assertThat(current("a").status()).isEqualTo(Value.object("phase", "Failed"));
        assertThat(current("a").labels()).containsOnlyKeys("keep", "phase").containsEntry("phase", "Failed");
        assertThat(current("a").spec().textAt("entrypoint")).contains("main");
        assertThat(current("a").resourceVersion()).isEqualTo(version);
    }

    @Test
    void a_status_or_a_deletion_for_another_uid_has_no_effect() {
        create("a");

        write(
                        new ObjectWrite.Status(key("a"), "else", Value.object("phase", "x"), Value.Mapping.EMPTY),
                        new ObjectWrite.Delete(key("a"), "else"),
                        new ObjectWrite.Delete(key("nobody"), "else"))
                .join();

        assertThat(current("a").status().fields()).isEmpty();
        assertThat(objects.changes(TYPE, Optional.empty(), 0, 10)).hasSize(1);
    }

    @Test
    void what_was_decided_from_an_object_is_stored_only_while_it_is_as_it_was_read() {
        long read = create("a");

        var stored =
                write(new ObjectWrite.Unchanged(key("a"), "uid-a", read), new ObjectWrite.Create(workflow("b"))).join();
        write(status("a", "Running", Value.Mapping.EMPTY)).join();
        var moved =
                refusal(
                        write(
                                new ObjectWrite.Create(workflow("c")),
                                new ObjectWrite.Unchanged(key("a"), "uid-a", read)));
        var gone = refusal(write(new ObjectWrite.Unchanged(key("nobody"), "uid-nobody", read)));

        assertThat(current("b").resourceVersion()).isEqualTo(stored.version());
        assertThat(objects.changes(TYPE, Optional.empty(), read, 10)).hasSize(2);
        assertThat(moved.reason()).isEqualTo(Conflict.Reason.VERSION_MISMATCH);
        assertThat(gone.reason()).isEqualTo(Conflict.Reason.NOT_FOUND);
        assertThat(objects.get(key("c"))).isEmpty();
    }

    @Test
    void a_deleted_object_is_gone_and_its_name_is_free() {
        create("a");
        write(new ObjectWrite.Delete(key("a"), "uid-a")).join();

        assertThat(objects.get(key("a"))).isEmpty();
        assertThat(create("a")).isGreaterThan(0);
    }

    @Test
    void writes_of_one_transaction_share_a_version_and_see_each_other() {
        var committed =
                write(
                                new ObjectWrite.Create(workflow("a")),
                                status("a", "Running", Value.Mapping.EMPTY),
                                new ObjectWrite.Create(workflow("b")))
                        .join();

        assertThat(current("a").resourceVersion()).isEqualTo(committed.version());
        assertThat(current("b").resourceVersion()).isEqualTo(committed.version());
        assertThat(current("a").status().textAt("phase")).contains("Running");
    }

    @Test
    void a_transaction_whose_second_write_is_refused_leaves_nothing() {
        create("a");

        var refused =
                journal.commit(
                        new Transaction(
                                NOON,
                                List.of(
                                        new Append(
                                                new StreamName("run", "x"),
                                                OptionalLong.empty(),
                                                List.of(new NewEntry("t/1", new byte[0])))),
                                List.of(),
                                List.of(new ObjectWrite.Create(workflow("b")), new ObjectWrite.Create(workflow("a")))));

        assertThat(refusal(refused).reason()).isEqualTo(Conflict.Reason.ALREADY_EXISTS);
        assertThat(objects.get(key("b"))).isEmpty();
        assertThat(journal.readAll(0, 10)).isEmpty();
        assertThat(objects.changes(TYPE, Optional.empty(), 0, 10)).hasSize(1);
    }

    @Test
    void a_list_comes_in_pages_ordered_by_namespace_and_name() {
        for (var name : List.of("c", "a", "b")) {
            create(name);
        }
        write(new ObjectWrite.Create(object(TYPE, "aaa", "z", "1", ""))).join();

        var first = objects.list(TYPE, Optional.empty(), Optional.empty(), 2);
        var second = objects.list(TYPE, Optional.empty(), Optional.of("argo/a"), 2);

        assertThat(first.objects()).extracting(ApiObject::name).containsExactly("z", "a");
        assertThat(first.more()).isTrue();
        assertThat(first.version()).isEqualTo(objects.version());
        assertThat(second.objects()).extracting(ApiObject::name).containsExactly("b", "c");
        assertThat(second.more()).isFalse();
    }

    @Test
    void the_uids_of_a_type_are_told_without_its_objects() {
        create("a");
        create("b");
        write(new ObjectWrite.Create(object(ResourceTypes.CONFIG_MAP, "argo", "a", "uid-map", ""))).join();
        write(new ObjectWrite.Delete(key("b"), "uid-b")).join();

        assertThat(objects.uids(TYPE)).containsOnly(Map.entry(key("a"), "uid-a"));
    }

    @Test
    void watchers_see_what_happened_in_order() {
        long created = create("a");
        write(status("a", "Running", Value.Mapping.EMPTY)).join();
        long deleted = write(new ObjectWrite.Delete(key("a"), "uid-a")).join().version();

        var changes = objects.changes(TYPE, Optional.of("argo"), 0, 10);

        assertThat(changes)
                .extracting(ObjectChange::type)
                .containsExactly(ObjectChange.Type.ADDED, ObjectChange.Type.MODIFIED, ObjectChange.Type.DELETED);
        assertThat(changes.getLast().object().resourceVersion()).isEqualTo(deleted);
        assertThat(changes.getLast().object().status().textAt("phase")).contains("Running");
        assertThat(objects.changes(TYPE, Optional.empty(), created, 10)).hasSize(2);
        assertThat(objects.changes(TYPE, Optional.of("other"), 0, 10)).isEmpty();
        assertThat(objects.changes(ResourceTypes.SENSOR, Optional.empty(), 0, 10)).isEmpty();
    }

    @Test
    void a_page_of_changes_never_ends_inside_a_version() {
        var creates = new ArrayList<ObjectWrite>();
        for (int i = 0; i < 5; i++) {
            creates.add(new ObjectWrite.Create(workflow("w" + i)));
        }
        write(creates.toArray(ObjectWrite[]::new)).join();
        create("later");

        assertThat(objects.changes(TYPE, Optional.empty(), 0, 2)).hasSize(5);
    }

    @Test
    void a_window_that_no_longer_reaches_back_says_so() {
        journal.close();
        use(3);
        long first = create("a");
        for (int i = 0; i < 5; i++) {
            create("w" + i);
        }

        assertThatThrownBy(() -> objects.changes(TYPE, Optional.empty(), first, 10))
                .isInstanceOf(ObjectStore.Expired.class)
                .hasMessageStartingWith("too old resource version: " + first);
        assertThat(objects.changes(TYPE, Optional.empty(), objects.version() - 3, 10)).hasSize(3);
    }

    @Test
    void listeners_learn_the_new_version() {
        var versions = new CopyOnWriteArrayList<Long>();
        objects.onChange(versions::add);

        long version = create("a");

        journal.close();
        assertThat(versions).contains(version);
    }

    @Test
    void a_secret_comes_back_with_its_data() {
        var secret =
                new ApiObject(
                        ResourceTypes.SECRET,
                        object(ResourceTypes.SECRET, "argo", "s", "1", "")
                                .json()
                                .with("data", Value.object("password", "c2VjcmV0")));
        write(new ObjectWrite.Create(secret)).join();

        assertThat(objects.get(secret.key()).orElseThrow().json().textAt("data", "password")).contains("c2VjcmV0");
        assertThat(objects.changes(ResourceTypes.SECRET, Optional.empty(), 0, 9).getFirst().object().json())
                .isEqualTo(objects.get(secret.key()).orElseThrow().json());
    }

    @Test
    void data_of_two_writers_is_joined_whoever_comes_first() {
        var map =
                new ApiObject(
                        ResourceTypes.CONFIG_MAP,
                        Value.object(
                                "apiVersion", "v1",
                                "kind", "ConfigMap",
                                "metadata",
                                        Value.object(
                                                "namespace", "ns",
                                                "name", "cache",
                                                "uid", "uid-cache",
                                                "labels", Value.object("kind", "Cache"))));
        for (var key : List.of("one", "two", "one")) {
            journal.commit(
                            new Transaction(
                                    NOON,
                                    List.of(),
                                    List.of(),
                                    List.of(new ObjectWrite.Data(map, Map.of(key, "of " + key)))))
                    .join();
        }
        var kept = objects.get(map.key()).orElseThrow();
        assertThat(kept.json().mapAt("data")).isEqualTo(Value.object("one", "of one", "two", "of two"));
        assertThat(kept.labels()).containsEntry("kind", "Cache");
    }
}
