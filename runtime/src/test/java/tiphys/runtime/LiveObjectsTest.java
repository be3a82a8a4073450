package tiphys.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tiphys.journal.Transaction;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Position;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.InMemoryStore;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectWrite;
import tiphys.objects.Objects;
import tiphys.objects.Objects.FieldValidation;
import tiphys.objects.Objects.Mode;
import tiphys.objects.Objects.Patch;
import tiphys.objects.Objects.Precondition;
import tiphys.objects.Pods;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;
import tiphys.objects.Selector;

class LiveObjectsTest {
    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00.750Z");
    private static final Mode DRY_RUN = new Mode(true, FieldValidation.WARN);

    private final InMemoryStore store = new InMemoryStore();
    private final ManyPods pods = new ManyPods();
    private Objects objects;

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

    @BeforeEach
    void opens() {
        objects =
                new LiveObjects(
                                new LiveObjects.Ports(
                                        store,
                                        store,
                                        pods,
                                        InstantSource.fixed(NOON),
                                        new Random(7),
                                        LiveObjectsTest::findings))
                        .start();
        objects.create(object(ResourceTypes.NAMESPACE, "", "argo"), Mode.PLAIN);
    }

    @AfterEach
    void closes() {
        store.close();
    }

    /// A schema that knows no field `typo` in a spec.
    private static List<Diagnostic> findings(ApiObject object) {
        return object.spec().find("typo").isPresent()
                ? List.of(Diagnostic.error("TIP-1101", "unknown field \"spec.typo\"", Position.NONE, "spec.typo"))
                : List.of();
    }

    private static ApiObject object(ResourceType type, String namespace, String name, Object... rest) {
        var metadata =
                Value.object("name", name.isEmpty() ? null : name, "namespace", namespace.isEmpty() ? null : namespace);
        var json = Value.object("apiVersion", type.apiVersion(), "kind", type.kind(), "metadata", metadata);
        for (var field : Value.object(rest).fields().entrySet()) {
            json = json.with(field.getKey(), field.getValue());
        }
        return new ApiObject(type, json);
    }

    private static ApiObject workflow(String name) {
        return object(ResourceTypes.WORKFLOW, "argo", name, "spec", Value.object("entrypoint", "main"));
    }

    private static ApiObject owned(ApiObject object, ApiObject owner) {
        return object.withMetadata(
                "ownerReferences",
                Value.of(
                        List.of(
                                Value.object(
                                        "apiVersion",
                                        owner.type().apiVersion(),
                                        "kind",
                                        owner.type().kind(),
                                        "name",
                                        owner.name(),
                                        "uid",
                                        owner.uid()))));
    }

    private static ObjectKey key(String name) {
        return new ObjectKey(ResourceTypes.WORKFLOW, "argo", name);
    }

    private ApiObject created(ApiObject object) {
        return objects.create(object, Mode.PLAIN).object();
    }

    private void writeStatus(ApiObject object, String phase) {
        store.commit(
                        new Transaction(
                                NOON,
                                List.of(),
                                List.of(),
                                List.of(
                                        new ObjectWrite.Status(
                                                object.key(),
                                                object.uid(),
                                                Value.object("phase", phase),
                                                Value.Mapping.EMPTY))))
                .join();
    }

    private static Refusal refusal(ThrowingCallable call) {
        var refused = catchThrowableOfType(Refusal.class, call);
        assertThat(refused).as("refusal").isNotNull();
        return refused;
    }

    @Test
    void a_created_object_has_what_the_server_gives() {
        var written = objects.create(workflow("a"), Mode.PLAIN);

        assertThat(written.created()).isTrue();
        assertThat(written.object()).isEqualTo(objects.get(key("a")));
        assertThat(written.object().uid()).hasSize(36);
        assertThat(written.object().generation()).isEqualTo(1);
        assertThat(written.object().resourceVersion()).isEqualTo(store.version());
        assertThat(written.object().json().textAt("metadata", "creationTimestamp")).contains("2026-01-02T12:00:00Z");
    }

    @Test
    void a_name_is_made_from_its_prefix_and_another_if_it_is_taken() {
        var same =
                new LiveObjects(
                        new LiveObjects.Ports(
                                store,
                                store,
                                pods,
                                InstantSource.fixed(NOON),
                                new Random(3),
                                LiveObjectsTest::findings));
        var again =
                new LiveObjects(
                        new LiveObjects.Ports(
                                store,
                                store,
                                pods,
                                InstantSource.fixed(NOON),
                                new Random(3),
                                LiveObjectsTest::findings));
        var nameless = workflow("").withMetadata("generateName", Value.text("ml-pipeline-run-"));

        var first = same.create(nameless, Mode.PLAIN).object();
        var second = again.create(nameless, Mode.PLAIN).object();

        assertThat(first.name()).matches("ml-pipeline-run-[bcdfghjklmnpqrstvwxz2456789]{5}");
        assertThat(second.name()).matches("ml-pipeline-run-[bcdfghjklmnpqrstvwxz2456789]{5}");
        assertThat(second.name()).isNotEqualTo(first.name());
    }

    @Test
    void a_taken_name_is_refused() {
        created(workflow("a"));

        var refused = refusal(() -> created(workflow("a")));

        assertThat(refused.code()).isEqualTo(409);
        assertThat(refused.reason()).isEqualTo("AlreadyExists");
        assertThat(refused).hasMessage("workflows.argoproj.io \"a\" already exists");
    }

    @Test
    void an_object_needs_its_namespace() {
        var refused = refusal(() -> created(object(ResourceTypes.WORKFLOW, "nowhere", "a")));

        assertThat(refused.code()).isEqualTo(404);
        assertThat(refused).hasMessage("namespaces \"nowhere\" not found");
    }

    @Test
    void an_object_without_a_namespace_goes_to_the_default_one() {
        assertThat(created(object(ResourceTypes.WORKFLOW, "", "a")).namespace()).isEqualTo("default");
    }

    @Test
    void a_namespace_begins_with_its_service_account() {
        assertThat(objects.find(new ObjectKey(ResourceTypes.SERVICE_ACCOUNT, "argo", "default"))).isPresent();
        assertThat(objects.get(new ObjectKey(ResourceTypes.NAMESPACE, "", "argo")).status().textAt("phase"))
                .contains("Active");
    }

    @Test
    void what_a_dry_run_says_is_not_stored() {
        long before = store.version();

        assertThat(objects.create(workflow("a"), DRY_RUN).object().uid()).isNotEmpty();
        assertThat(objects.find(key("a"))).isEmpty();
        assertThat(store.version()).isEqualTo(before);
    }

    @Test
    void an_unknown_field_is_refused_or_warned_of_as_the_request_says() {
        var wrong = object(ResourceTypes.WORKFLOW, "argo", "a", "spec", Value.object("typo", "x"));

        var refused = refusal(() -> objects.create(wrong, new Mode(false, FieldValidation.STRICT)));

        assertThat(refused.code()).isEqualTo(400);
        assertThat(refused)
                .hasMessage(
                        "Workflow in version \"v1alpha1\" cannot be handled as a Workflow: strict decoding error: unknown "
                                + "field \"spec.typo\"");
        assertThat(objects.create(wrong, Mode.PLAIN).warnings()).containsExactly("unknown field \"spec.typo\"");
    }

    @Test
    void an_equal_object_keeps_its_version() {
        var before = created(workflow("a"));

        var written = objects.replace(key("a"), workflow("a"), Mode.PLAIN);

        assertThat(written.object()).isEqualTo(before);
        assertThat(written.created()).isFalse();
    }

    @Test
    void a_replaced_spec_is_a_new_generation_and_labels_are_not() {
        var before = created(workflow("a"));
        var labelled =
                objects.patch(
                        key("a"),
                        new Patch.Merge(Value.object("metadata", Value.object("labels", Value.object("a", "b")))),
                        Mode.PLAIN);
        var replaced =
                objects.replace(
                        key("a"),
                        object(ResourceTypes.WORKFLOW, "argo", "a", "spec", Value.object("entrypoint", "other")),
                        Mode.PLAIN);

        assertThat(labelled.object().generation()).isEqualTo(1);
        assertThat(labelled.object().resourceVersion()).isGreaterThan(before.resourceVersion());
        assertThat(replaced.object().generation()).isEqualTo(2);
        assertThat(replaced.object().uid()).isEqualTo(before.uid());
        assertThat(replaced.object().labels()).isEmpty();
    }

    @Test
    void an_older_version_is_refused_but_a_status_in_between_is_none() {
        var before = created(workflow("a"));
        writeStatus(before, "Running");
        var spec = before.withMetadata("labels", Value.object("a", "b"));
        objects.replace(key("a"), spec, Mode.PLAIN);

        var refused =
                refusal(() ->
                        objects.replace(key("a"), before.withMetadata("labels", Value.object("a", "c")), Mode.PLAIN));

        assertThat(refused.code()).isEqualTo(409);
        assertThat(refused)
                .hasMessage(
                        "Operation cannot be fulfilled on workflows.argoproj.io \"a\": the object has been modified; please "
                                + "apply your changes to the latest version and try again");
        assertThat(objects.get(key("a")).labels()).containsEntry("a", "b");
        assertThat(objects.get(key("a")).status().textAt("phase")).contains("Running");
    }

    @Test
    void the_status_is_the_servers() {
        var object = created(workflow("a").withStatus(Value.object("phase", "Succeeded")));
        assertThat(object.status().fields()).isEmpty();
        writeStatus(object, "Running");

        objects.replace(key("a"), workflow("a").withStatus(Value.object("phase", "Succeeded")), Mode.PLAIN);

        assertThat(objects.get(key("a")).status().textAt("phase")).contains("Running");
    }

    @Test
    void applying_creates_then_changes_then_leaves_alone() {
        var first = objects.apply(workflow("a"), Mode.PLAIN);
        var same = objects.apply(workflow("a"), Mode.PLAIN);
        var changed =
                objects.apply(
                        object(ResourceTypes.WORKFLOW, "argo", "a", "spec", Value.object("serviceAccountName", "x")),
                        Mode.PLAIN);

        assertThat(first.created()).isTrue();
        assertThat(same.object()).isEqualTo(first.object());
        assertThat(changed.created()).isFalse();
        assertThat(changed.object().spec()).isEqualTo(Value.object("serviceAccountName", "x"));
        assertThat(changed.object().generation()).isEqualTo(2);
    }

    @Test
    void applying_leaves_what_others_have_set() {
        objects.apply(workflow("a"), Mode.PLAIN);
        objects.patch(
                key("a"),
                new Patch.Merge(
                        Value.object(
                                "metadata",
                                Value.object("labels", Value.object("by", "me")),
                                "spec",
                                Value.object("parallelism", 3))),
                Mode.PLAIN);

        var again = objects.apply(workflow("a"), Mode.PLAIN).object();

        assertThat(again.labels()).containsEntry("by", "me");
        assertThat(again.spec().find("parallelism")).contains(Value.number(3));
    }

    @Test
    void a_server_side_apply_creates_and_merges() {
        var written = objects.patch(key("a"), new Patch.Apply(workflow("a").json()), Mode.PLAIN);
        var merged =
                objects.patch(
                        key("a"), new Patch.Apply(Value.object("spec", Value.object("parallelism", 2))), Mode.PLAIN);

        assertThat(written.created()).isTrue();
        assertThat(merged.created()).isFalse();
        assertThat(merged.object().spec()).isEqualTo(Value.object("entrypoint", "main", "parallelism", 2));
    }

    @Test
    void a_strategic_patch_of_an_argo_kind_is_refused() {
        created(workflow("a"));

        assertThat(refusal(() -> objects.patch(key("a"), new Patch.Strategic(Value.Mapping.EMPTY), Mode.PLAIN)).code())
                .isEqualTo(415);
    }

    @Test
    void a_deleted_object_takes_its_dependents_along() {
        var owner = created(workflow("a"));
        var child = created(owned(object(ResourceTypes.CONFIG_MAP, "argo", "child"), owner));
        created(owned(object(ResourceTypes.SECRET, "argo", "grandchild"), child));
        created(object(ResourceTypes.CONFIG_MAP, "argo", "bystander"));

        objects.delete(key("a"), Precondition.NONE, Mode.PLAIN);

        assertThat(objects.find(key("a"))).isEmpty();
        assertThat(objects.find(child.key())).isEmpty();
        assertThat(objects.find(new ObjectKey(ResourceTypes.SECRET, "argo", "grandchild"))).isEmpty();
        assertThat(objects.find(new ObjectKey(ResourceTypes.CONFIG_MAP, "argo", "bystander"))).isPresent();
    }

    @Test
    void a_deletion_has_preconditions() {
        var object = created(workflow("a"));

        var refused =
                refusal(() ->
                        objects.delete(key("a"), new Precondition(Optional.of("else"), Optional.empty()), Mode.PLAIN));

        assertThat(refused.code()).isEqualTo(409);
        assertThat(refused.getMessage())
                .contains("the UID in the precondition (else) does not match the UID in record");
        objects.delete(
                key("a"),
                new Precondition(Optional.of(object.uid()), Optional.of(object.resourceVersion())),
                Mode.PLAIN);
        assertThat(objects.find(key("a"))).isEmpty();
    }

    @Test
    void a_deleted_namespace_takes_everything_in_it_along() {
        for (int i = 0; i < 450; i++) {
            created(workflow("w" + i));
        }
        created(object(ResourceTypes.SENSOR, "argo", "s"));

        objects.delete(new ObjectKey(ResourceTypes.NAMESPACE, "", "argo"), Precondition.NONE, Mode.PLAIN);

        assertThat(objects.find(new ObjectKey(ResourceTypes.NAMESPACE, "", "argo"))).isEmpty();
        for (var type : ResourceTypes.ALL) {
            if (type.namespaced()) {
                assertThat(objects.list(type, Optional.of("argo"), Selector.ALL, 0, "").objects()).isEmpty();
            }
        }
    }

    @Test
    void the_servers_own_namespaces_stay() {
        var refused =
                refusal(() ->
                        objects.delete(
                                new ObjectKey(ResourceTypes.NAMESPACE, "", "default"), Precondition.NONE, Mode.PLAIN));

        assertThat(refused).hasMessage("namespaces \"default\" is forbidden: this namespace may not be deleted");
    }

    @Test
    void deleting_a_pod_is_for_its_run_to_do() {
        var pod = object(ResourceTypes.POD, "argo", "p");
        pods.pods.add(pod);

        assertThat(objects.delete(pod.key(), Precondition.NONE, Mode.PLAIN)).isEqualTo(pod);
        assertThat(pods.pods).isEmpty();
        assertThat(refusal(() -> created(pod)).code()).isEqualTo(405);
    }

    @Test
    void pages_of_a_list_carry_the_version_of_the_first() {
        for (var name : List.of("a", "b", "c", "d", "e")) {
            created(workflow(name));
        }
        var names = new ArrayList<String>();

        var first = objects.list(ResourceTypes.WORKFLOW, Optional.of("argo"), Selector.ALL, 2, "");
        created(workflow("f"));
        var page = first;
        while (true) {
            page.objects().forEach(object -> names.add(object.name()));
            assertThat(page.version()).isEqualTo(first.version());
            if (page.next().isEmpty()) {
                break;
            }
            page = objects.list(ResourceTypes.WORKFLOW, Optional.of("argo"), Selector.ALL, 2, page.next());
        }

        assertThat(names).containsExactly("a", "b", "c", "d", "e", "f");
    }

    @Test
    void a_service_account_may_do_what_its_role_says_and_no_more() {
        var user = "system:serviceaccount:argo:worker";
        var theirs = objects.as(user);

        var refused = refusal(() -> theirs.create(workflow("a"), Mode.PLAIN));

        assertThat(refused.code()).isEqualTo(403);
        assertThat(refused)
                .hasMessage(
                        "workflows.argoproj.io is forbidden: User \"system:serviceaccount:argo:worker\" cannot create "
                                + "resource \"workflows\" in API group \"argoproj.io\" in the namespace \"argo\"");
        bind("worker");
        assertThat(theirs.create(workflow("a"), Mode.PLAIN).created()).isTrue();
        assertThat(refusal(() -> theirs.delete(key("a"), Precondition.NONE, Mode.PLAIN)).code()).isEqualTo(403);
        objects.delete(new ObjectKey(ResourceTypes.ROLE_BINDING, "argo", "worker"), Precondition.NONE, Mode.PLAIN);
        assertThat(refusal(() -> theirs.create(workflow("b"), Mode.PLAIN)).code()).isEqualTo(403);
    }

    private void bind(String account) {
        created(
                object(
                        ResourceTypes.ROLE,
                        "argo",
                        account,
                        "rules",
                        List.of(
                                Value.object(
                                        "apiGroups",
                                        List.of("argoproj.io"),
                                        "resources",
                                        List.of("workflows"),
                                        "verbs",
                                        List.of("create", "get")))));
        created(
                object(
                        ResourceTypes.ROLE_BINDING,
                        "argo",
                        account,
                        "roleRef",
                        Value.object("kind", "Role", "name", account),
                        "subjects",
                        List.of(Value.object("kind", "ServiceAccount", "name", account, "namespace", "argo"))));
    }
}
