package tiphys.runtime.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.runtime.objects.ObjectFixture.key;
import static tiphys.runtime.objects.ObjectFixture.object;
import static tiphys.runtime.objects.ObjectFixture.refusal;
import static tiphys.runtime.objects.ObjectFixture.workflow;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.Objects;
import tiphys.objects.Objects.Mode;
import tiphys.objects.Objects.Precondition;
import tiphys.objects.ResourceTypes;

class LiveRightsTest {
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
    void a_service_account_may_do_what_its_role_says_and_no_more() {
        var user = "system:serviceaccount:argo:worker";
        var theirs = objects.as(user);

        var refused = refusal(() -> theirs.create(workflow("a"), Mode.PLAIN));

        assertThat(refused.code()).isEqualTo(403);
        assertThat(refused)
                .hasMessage(
                        "workflows.argoproj.io is forbidden: User \"system:serviceaccount:argo:worker\" cannot create "
                                + "resource \"workflows\" in API group \"argoproj.io\" in the namespace \"argo\"");
        bind("worker", "worker", "argoproj.io", List.of("workflows"));
        assertThat(theirs.create(workflow("a"), Mode.PLAIN).created()).isTrue();
        assertThat(refusal(() -> theirs.delete(key("a"), Precondition.NONE, Mode.PLAIN)).code()).isEqualTo(403);
        objects.delete(new ObjectKey(ResourceTypes.ROLE_BINDING, "argo", "worker"), Precondition.NONE, Mode.PLAIN);
        assertThat(refusal(() -> theirs.create(workflow("b"), Mode.PLAIN)).code()).isEqualTo(403);
    }

    @Test
    void a_planned_creation_is_checked_as_one_that_is_made_at_once() {
        var theirs = objects.as("system:serviceaccount:argo:worker");

        assertThat(refusal(() -> theirs.plan(workflow("a"))).code()).isEqualTo(403);
        bind("worker", "worker", "argoproj.io", List.of("workflows"));
        var planned = theirs.plan(workflow("a"));

        assertThat(objects.find(key("a"))).isEmpty();
        assertThat(fixture.stores(planned.writes())).isTrue();
        assertThat(objects.get(key("a")).uid()).isEqualTo(planned.object().uid());
        assertThat(refusal(() -> objects.plan(object(ResourceTypes.WORKFLOW, "nowhere", "a"))).code()).isEqualTo(404);
    }

    @Test
    void a_planned_creation_does_not_come_into_a_namespace_that_closed_meanwhile() {
        var planned = objects.plan(workflow("a"));
        objects.delete(new ObjectKey(ResourceTypes.NAMESPACE, "", "argo"), Precondition.NONE, Mode.PLAIN);

        assertThat(fixture.stores(planned.writes())).isFalse();
        assertThat(objects.find(key("a"))).isEmpty();
    }

    @Test
    void nobody_gives_rights_that_he_has_not_got() {
        bind("worker", "worker", "argoproj.io", List.of("workflows"));
        bind("roles", "worker", "rbac.authorization.k8s.io", List.of("*"));
        var theirs = objects.as("system:serviceaccount:argo:worker");
        var gift =
                object(
                        ResourceTypes.ROLE_BINDING,
                        "argo",
                        "gift",
                        "roleRef",
                        Value.object("kind", "ClusterRole", "name", "edit"));

        assertThat(refusal(() -> theirs.create(gift, Mode.PLAIN)).getMessage())
                .contains("is attempting to grant RBAC permissions not currently held");
        assertThat(objects.find(gift.key())).isEmpty();
    }

    private void bind(String role, String account, String group, List<String> resources) {
        created(
                object(
                        ResourceTypes.ROLE,
                        "argo",
                        role,
                        "rules",
                        List.of(
                                Value.object(
                                        "apiGroups",
                                        List.of(group),
                                        "resources",
                                        resources,
                                        "verbs",
                                        List.of("create", "get")))));
        created(
                object(
                        ResourceTypes.ROLE_BINDING,
                        "argo",
                        role,
                        "roleRef",
                        Value.object("kind", "Role", "name", role),
                        "subjects",
                        List.of(Value.object("kind", "ServiceAccount", "name", account, "namespace", "argo"))));
    }
}
