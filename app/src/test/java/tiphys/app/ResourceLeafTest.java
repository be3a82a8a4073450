package tiphys.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tiphys.engine.AttemptId;
import tiphys.engine.ResolvedTemplate;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport.Ending;
import tiphys.journal.Transaction;
import tiphys.manifest.Value;
import tiphys.objects.InMemoryStore;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectWrite;
import tiphys.objects.Objects;
import tiphys.objects.Pods;
import tiphys.objects.ResourceTypes;
import tiphys.objects.Selector;
import tiphys.runtime.objects.LiveObjects;
import tiphys.served.leaf.Leaf;
import tiphys.served.resource.OwnApi;
import tiphys.served.resource.ResourceLeaf;
import tiphys.testkit.Eventually;

/// Resource steps on the API's objects as they are, rules and all.
class ResourceLeafTest {
    private static final String MAP =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {generateName: made-, labels: {team: red}}
            data: {a: "1"}
            """;

    private final InMemoryStore store = new InMemoryStore();
    private final LiveObjects objects =
            new LiveObjects(
                            new LiveObjects.Ports(
                                    store,
                                    store,
                                    Pods.NONE,
                                    InstantSource.system(),
                                    new SecureRandom(),
                                    _ -> List.of()))
                    .start();
    private final ResourceLeaf leaf = new ResourceLeaf(new OwnApi(() -> objects, store));

    @BeforeEach
    void namespace() {
        objects.create(
                new tiphys.objects.ApiObject(
                        ResourceTypes.NAMESPACE,
                        Value.object(
                                "apiVersion", "v1", "kind", "Namespace", "metadata", Value.object("name", "argo"))),
                Objects.Mode.PLAIN);
    }

    private static final class Quiet implements Leaf.Doing {
        @Override
        public void say(String line) {
            // nobody listens
        }

        @Override
        public void aside(Leaf.Waiting waiting) throws InterruptedException {
            waiting.await();
        }
    }

    private static Value.Mapping resource(Object... fields) {
        return Value.object("resource", Value.object(fields));
    }

    private static StepOrder order(String attempt, Value.Mapping template) {
        return new StepOrder(
                new AttemptId(attempt),
                "uid-1",
                "boot",
                "argo",
                "run-1",
                "run-1-42",
                "run-1.step",
                "run-1-step-42",
                new ResolvedTemplate(template),
                false,
                Optional.empty(),
                Duration.ofSeconds(30));
    }

    private Ending.Served run(String attempt, Value.Mapping template) throws InterruptedException {
        return leaf.run(order(attempt, template), new Quiet());
    }

    private List<String> maps() {
        return objects
                .list(ResourceTypes.CONFIG_MAP, Optional.of("argo"), Selector.parse("team=red", ""), 0, "")
                .objects()
                .stream()
                .map(object -> object.name())
                .toList();
    }

    @Test
    void an_object_that_an_attempt_made_is_not_made_again_when_the_attempt_is_done_again() throws InterruptedException {
        var template = resource("action", "create", "manifest", MAP);
        assertThat(run("a1", template).outcome()).isEqualTo(Ending.Outcome.SUCCEEDED);
        var first = maps();
        assertThat(run("a1", template).outcome()).isEqualTo(Ending.Outcome.SUCCEEDED);
        assertThat(maps()).isEqualTo(first).hasSize(1);
        assertThat(run("a2", template).outcome()).isEqualTo(Ending.Outcome.SUCCEEDED);
        assertThat(maps()).hasSize(2);
    }

    @Test
    void an_object_of_a_fixed_name_that_somebody_else_made_is_in_the_way() throws InterruptedException {
        var template = resource("action", "create", "manifest", MAP.replace("generateName: made-", "name: fixed"));
        assertThat(run("a1", template).outcome()).isEqualTo(Ending.Outcome.SUCCEEDED);
        assertThat(run("a1", template).outcome()).isEqualTo(Ending.Outcome.SUCCEEDED);
        assertThat(run("a2", template).message())
                .isEqualTo(
                        "no more retries Error from server (AlreadyExists): error when creating \"/tmp/manifest.yaml\": configmaps \"fixed\" already exists");
    }

    @Test
    void outputs_are_read_by_both_languages_and_the_workflow_owns_what_it_made() throws InterruptedException {
        var template =
                resource("action", "create", "setOwnerReference", true, "manifest", MAP)
                        .with(
                                "outputs",
                                Value.object(
                                        "parameters",
                                        List.of(
                                                output("a", "jsonPath", "{.data.a}"),
                                                output("none", "jsonPath", "{.data.none}"),
                                                output("team", "jqFilter", ".metadata.labels.team"),
                                                output(
                                                        "owner",
                                                        "jqFilter",
                                                        ".metadata.ownerReferences[0] | .kind + \"/\" + .name"))));
        // an owner has to be there
        objects.create(
                new tiphys.objects.ApiObject(
                        ResourceTypes.WORKFLOW,
                        Value.object(
                                "apiVersion",
                                "argoproj.io/v1alpha1",
                                "kind",
                                "Workflow",
                                "metadata",
                                Value.object("name", "run-1", "namespace", "argo"),
                                "spec",
                                Value.object("entrypoint", "main"))),
                Objects.Mode.PLAIN);
        assertThat(run("a1", template).parameters())
                .containsEntry("a", "1")
                .containsEntry("none", "")
                .containsEntry("team", "red")
                .containsEntry("owner", "Workflow/run-1");
    }

    private static Value output(String name, String language, String text) {
        return Value.object("name", name, "valueFrom", Value.object(language, text));
    }

    @Test
    void a_condition_is_looked_at_when_the_object_changes() throws Exception {
        var workflow =
                MAP.replace("v1\n", "argoproj.io/v1alpha1\n")
                        .replace("ConfigMap", "Workflow")
                        .replace("data: {a: \"1\"}", "spec: {entrypoint: main}")
                        .replace("generateName: made-", "name: child");
        var template =
                resource(
                        "action",
                        "create",
                        "successCondition",
                        "status.phase == Succeeded",
                        "failureCondition",
                        "status.phase in (Failed, Error)",
                        "manifest",
                        workflow);
        assertThat(waiting("a1", template, "Succeeded")).isEqualTo("");
        objects.delete(key(), Objects.Precondition.NONE, Objects.Mode.PLAIN);
        assertThat(waiting("a2", template, "Error"))
                .isEqualTo("failure condition '{status.phase in [Error Failed]}' evaluated true");
    }

    private static ObjectKey key() {
        return new ObjectKey(ResourceTypes.WORKFLOW, "argo", "child");
    }

    private String waiting(String attempt, Value.Mapping template, String phase) throws Exception {
        var done =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        return run(attempt, template);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
        Eventually.within(Duration.ofSeconds(20), () -> objects.find(key()).isPresent());
        assertThat(done).isNotDone();
        var object = objects.get(key());
        var write = new ObjectWrite.Status(key(), object.uid(), Value.object("phase", phase), Value.Mapping.EMPTY);
        store.commit(new Transaction(Instant.now(), List.of(), List.of(), List.of(write))).join();
        return done.get(20, java.util.concurrent.TimeUnit.SECONDS).message();
    }

    @Test
    void a_step_is_held_to_the_roles_of_the_account_that_it_names() throws InterruptedException {
        var template = resource("action", "create", "manifest", MAP).with("serviceAccountName", "robot");
        assertThat(run("a1", template).message())
                .startsWith(
                        "no more retries Error from server (Forbidden): error when creating \"/tmp/manifest.yaml\": ")
                .contains("system:serviceaccount:argo:robot");
        assertThat(maps()).isEmpty();
    }

    @Test
    void what_flags_name_is_deleted_and_nothing_else() throws InterruptedException {
        run("a1", resource("action", "create", "manifest", MAP));
        run("a2", resource("action", "create", "manifest", MAP.replace("red", "blue").replace("made-", "kept-")));
        var deletion = resource("action", "delete", "flags", List.of("configmap", "--selector", "team=red"));
        assertThat(run("a3", deletion).outcome()).isEqualTo(Ending.Outcome.SUCCEEDED);
        assertThat(run("a3", deletion).outcome()).isEqualTo(Ending.Outcome.SUCCEEDED);
        assertThat(maps()).isEmpty();
        assertThat(
                        objects.list(
                                        ResourceTypes.CONFIG_MAP,
                                        Optional.of("argo"),
                                        Selector.parse("team=blue", ""),
                                        0,
                                        "")
                                .objects())
                .hasSize(1);
    }

    @Test
    void a_kind_that_this_server_has_not_is_told_as_kubectl_tells_it() throws InterruptedException {
        assertThat(
                        run(
                                        "a1",
                                        resource(
                                                "action",
                                                "create",
                                                "manifest",
                                                "{apiVersion: batch/v1, kind: Job, metadata: {name: j}}"))
                                .message())
                .isEqualTo(
                        "no more retries error: resource mapping not found for name: \"j\" namespace: \"\" from \"/tmp/manifest.yaml\": no matches for kind \"Job\" in version \"batch/v1\"\nensure CRDs are installed first");
    }

    @Test
    void what_argo_takes_no_second_time_is_refused_in_its_words() throws InterruptedException {
        assertThat(run("a1", resource("action", "get")).message())
                .isEqualTo("Must provide at least one of flags or manifest.");
        assertThat(run("a1", resource("action", "delete", "manifest", MAP, "successCondition", "a = b")).message())
                .isEqualTo("successCondition, failureCondition and outputs are not supported for delete action");
        assertThat(run("a1", resource("action", "create", "manifest", MAP, "successCondition", "a ~ b")).message())
                .startsWith("success condition 'a ~ b' failed to parse: unable to parse requirement");
    }

    @Test
    void a_patch_changes_what_is_there() throws InterruptedException {
        run("a1", resource("action", "create", "manifest", MAP.replace("generateName: made-", "name: fixed")));
        var patched =
                run(
                        "a2",
                        resource(
                                "action",
                                "patch",
                                "mergeStrategy",
                                "json",
                                "flags",
                                List.of("cm", "fixed"),
                                "manifest",
                                "[{op: replace, path: /data/a, value: two}]"));
        assertThat(patched.outcome()).isEqualTo(Ending.Outcome.SUCCEEDED);
        assertThat(
                        store.get(new ObjectKey(ResourceTypes.CONFIG_MAP, "argo", "fixed"))
                                .orElseThrow()
                                .json()
                                .textAt("data", "a"))
                .contains("two");
    }
}
