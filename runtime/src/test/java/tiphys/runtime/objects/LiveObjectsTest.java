package tiphys.runtime.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.runtime.objects.ObjectFixture.key;
import static tiphys.runtime.objects.ObjectFixture.object;
import static tiphys.runtime.objects.ObjectFixture.refusal;
import static tiphys.runtime.objects.ObjectFixture.workflow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.manifest.schema.Schemas;
import tiphys.objects.Admission;
import tiphys.objects.ApiObject;
import tiphys.objects.Bootstrap;
import tiphys.objects.ObjectKey;
import tiphys.objects.Objects;
import tiphys.objects.Objects.FieldValidation;
import tiphys.objects.Objects.Mode;
import tiphys.objects.Objects.Patch;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceTypes;
import tiphys.objects.Selector;

class LiveObjectsTest {
    private static final Mode DRY_RUN = new Mode(true, FieldValidation.WARN);
    private static final List<String> MANIFESTS =
            List.of("eventbus", "role", "rolebinding", "serviceaccount", "event-source", "sensor", "workflowtemplate");

    private final ObjectFixture fixture = new ObjectFixture();
    private final Objects objects = fixture.objects();

    @AfterEach
    void closes() {
        fixture.close();
    }

    private ApiObject created(ApiObject object) {
        return objects.create(object, Mode.PLAIN).object();
    }

    @Test
    void a_created_object_has_what_the_server_gives() {
        var written = objects.create(workflow("a"), Mode.PLAIN);

        assertThat(written.created()).isTrue();
        assertThat(written.object()).isEqualTo(objects.get(key("a")));
        assertThat(written.object().uid()).hasSize(36);
        assertThat(written.object().generation()).isEqualTo(1);
        assertThat(written.object().resourceVersion()).isEqualTo(fixture.store().version());
        assertThat(written.object().json().textAt("metadata", "creationTimestamp")).contains("2026-01-02T12:00:00Z");
    }

    @Test
    void a_name_is_made_from_its_prefix_and_another_if_it_is_taken() {
        var same = fixture.live(new Random(3));
        var again = fixture.live(new Random(3));
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
        long before = fixture.store().version();

        assertThat(objects.create(workflow("a"), DRY_RUN).object().uid()).isNotEmpty();
        assertThat(objects.find(key("a"))).isEmpty();
        assertThat(fixture.store().version()).isEqualTo(before);
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
        fixture.writeStatus(before, "Running");
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
        fixture.writeStatus(object, "Running");

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
    void a_continue_token_is_no_text_of_the_users() {
        for (var token : List.of("x!", "e30", "bm8")) {
            var refused = refusal(() -> objects.list(ResourceTypes.WORKFLOW, Optional.empty(), Selector.ALL, 1, token));

            assertThat(refused.code()).isEqualTo(400);
            assertThat(refused.getMessage()).startsWith("invalid continue token");
        }
    }

    @Test
    void a_continue_token_from_before_the_window_has_expired() {
        try (var small = new ObjectFixture(5)) {
            small.objects().create(workflow("a"), Mode.PLAIN);
            small.objects().create(workflow("b"), Mode.PLAIN);
            var first = small.objects().list(ResourceTypes.WORKFLOW, Optional.empty(), Selector.ALL, 1, "");
            for (int i = 0; i < 6; i++) {
                small.objects().create(workflow("w" + i), Mode.PLAIN);
            }

            var refused =
                    refusal(() ->
                            small.objects()
                                    .list(ResourceTypes.WORKFLOW, Optional.empty(), Selector.ALL, 1, first.next()));

            assertThat(refused.code()).isEqualTo(410);
            assertThat(refused.reason()).isEqualTo("Expired");
            assertThat(refused.getMessage()).startsWith("The provided continue parameter is too old");
        }
    }

    @Test
    void a_list_by_name_is_a_look_up() {
        created(workflow("a"));
        created(workflow("b"));

        var page =
                objects.list(
                        ResourceTypes.WORKFLOW, Optional.of("argo"), Selector.parse("", "metadata.name=b"), 500, "");

        assertThat(page.objects()).extracting(ApiObject::name).containsExactly("b");
        assertThat(page.version()).isEqualTo(fixture.store().version());
    }

    @Test
    void creating_is_one_commit() {
        long before = fixture.store().version();

        created(workflow("a"));

        assertThat(fixture.store().version()).isEqualTo(before + 1);
    }

    @Test
    void a_second_start_changes_nothing() {
        long before = fixture.store().version();

        fixture.live(new Random(1)).start();

        assertThat(fixture.store().version()).isEqualTo(before);
    }

    @Test
    void no_change_is_lost_among_many_writers() throws InterruptedException {
        int writers = 4;
        int each = 25;
        var object = created(workflow("a"));
        var refused = new ConcurrentLinkedQueue<Refusal>();
        var threads = new ArrayList<Thread>();
        for (int writer = 0; writer < writers; writer++) {
            int mine = writer;
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                for (int i = 0; i < each; i++) {
                                    label("w" + mine + "-" + i, refused);
                                }
                            }));
        }
        for (int i = 0; i < each; i++) {
            fixture.writeStatus(object, "Running" + i);
        }
        for (var thread : threads) {
            assertThat(thread.join(Duration.ofSeconds(60))).isTrue();
        }

        assertThat(objects.get(key("a")).labels().size() + refused.size()).isEqualTo(writers * each);
        assertThat(refused).allSatisfy(refusal -> assertThat(refusal.code()).isEqualTo(409));
        assertThat(objects.get(key("a")).status().textAt("phase")).contains("Running" + (each - 1));
    }

    private void label(String label, Queue<Refusal> refused) {
        try {
            objects.patch(
                    key("a"),
                    new Patch.Merge(Value.object("metadata", Value.object("labels", Value.object(label, "x")))),
                    Mode.PLAIN);
        } catch (Refusal refusal) {
            refused.add(refusal);
        }
    }

    @Test
    void the_guides_manifests_and_the_servers_own_objects_are_valid() throws IOException {
        var strict =
                fixture.live(
                        new Random(1),
                        object ->
                                Schemas.find(object.type().apiVersion(), object.type().kind())
                                        .map(schema -> schema.check(object.json()))
                                        .orElse(List.of()));
        var mode = new Mode(false, FieldValidation.STRICT);
        for (var own : Bootstrap.objects()) {
            assertThat(strict.apply(own, mode).warnings()).isEmpty();
        }
        strict.create(object(ResourceTypes.NAMESPACE, "", "argo-events"), mode);
        for (var file : MANIFESTS) {
            var text = Files.readAllBytes(Path.of("../examples/ml-pipeline", file + ".yaml"));
            for (var manifest : Yaml.parse(text, file)) {
                var object = Admission.inNamespace(ApiObject.of(manifest), "argo-events");
                assertThat(strict.apply(object, mode).created()).isTrue();
                assertThat(strict.apply(object, mode).object()).isEqualTo(strict.get(object.key()));
            }
        }
    }
}
