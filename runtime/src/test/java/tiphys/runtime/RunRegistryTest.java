package tiphys.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tiphys.engine.ManualExecutor;
import tiphys.engine.Runs;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.Ending;
import tiphys.engine.run.Run;
import tiphys.engine.run.codec.RunFacts;
import tiphys.journal.Transaction;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectWrite;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.runs.RunDecider;
import tiphys.runtime.views.RunDetail;

class RunRegistryTest {
    static final String PIPELINE =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: WorkflowTemplate
            metadata: {name: ml-pipeline-template}
            spec:
              entrypoint: pipeline
              templates:
                - name: pipeline
                  dag:
                    tasks:
                      - name: train-model
                        template: train
                        arguments: {parameters: [{name: model, value: "{{workflow.parameters.model}}"}]}
                      - name: evaluate-model
                        dependencies: [train-model]
                        template: evaluate
                        arguments: {parameters: [{name: dataset, value: "{{workflow.parameters.dataset}}"}]}
                - name: train
                  inputs: {parameters: [{name: model}]}
                  container: {image: "python:3.9", command: [python], args: ["-c", "print('Training {{inputs.parameters.model}}...')"]}
                - name: evaluate
                  inputs: {parameters: [{name: dataset}]}
                  container: {image: "python:3.9", command: [python], args: ["-c", "print('Evaluating {{inputs.parameters.dataset}}...')"]}
            ---
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: ml-pipeline-run-}
            spec:
              workflowTemplateRef: {name: ml-pipeline-template}
              arguments: {parameters: [{name: model, value: resnet}, {name: dataset, value: imagenet}]}
            """;

    static final ManualExecutor.Script WELL = (_, _) -> Optional.of(new Ending.Exited(0, Optional.of(""), Map.of()));

    @Test
    void a_workflow_that_is_created_runs_to_its_end() {
        try (var house = new RunHouse(WELL)) {
            house.create(PIPELINE);
            house.awaitPhase("ml-pipeline-run-x", "Succeeded");
            assertThat(house.executor.starts()).isEqualTo(2);
            assertThat(house.row("ml-pipeline-run-x").progress()).isEqualTo("2/2");
            var status = house.workflow("ml-pipeline-run-x").status();
            assertThat(status.textAt("phase")).contains("Succeeded");
            assertThat(status.mapAt("nodes").fields()).hasSize(3);
        }
    }

    @Test
    void a_workflow_has_what_the_controllers_config_map_of_its_namespace_or_else_of_argo_says() {
        try (var house = new RunHouse(WELL)) {
            defaults(house, "argo", "{workflowDefaults: \"metadata: {labels: {site: argo}}\"}");
            house.create(TWO_STEPS);
            house.awaitPhase("two", "Succeeded");
            assertThat(house.workflow("two").labels()).containsEntry("site", "argo");
            defaults(house, "argo-events", "{config: \"workflowDefaults: {metadata: {labels: {site: own}}}\"}");
            house.create(TWO_STEPS.replace("{name: two}", "{name: other}"));
            house.awaitPhase("other", "Succeeded");
            assertThat(house.workflow("other").labels()).containsEntry("site", "own");
        }
    }

    @Test
    void defaults_that_are_no_workflow_are_told_with_their_place() {
        try (var house = new RunHouse(WELL)) {
            defaults(house, "argo", "{workflowDefaults: \"[a, b]\"}");
            house.create(TWO_STEPS);
            house.awaitPhase("two", "Error");
            assertThat(house.workflow("two").status().textAt("message"))
                    .contains(
                            "workflowDefaults of the ConfigMap argo/workflow-controller-configmap cannot be used:"
                                    + " it is no Workflow; mend it and submit the workflow again");
        }
    }

    private static void defaults(RunHouse house, String namespace, String data) {
        var metadata = Value.object("name", "workflow-controller-configmap", "namespace", namespace, "uid", namespace);
        var map =
                Value.object("apiVersion", "v1", "kind", "ConfigMap", "metadata", metadata)
                        .with("data", Yaml.parse(data.getBytes(StandardCharsets.UTF_8), "data.yaml").getFirst());
        var write = new ObjectWrite.Create(new ApiObject(ResourceTypes.CONFIG_MAP, map));
        house.store.commit(new Transaction(Instant.EPOCH, List.of(), List.of(), List.of(write))).join();
    }

    private static final String TWO_STEPS =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {name: two}
            spec:
              entrypoint: main
              templates:
                - name: main
                  steps:
                    - - {name: one, template: work}
                    - - {name: two, template: work}
                - name: work
                  container: {image: alpine, command: [work, hard]}
            """;

    private static final Ending WELL_ENDED = new Ending.Exited(0, Optional.of(""), Map.of());
    private static final Ending BADLY_ENDED = new Ending.Exited(4, Optional.of(""), Map.of());

    private static StepOrder running(RunHouse house) {
        house.await("a step runs", () -> house.executor.running().size() == 1);
        return house.executor.running().getFirst();
    }

    private static Optional<String> tell(RunHouse house, String name, Runs.Control control) {
        return house.registry.control("argo-events", name, control, "me").orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static final String LOCKED =
            TWO_STEPS.replace("entrypoint: main", "entrypoint: main\n  synchronization: {mutexes: [{name: m}]}");

    @Test
    void a_run_that_is_set_aside_keeps_its_locks_until_it_is_repaired_or_deleted() {
        try (var house = new RunHouse(ManualExecutor.BY_HAND)) {
            var first = house.create(LOCKED);
            var step = running(house);
            house.create(LOCKED.replace("{name: two}", "{name: other}"));
            house.awaitPhase("other", "Pending");
            house.registry.close();
            house.quarantine.setAside(RunDecider.streamOf(first.uid()), "set aside by a test");
            house.restart();
            assertThat(house.executor.starts()).isEqualTo(1);
            assertThat(house.registry.locks("").getFirst().holders()).hasSize(1);
            house.quarantine.release(RunDecider.streamOf(first.uid()));
            house.registry.repair(RunDecider.streamOf(first.uid()));
            house.executor.end(step.attempt(), WELL_ENDED);
            house.await("the second step of the first runs", () -> house.executor.starts() == 2);
            house.executor.end(running(house).attempt(), WELL_ENDED);
            house.awaitPhase("two", "Succeeded");
            house.await("the other runs", () -> house.executor.starts() == 3);
        }
    }

    @Test
    void a_run_that_is_set_aside_and_deleted_gives_its_locks_back() {
        try (var house = new RunHouse(ManualExecutor.BY_HAND)) {
            var first = house.create(LOCKED);
            running(house);
            house.create(LOCKED.replace("{name: two}", "{name: other}"));
            house.awaitPhase("other", "Pending");
            house.registry.close();
            house.quarantine.setAside(RunDecider.streamOf(first.uid()), "set aside by a test");
            house.restart();
            house.delete(first.key(), first.uid());
            house.await("the other runs", () -> house.executor.starts() == 2);
        }
    }

    @Nested
    class After_a_restart {
        @Test
        void a_running_step_goes_on_and_the_run_ends_well() {
            try (var house = new RunHouse(ManualExecutor.BY_HAND)) {
                house.create(TWO_STEPS);
                var first = running(house);
                house.restart();
                assertThat(house.registry.liveRuns()).isEqualTo(1);
                house.executor.end(first.attempt(), WELL_ENDED);
                house.await("the second step runs", () -> house.executor.starts() == 2);
                house.executor.end(house.executor.running().getFirst().attempt(), WELL_ENDED);
                house.awaitPhase("two", "Succeeded");
                assertThat(house.executor.starts()).isEqualTo(2);
            }
        }

        @Test
        void an_end_that_came_while_nobody_listened_is_taken() {
            try (var house = new RunHouse(ManualExecutor.BY_HAND)) {
                house.create(TWO_STEPS);
                var first = running(house);
                house.registry.close();
                house.executor.onReports(_ -> {});
                house.executor.end(first.attempt(), WELL_ENDED);
                house.restart();
                house.await("the second step runs", () -> house.executor.starts() == 2);
            }
        }

        @Test
        void a_workflow_that_was_deleted_meanwhile_is_terminated() {
            try (var house = new RunHouse(ManualExecutor.BY_HAND)) {
                var object = house.create(TWO_STEPS);
                running(house);
                house.registry.close();
                house.delete(object.key(), object.uid());
                house.restart();
                house.awaitPhase("two", "Failed");
                assertThat(house.row("two").message()).isEqualTo("the Workflow object was deleted");
            }
        }

        @Test
        void runs_that_are_over_are_not_read() {
            try (var house = new RunHouse(WELL, Duration.ZERO)) {
                house.create(PIPELINE);
                house.awaitPhase("ml-pipeline-run-x", "Succeeded");
                house.await("it is folded", () -> house.store.live("run").isEmpty());
                house.restart();
                house.create(TWO_STEPS);
                house.awaitPhase("two", "Succeeded");
                assertThat(house.executor.starts()).isEqualTo(4);
            }
        }
    }

    @Nested
    class A_finished_run {
        @Test
        void is_told_as_events_of_the_workflow_and_of_its_nodes() {
            try (var house = new RunHouse(WELL, Duration.ZERO)) {
                var object = house.create(TWO_STEPS);
                house.awaitPhase("two", "Succeeded");
                house.await("it has left memory", () -> house.registry.inMemory() == 0);
                var events = house.registry.pods().events(Optional.of("argo-events"));
                assertThat(events)
                        .extracting(event ->
                                event.json().textAt("reason").orElse("")
                                        + ": "
                                        + event.json().textAt("message").orElse(""))
                        .contains(
                                "WorkflowRunning: Workflow Running",
                                "WorkflowNodeRunning: Running node two[0].one",
                                "WorkflowNodeSucceeded: Succeeded node two[0].one",
                                "WorkflowNodeSucceeded: Succeeded node two",
                                "WorkflowSucceeded: Workflow completed");
                assertThat(events).extracting(ApiObject::name).doesNotHaveDuplicates();
                assertThat(events.getFirst().json().textAt("involvedObject", "uid")).contains(object.uid());
                assertThat(house.registry.pods().events(Optional.of("elsewhere"))).isEmpty();
            }
        }

        @Test
        void forgets_a_step_that_its_executor_tells_of_again_and_does_not_end_it_once_more() {
            try (var house = new RunHouse(WELL, Duration.ZERO)) {
                house.create(TWO_STEPS);
                house.awaitPhase("two", "Succeeded");
                house.await("it has left memory", () -> house.registry.inMemory() == 0);
                var attempt = house.executor.last();
                List<StepReport> told =
                        List.of(
                                new StepReport.Started(attempt, Instant.EPOCH, "true"),
                                new StepReport.Ended(attempt, Instant.EPOCH, WELL_ENDED));
                house.executor.tell(told);
                assertThat(house.executor.cancels()).isEmpty();
                house.executor.tell(told.subList(0, 1));
                assertThat(house.executor.cancels()).containsExactly(attempt);
            }
        }

        @Test
        void is_still_told_of_when_it_has_left_memory() {
            try (var house = new RunHouse(WELL, Duration.ZERO)) {
                var object = house.create(PIPELINE);
                house.awaitPhase("ml-pipeline-run-x", "Succeeded");
                house.await("it is folded", () -> house.store.live("run").isEmpty());
                house.await("it has left memory", () -> house.registry.inMemory() == 0);
                assertThat(house.registry.status(object.uid()).orElseThrow().mapAt("nodes").fields()).hasSize(3);
                var pods = house.registry.pods().list(Optional.of("argo-events"));
                assertThat(pods).hasSize(2);
                var pod = house.registry.pods().find("argo-events", pods.getLast().name()).orElseThrow();
                assertThat(pod.status().textAt("phase")).contains("Succeeded");
                assertThat(pod.labels()).containsEntry("workflows.argoproj.io/workflow", "ml-pipeline-run-x");
                assertThat(pod.spec().listAt("containers").getFirst().textAt("image")).contains("python:3.9");
                var told = house.registry.explain(object.uid(), Optional.empty());
                assertThat(told.getFirst().textAt("what")).contains("the Workflow ml-pipeline-run-x was seen");
                assertThat(told.getLast().textAt("what")).contains("the run ended Succeeded");
                assertThat(told)
                        .anyMatch(one ->
                                one.textAt("what")
                                        .orElse("")
                                        .equals(
                                                "ml-pipeline-run-x.evaluate-model began: it waited for train-model Succeeded;"
                                                        + " inputs dataset=imagenet"));
            }
        }

        @Test
        void whose_object_was_deleted_is_not_retried() {
            try (var house = new RunHouse(ManualExecutor.BY_HAND)) {
                var object = house.create(TWO_STEPS);
                house.executor.end(running(house).attempt(), BADLY_ENDED);
                house.awaitPhase("two", "Failed");
                house.delete(object.key(), object.uid());
                assertThat(tell(house, "two", new Runs.Control.Retry()))
                        .contains("workflows.argoproj.io \"two\" not found");
            }
        }

        @Test
        void refuses_in_argos_words_and_can_be_retried_if_it_failed() {
            try (var house = new RunHouse(ManualExecutor.BY_HAND, Duration.ZERO)) {
                house.create(TWO_STEPS);
                house.executor.end(running(house).attempt(), WELL_ENDED);
                house.executor.end(running(house).attempt(), BADLY_ENDED);
                house.awaitPhase("two", "Failed");
                house.await("it has left memory", () -> house.registry.inMemory() == 0);
                assertThat(tell(house, "two", new Runs.Control.Terminate()))
                        .contains(
                                "cannot shutdown a completed workflow: workflow: \"two\", namespace: \"argo-events\"");
                assertThat(tell(house, "two", new Runs.Control.Retry())).isEmpty();
                house.executor.end(running(house).attempt(), WELL_ENDED);
                house.awaitPhase("two", "Succeeded");
                assertThat(house.executor.starts()).isEqualTo(3);
                assertThat(tell(house, "two", new Runs.Control.Retry()))
                        .contains(
                                "To retry a succeeded workflow, set the options restartSuccessful and nodeFieldSelector");
            }
        }
    }

    @Nested
    class A_run_can_be_told {
        @Test
        void to_suspend_and_resume_and_its_object_says_so() {
            try (var house = new RunHouse(ManualExecutor.BY_HAND)) {
                house.create(TWO_STEPS);
                var first = running(house);
                assertThat(tell(house, "two", new Runs.Control.Suspend())).isEmpty();
                assertThat(house.workflow("two").spec().find("suspend")).contains(Value.bool(true));
                house.executor.end(first.attempt(), WELL_ENDED);
                house.await(
                        "one ended",
                        () -> house.registry.find("argo-events", "two").orElseThrow().progress().equals("1/1"));
                assertThat(house.executor.running()).isEmpty();
                assertThat(tell(house, "two", new Runs.Control.Resume(""))).isEmpty();
                assertThat(house.workflow("two").spec().find("suspend")).isEmpty();
                assertThat(running(house).nodeName()).isEqualTo("two[1].two");
            }
        }

        @Test
        void by_a_patch_of_its_object() {
            try (var house = new RunHouse(ManualExecutor.BY_HAND)) {
                house.create(TWO_STEPS);
                running(house);
                house.patch("two", spec -> spec.with("shutdown", "Stop"));
                house.awaitPhase("two", "Failed");
                assertThat(house.row("two").message()).isEqualTo("Stopped with strategy 'Stop'");
            }
        }

        @Test
        void to_fail_the_node_of_a_deleted_pod() {
            try (var house = new RunHouse(ManualExecutor.BY_HAND)) {
                house.create(TWO_STEPS);
                running(house);
                var pod = house.registry.pods().list(Optional.empty()).getFirst();
                assertThat(pod.status().textAt("phase")).contains("Running");
                house.registry.pods().delete(pod);
                house.awaitPhase("two", "Failed");
                assertThat(house.registry.pods().find("argo-events", pod.name())).isEmpty();
                assertThat(house.registry.detail("argo-events", "two").orElseThrow().listAt("nodes"))
                        .anyMatch(node -> node.textAt("message").orElse("").equals("pod deleted"));
            }
        }
    }

    @Test
    void what_the_executor_cannot_honour_is_refused_before_the_run_starts() {
        try (var house = new RunHouse(WELL)) {
            house.executor.refuse("TIP-6001: no host program stands for the image alpine");
            house.create(TWO_STEPS);
            house.awaitPhase("two", "Failed");
            assertThat(house.row("two").message())
                    .isEqualTo("invalid spec: templates.work: TIP-6001: no host program stands for the image alpine");
            assertThat(house.executor.starts()).isZero();
        }
    }

    @Test
    void a_secret_that_is_missing_is_a_nodes_error_that_says_so() {
        try (var house = new RunHouse(WELL)) {
            house.create(
                    """
                    apiVersion: argoproj.io/v1alpha1
                    kind: Workflow
                    metadata: {name: secretive}
                    spec:
                      entrypoint: main
                      templates:
                        - name: main
                          container:
                            image: alpine
                            command: [x]
                            env: [{name: KEY, valueFrom: {secretKeyRef: {name: gone, key: k}}}]
                    """);
            house.awaitPhase("secretive", "Error");
            assertThat(house.row("secretive").message()).isEqualTo("secret \"gone\" not found");
        }
    }

    @Test
    void a_run_is_told_whole_with_its_attempts_images_and_why_parameters_fell_back() {
        try (var house = new RunHouse(WELL)) {
            house.create(
                    TWO_STEPS
                            .replace(
                                    "metadata: {name: two}",
                                    "metadata: {name: two, annotations: {tiphys.io/event: e7, tiphys.io/fallbacks:"
                                            + " '{\"p\": \"the key was absent\"}'}}")
                            .replace(
                                    "entrypoint: main",
                                    "entrypoint: main\n  arguments: {parameters: [{name: p, value: v}]}"));
            house.awaitPhase("two", "Succeeded");
            var run = house.registry.detail("argo-events", "two").orElseThrow();
            assertThat(run.textAt("event")).contains("e7");
            assertThat(run.textAt("executor")).contains("manual");
            assertThat(run.listAt("parameters"))
                    .containsExactly(Value.object("name", "p", "value", "v", "fallback", "the key was absent"));
            assertThat(run.listAt("images"))
                    .containsExactly(Value.object("image", "alpine", "program", "by hand for alpine"));
            var step = run.listAt("nodes").get(2);
            assertThat(step.textAt("displayName")).contains("one");
            assertThat(step.listAt("attempts").getFirst().textAt("state")).contains("exited");
            assertThat(step.listAt("attempts").getFirst().find("logBytes")).contains(Value.number(7));
            assertThat(house.registry.attempts(house.workflow("two").uid(), step.textAt("id").orElseThrow()))
                    .hasSize(1);
        }
    }

    @Test
    void a_run_of_more_nodes_than_the_memory_shows_is_told_without_them() throws Exception {
        try (var house = new RunHouse(WELL)) {
            house.create(TWO_STEPS);
            house.awaitPhase("two", "Succeeded");
            var uid = house.workflow("two").uid();
            var run = Run.fresh(uid);
            house.store
                    .read(RunDecider.streamOf(uid), 0, 1_000)
                    .forEach(entry -> run.apply(RunFacts.decode(entry), entry.at()));
            int nodes = run.view().tree().size();

            var whole = new RunDetail(new RunHouse.NoLogs(), "manual", nodes).of(run, Optional.empty());
            var cut = new RunDetail(new RunHouse.NoLogs(), "manual", nodes - 1).of(run, Optional.empty());

            assertThat(whole.listAt("nodes")).hasSize(nodes);
            assertThat(whole.textAt("message")).contains("");
            assertThat(cut.listAt("nodes")).isEmpty();
            assertThat(cut.textAt("message").orElseThrow()).startsWith(nodes + " nodes are more than a server");
            assertThat(cut.textAt("phase")).contains("Succeeded");
        }
    }

    @Test
    void a_store_that_cannot_write_for_a_while_delays_a_run_and_loses_nothing() {
        try (var house = new RunHouse(ManualExecutor.BY_HAND)) {
            house.create(TWO_STEPS);
            var first = running(house);
            house.store.failCommits(3);
            house.executor.end(first.attempt(), WELL_ENDED);
            house.await("the second step runs", () -> house.executor.starts() == 2);
        }
    }
}
