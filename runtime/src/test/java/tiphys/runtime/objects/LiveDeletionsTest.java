package tiphys.runtime.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.runtime.objects.ObjectFixture.key;
import static tiphys.runtime.objects.ObjectFixture.object;
import static tiphys.runtime.objects.ObjectFixture.owned;
import static tiphys.runtime.objects.ObjectFixture.refusal;
import static tiphys.runtime.objects.ObjectFixture.workflow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectWrite;
import tiphys.objects.Objects;
import tiphys.objects.Objects.Mode;
import tiphys.objects.Objects.Precondition;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceTypes;
import tiphys.objects.Selector;

class LiveDeletionsTest {
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
        fixture.pods().add(pod);

        assertThat(objects.delete(pod.key(), Precondition.NONE, Mode.PLAIN)).isEqualTo(pod);
        assertThat(fixture.pods()).isEmpty();
        assertThat(refusal(() -> created(pod)).code()).isEqualTo(405);
    }

    @Test
    void an_object_with_another_living_owner_stays() {
        var one = created(workflow("one"));
        var two = created(workflow("two"));
        var child = object(ResourceTypes.CONFIG_MAP, "argo", "child");
        var both = new ArrayList<Value>(owned(child, one).json().listAt("metadata", "ownerReferences"));
        both.addAll(owned(child, two).json().listAt("metadata", "ownerReferences"));
        created(child.withMetadata("ownerReferences", Value.list(both)));

        objects.delete(one.key(), Precondition.NONE, Mode.PLAIN);
        assertThat(objects.find(child.key())).isPresent();
        objects.delete(two.key(), Precondition.NONE, Mode.PLAIN);
        assertThat(objects.find(child.key())).isEmpty();
    }

    @Test
    void many_are_deleted_by_what_selects_them() {
        int many = 1_100; // more than a page
        for (int i = 0; i < many; i++) {
            created(workflow("w" + i).withMetadata("labels", Value.object("even", i % 2 == 0 ? "yes" : "no")));
        }

        var even = Selector.parse("even=yes", "");
        var dryRun = new Mode(true, Objects.FieldValidation.WARN);

        objects.deleteAll(ResourceTypes.WORKFLOW, Optional.of("argo"), even, dryRun);
        assertThat(objects.list(ResourceTypes.WORKFLOW, Optional.of("argo"), Selector.ALL, 0, "").objects())
                .hasSize(many);

        objects.deleteAll(ResourceTypes.WORKFLOW, Optional.of("argo"), even, Mode.PLAIN);
        assertThat(objects.list(ResourceTypes.WORKFLOW, Optional.of("argo"), Selector.ALL, 0, "").objects())
                .hasSize(many / 2)
                .allMatch(object -> object.json().textAt("metadata", "labels", "even").equals(Optional.of("no")));
    }

    @Test
    void a_deletion_of_a_namespace_that_was_cut_short_is_ended_at_the_next_start() {
        created(workflow("a"));
        var namespace = objects.get(new ObjectKey(ResourceTypes.NAMESPACE, "", "argo"));
        var closed = namespace.withMetadata("deletionTimestamp", Value.text("2026-01-02T12:00:00Z"));
        fixture.commit(new ObjectWrite.Update(closed, OptionalLong.empty()));

        assertThat(refusal(() -> created(workflow("b"))))
                .hasMessage(
                        "workflows.argoproj.io \"b\" is forbidden: unable to create new content in namespace argo because "
                                + "it is being terminated");
        fixture.live(new Random(1)).start();
        assertThat(objects.find(namespace.key())).isEmpty();
        assertThat(objects.find(key("a"))).isEmpty();
    }

    @Test
    void a_namespace_closes_for_good_while_objects_are_created_in_it() throws InterruptedException {
        var refusals = new ConcurrentLinkedQueue<String>();
        var writer =
                Thread.ofVirtual()
                        .start(() -> {
                            for (int i = 0; refusals.isEmpty(); i++) {
                                try {
                                    created(workflow("w" + i));
                                } catch (Refusal refusal) {
                                    refusals.add(refusal.reason());
                                }
                            }
                        });

        objects.delete(new ObjectKey(ResourceTypes.NAMESPACE, "", "argo"), Precondition.NONE, Mode.PLAIN);

        assertThat(writer.join(Duration.ofSeconds(60))).isTrue();
        assertThat(refusals).first().isIn("Forbidden", "NotFound");
        assertThat(objects.list(ResourceTypes.WORKFLOW, Optional.of("argo"), Selector.ALL, 0, "").objects()).isEmpty();
    }
}
