package tiphys.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
import tiphys.events.spec.Fields;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.Objects;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.actions.ArgoWorkflowKind;
import tiphys.testkit.Eventually;

/// What triggers of type `argoWorkflow` do with the runs of a real engine.
class ArgoWorkflowTriggerTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String ALLOWED =
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: all}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
            subjects: [{kind: ServiceAccount, name: mighty, namespace: default}]
            """;
    private static final String WAITING =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: w-}
            spec:
              entrypoint: main
              arguments: {parameters: [{name: p, value: old}, {name: q, value: kept}]}
              templates:
              - {name: main, suspend: {}}
            """;

    @TempDir Path data;

    private Core core;
    private int firings;

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
        create(ALLOWED);
    }

    @AfterEach
    void close() {
        core.close();
    }

    private static Value.Mapping yaml(String text) {
        return (Value.Mapping) Yaml.parse(text.getBytes(java.nio.charset.StandardCharsets.UTF_8), "test").getFirst();
    }

    private void create(String text) {
        var json = yaml(text);
        var type = ResourceTypes.byKind(json.textAt("apiVersion").orElseThrow(), json.textAt("kind").orElseThrow());
        core.objects().create(new ApiObject(type.orElseThrow(), json), Objects.Mode.PLAIN);
    }

    private Answer fireAs(String account, String id, String operation, String object, String... args) throws Exception {
        var kind = new ArgoWorkflowKind(core::objects, core::runs, (_, _) -> "");
        var firing = new Firing(id, "default", "s", "t", account, "e1", Instant.parse("2026-11-23T12:00:00Z"), 1);
        var block = Value.object("operation", operation, "args", java.util.List.of(args));
        var found = new ArrayList<Diagnostic>();
        kind.check(new Fields(block.with("source", Value.object("inline", "x")), "argoWorkflow", found));
        assertThat(found).isEmpty();
        return kind.fire(firing, new Request(block, Json.write(yaml(object)), Map.of(), into -> into, NOTHING));
    }

    private Answer fire(String operation, String object, String... args) throws Exception {
        return fireAs("mighty", "f%031d".formatted(++firings), operation, object, args);
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

    private ApiObject workflow(String name) {
        return core.objects().get(new ObjectKey(ResourceTypes.WORKFLOW, "default", name));
    }

    private String submitted(String... args) throws Exception {
        var answer = fire("submit", WAITING, args);
        assertThat(answer.status()).isEqualTo("submitted");
        awaitPhase(answer.object().name(), "Running");
        return answer.object().name();
    }

    private void awaitPhase(String name, String phase) {
        Eventually.within(
                SOON,
                name + " is " + phase,
                () -> core.runs().find("default", name).filter(run -> run.phase().equals(phase)).isPresent());
    }

    private static String named(String name) {
        return "{apiVersion: argoproj.io/v1alpha1, kind: Workflow, metadata: {name: " + name + "}}";
    }

    @Test
    void a_workflow_is_submitted_once_with_its_arguments() throws Exception {
        var first = fireAs("mighty", "f00d", "submit", WAITING, "-p", "p=new", "--labels=a=b", "--entrypoint", "main");
        var again = fireAs("mighty", "f00d", "submit", WAITING, "-p", "p=new", "--labels=a=b", "--entrypoint", "main");
        assertThat(again.object()).isEqualTo(first.object());
        var made = workflow(first.object().name());
        assertThat(made.labels()).containsEntry("a", "b").containsEntry("events.argoproj.io/trigger", "t");
        assertThat(made.spec().listAt("arguments", "parameters"))
                .containsExactlyInAnyOrder(
                        Value.object("name", "p", "value", "new"), Value.object("name", "q", "value", "kept"));
    }

    @Test
    void a_run_is_suspended_and_resumed() throws Exception {
        var name = submitted();
        assertThat(fire("suspend", named(name)).status()).isEqualTo("told to suspend");
        fire("resume", named(name));
        awaitPhase(name, "Succeeded");
    }

    @Test
    void a_run_is_stopped_retried_and_terminated() throws Exception {
        var name = submitted();
        fire("stop", named(name), "--message", "enough");
        awaitPhase(name, "Failed");
        fire("retry", named(name), "-p", "p=other");
        awaitPhase(name, "Running");
        fire("terminate", named(name));
        awaitPhase(name, "Failed");
    }

    @Test
    void a_run_is_resubmitted_under_a_new_name() throws Exception {
        var name = submitted();
        var again = fire("resubmit", named(name), "-p", "p=again").object().name();
        assertThat(again).isNotEqualTo(name);
        assertThat(workflow(again).labels()).containsEntry("workflows.argoproj.io/resubmitted-from-workflow", name);
        assertThat(workflow(again).spec().listAt("arguments", "parameters").getFirst())
                .isEqualTo(Value.object("name", "p", "value", "again"));
        awaitPhase(again, "Running");
    }

    @Test
    void a_workflow_is_submitted_from_a_template_and_from_a_cron_workflow() throws Exception {
        create(
                WAITING.replace("kind: Workflow", "kind: WorkflowTemplate")
                        .replace("{generateName: w-}", "{name: lib, namespace: default}"));
        var made =
                fire(
                                "submit-from",
                                "{apiVersion: argoproj.io/v1alpha1, kind: workflowtemplate, metadata: {name: lib}}",
                                "-p",
                                "p=new")
                        .object()
                        .name();
        assertThat(made).startsWith("lib-");
        assertThat(workflow(made).spec().textAt("workflowTemplateRef", "name")).contains("lib");
        awaitPhase(made, "Running");
        create(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: CronWorkflow
                metadata: {name: nightly, namespace: default}
                spec:
                  schedules: ["0 0 1 1 *"]
                  workflowSpec: {entrypoint: main, templates: [{name: main, suspend: {}}]}
                """);
        var ofCron =
                fire("submit-from", "{apiVersion: argoproj.io/v1alpha1, kind: CronWorkflow, metadata: {name: nightly}}")
                        .object()
                        .name();
        assertThat(workflow(ofCron).labels()).containsEntry("workflows.argoproj.io/cron-workflow", "nightly");
        awaitPhase(ofCron, "Running");
    }

    @Test
    void what_the_account_may_not_do_is_refused() throws Exception {
        var name = submitted();
        for (var operation : java.util.List.of("suspend", "resume", "stop", "terminate", "retry", "resubmit")) {
            assertThatThrownBy(() -> fireAs("poor", "f1", operation, named(name)))
                    .as(operation)
                    .isInstanceOf(TriggerFailed.class)
                    .hasMessageContaining("forbidden");
        }
        awaitPhase(name, "Running");
    }

    @Test
    void what_argo_refuses_is_refused_in_its_words() throws Exception {
        var name = submitted();
        fire("resume", named(name));
        awaitPhase(name, "Succeeded");
        assertThatThrownBy(() -> fire("retry", named(name))).isInstanceOf(TriggerFailed.class);
        assertThatThrownBy(() -> fire("stop", named("none")))
                .isInstanceOf(TriggerFailed.class)
                .hasMessageContaining("not found");
    }

    @Test
    void arguments_that_are_not_known_are_refused_by_name() {
        var kind = new ArgoWorkflowKind(core::objects, core::runs, (_, _) -> "");
        var found = new ArrayList<Diagnostic>();
        var block =
                (Value.Mapping)
                        Json.parse(
                                "{\"operation\":\"submit\",\"args\":[\"--watch\",\"-p\",\"a\"],\"source\":{\"inline\":\"x\"}}");
        kind.check(new Fields(block, "argoWorkflow", found));
        assertThat(found.stream().map(Diagnostic::message))
                .containsExactly("argoWorkflow.args has --watch -p a, which is not supported by this version");
    }
}
