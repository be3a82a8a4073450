package tiphys.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.container.choice.Choice;
import tiphys.events.action.Answer;
import tiphys.events.action.Firing;
import tiphys.events.action.Request;
import tiphys.events.action.TriggerFailed;
import tiphys.events.firing.Put;
import tiphys.events.sensor.ParameterSpec.Operation;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.Objects;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.actions.K8sKind;

/// What triggers of type `k8s` do with the objects of a real store.
class K8sTriggerTest {
    private static final ResourceType CONFIG_MAP = ResourceTypes.byKind("v1", "ConfigMap").orElseThrow();
    private static final String OBJECT =
            """
            {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"a":"new"}}
            """;

    @TempDir Path data;

    private Core core;
    private String fetched = OBJECT;

    @BeforeEach
    void open() throws Exception {
        core =
                Core.open(
                        data,
                        Core.Steps.INSIDE,
                        Choice.PROCESS,
                        failure -> {
                            throw new IllegalStateException(failure);
                        });
        create(
                """
                {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"all"},
                 "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"cluster-admin"},
                 "subjects":[{"kind":"ServiceAccount","name":"mighty","namespace":"default"}]}
                """);
    }

    @AfterEach
    void close() {
        core.close();
    }

    private void create(String json) {
        var object = (Value.Mapping) Json.parse(json);
        var type = ResourceTypes.byKind(object.textAt("apiVersion").orElseThrow(), object.textAt("kind").orElseThrow());
        core.objects().create(new ApiObject(type.orElseThrow(), object), Objects.Mode.PLAIN);
    }

    private void createMap(String data) {
        create(
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"c\",\"namespace\":\"default\"},\"data\":"
                        + data
                        + "}");
    }

    private Optional<Value.Mapping> map() {
        return core.objects().find(new ObjectKey(CONFIG_MAP, "default", "c")).map(one -> one.json().mapAt("data"));
    }

    private Answer fire(String block, String object, String account, Put... puts) throws Exception {
        var kind = new K8sKind(core::objects, (_, _) -> fetched);
        var firing = new Firing("f00d", "default", "s", "t", account, "e1", Instant.parse("2026-11-23T12:00:00Z"), 1);
        Request.Puts put = into -> Put.into(into, List.of(puts));
        return kind.fire(
                firing, new Request((Value.Mapping) Json.parse(block), object.strip(), Map.of(), put, NOTHING));
    }

    private static final Request.Values NOTHING =
            new Request.Values() {
                @Override
                public Optional<String> secret(String name, String key) {
                    return Optional.empty();
                }

                @Override
                public Optional<String> configMap(String name, String key) {
                    return Optional.empty();
                }
            };

    @Test
    void an_update_lays_the_object_over_what_is_there() throws Exception {
        createMap("{\"a\":\"old\",\"b\":\"kept\"}");
        assertThat(fire("{\"operation\":\"update\"}", OBJECT, "mighty").status()).isEqualTo("updated");
        assertThat(map()).contains(Value.object("a", "new", "b", "kept"));
    }

    @Test
    void an_update_or_a_patch_of_what_is_not_there_creates_it_without_labels() throws Exception {
        for (var operation : List.of("update", "patch")) {
            fire("{\"operation\":\"" + operation + "\"}", OBJECT, "mighty");
            assertThat(map()).contains(Value.object("a", "new"));
            assertThat(core.objects().get(new ObjectKey(CONFIG_MAP, "default", "c")).labels()).isEmpty();
            assertThat(fire("{\"operation\":\"delete\"}", OBJECT, "mighty").status()).isEqualTo("deleted");
        }
    }

    @Test
    void a_live_update_puts_its_parameters_into_the_object_as_it_is_and_does_so_once() throws Exception {
        createMap("{\"a\":\"old\"}");
        var append = new Put("data.a", Operation.APPEND, "+1", "\"+1\"");
        for (int i = 0; i < 2; i++) {
            var answer = fire("{\"operation\":\"update\",\"liveObject\":true}", OBJECT, "mighty", append);
            assertThat(answer.status()).isEqualTo("updated");
        }
        assertThat(map()).contains(Value.object("a", "old+1"));
    }

    @Test
    void a_patch_merges_and_null_takes_away() throws Exception {
        createMap("{\"a\":\"old\",\"b\":\"kept\"}");
        fire("{\"operation\":\"patch\"}", OBJECT.replace("\"new\"", "null"), "mighty");
        assertThat(map()).contains(Value.object("b", "kept"));
        fire(
                "{\"operation\":\"patch\",\"patchStrategy\":\"application/strategic-merge-patch+json\"}",
                OBJECT,
                "mighty");
        assertThat(map()).contains(Value.object("b", "kept", "a", "new"));
    }

    @Test
    void a_deletion_of_what_is_not_there_is_done() throws Exception {
        assertThat(fire("{\"operation\":\"delete\"}", OBJECT, "mighty").status()).isEqualTo("not there");
    }

    @Test
    void an_object_that_is_fetched_gets_the_parameters_and_argos_labels() throws Exception {
        fetched = "apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: c-}\ndata: {a: x}\n";
        var put = new Put("data.b", Operation.OVERWRITE, "1", "\"1\"");
        var block = "{\"source\":{\"configmap\":{\"name\":\"m\",\"key\":\"k\"}}}";
        var first = fire(block, "", "mighty", put);
        var second = fire(block, "", "mighty", put);
        assertThat(first.status()).isEqualTo("created");
        assertThat(second.object()).as("the same firing makes the same object").isEqualTo(first.object());
        var made = core.objects().get(new ObjectKey(CONFIG_MAP, "default", first.object().name()));
        assertThat(made.json().mapAt("data")).isEqualTo(Value.object("a", "x", "b", "1"));
        assertThat(made.labels()).containsEntry("events.argoproj.io/sensor", "s");
    }

    @Test
    void what_the_account_may_not_do_is_refused_and_not_tried_again() {
        createMap("{}");
        for (var operation : List.of("update", "patch", "delete", "create")) {
            assertThatThrownBy(() -> fire("{\"operation\":\"" + operation + "\"}", OBJECT, "poor"))
                    .isInstanceOfSatisfying(
                            TriggerFailed.class,
                            failure -> {
                                assertThat(failure.why()).contains("forbidden");
                                assertThat(failure.again()).isEqualTo(TriggerFailed.Again.IS_IN_VAIN);
                            });
        }
        assertThat(map()).contains(Value.Mapping.EMPTY);
    }

    @Test
    void an_object_without_a_name_cannot_be_updated() {
        assertThatThrownBy(() -> fire("{\"operation\":\"update\"}", OBJECT.replace("\"c\"", "\"\""), "mighty"))
                .isInstanceOf(TriggerFailed.class)
                .hasMessageContaining("has no metadata.name");
    }

    @Test
    void what_is_fetched_and_is_no_object_is_said() {
        fetched = "- 1";
        assertThatThrownBy(() -> fire("{\"source\":{\"url\":{\"path\":\"x\"}}}", "", "mighty"))
                .isInstanceOf(TriggerFailed.class)
                .hasMessageContaining("not one object");
    }
}
