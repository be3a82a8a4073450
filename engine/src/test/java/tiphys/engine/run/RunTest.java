package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.engine.run.ManualEngine.ECHO;
import static tiphys.engine.run.ManualEngine.exited;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tiphys.engine.StepReport.Ending;
import tiphys.engine.run.state.RunCommand;
import tiphys.manifest.Value;

class RunTest {
    private static final String PIPELINE =
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

    private static String workflow(String spec) {
        return "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: run}\nspec:\n" + spec.indent(2);
    }

    @Nested
    class The_guides_pipeline {
        @Test
        void trains_then_evaluates_with_the_events_parameters() {
            var engine = ManualEngine.of(PIPELINE, ECHO);
            assertThat(engine.phase()).isEqualTo("Succeeded");
            assertThat(engine.nodes())
                    .containsExactly(
                            "ml-pipeline-run-x DAG Succeeded",
                            "train-model Pod Succeeded",
                            "evaluate-model Pod Succeeded");
            assertThat(engine.run().view().progress()).isEqualTo("2/2");
        }

        @Test
        void waits_for_training_before_it_evaluates() {
            var engine = ManualEngine.of(PIPELINE, _ -> Optional.empty());
            assertThat(engine.underWay()).hasSize(1);
            var order = engine.underWay().getFirst();
            assertThat(order.template().args()).containsExactly("-c", "print('Training resnet...')");
            assertThat(order.template().image()).isEqualTo("python:3.9");
            engine.end(order.attempt(), exited(0, ""));
            assertThat(engine.underWay().getFirst().template().args().getLast())
                    .isEqualTo("print('Evaluating imagenet...')");
        }

        @Test
        void fails_when_training_fails_and_never_evaluates() {
            var engine = ManualEngine.of(PIPELINE, _ -> Optional.of(exited(3, "")));
            assertThat(engine.phase()).isEqualTo("Failed");
            assertThat(engine.nodes())
                    .containsExactly(
                            "ml-pipeline-run-x DAG Failed",
                            "train-model Pod Failed main: Error (exit code 3)",
                            "evaluate-model Skipped Omitted omitted: depends condition not met");
        }

        @Test
        void counts_a_report_that_comes_twice_once() {
            var engine = ManualEngine.of(PIPELINE, _ -> Optional.empty());
            var order = engine.underWay().getFirst();
            engine.end(order.attempt(), exited(0, ""));
            engine.end(order.attempt(), exited(1, ""));
            assertThat(engine.node("train-model").textAt("phase")).contains("Succeeded");
        }
    }

    @Nested
    class Steps {
        private static final String TWO_GROUPS =
                workflow(
                        """
                        entrypoint: main
                        templates:
                        - name: main
                          steps:
                          - - {name: flip, template: say, arguments: {parameters: [{name: text, value: heads}]}}
                          - - {name: won, template: say, when: "{{steps.flip.outputs.result}} == heads", arguments: {parameters: [{name: text, value: won}]}}
                            - {name: lost, template: say, when: "{{steps.flip.outputs.result}} == tails", arguments: {parameters: [{name: text, value: lost}]}}
                        - name: say
                          inputs: {parameters: [{name: text}]}
                          container: {image: alpine, command: [echo], args: ["{{inputs.parameters.text}}"]}
                        """);

        @Test
        void go_group_by_group_and_skip_what_its_condition_rejects() {
            var engine = ManualEngine.of(TWO_GROUPS, ECHO);
            assertThat(engine.nodes())
                    .containsExactly(
                            "run Steps Succeeded",
                            "[0] StepGroup Succeeded",
                            "flip Pod Succeeded",
                            "[1] StepGroup Succeeded",
                            "won Pod Succeeded",
                            "lost Skipped Skipped when 'heads == tails' evaluated false");
        }

        @Test
        void loop_over_items_and_aggregate_their_results() {
            var engine =
                    ManualEngine.of(
                            workflow(
                                    """
                                    entrypoint: main
                                    templates:
                                    - name: main
                                      steps:
                                      - - {name: each, template: say, withItems: [1, 2, 3], arguments: {parameters: [{name: text, value: "{{item}}"}]}}
                                      - - {name: all, template: say, arguments: {parameters: [{name: text, value: "{{steps.each.outputs.result}}"}]}}
                                    - name: say
                                      inputs: {parameters: [{name: text}]}
                                      container: {image: alpine, command: [echo], args: ["{{inputs.parameters.text}}"]}
                                    """),
                            ECHO);
            assertThat(engine.phase()).isEqualTo("Succeeded");
            assertThat(engine.nodes())
                    .contains("each(0:1) Pod Succeeded", "each(1:2) Pod Succeeded", "each(2:3) Pod Succeeded");
            assertThat(engine.node("all").mapAt("outputs").textAt("result")).contains("[1,2,3]");
        }
    }

    /// What follows a steps or dag node is a child of the last nodes within it, as in Argo's status.
    @Nested
    class The_status_tells {
        private static final String NESTED =
                """
                entrypoint: main
                templates:
                - name: main
                  dag:
                    tasks:
                    - {name: a, template: inner}
                    - {name: b, template: work, dependencies: [a], withItems: [1, 2]}
                    - {name: c, template: work, dependencies: [b]}
                    - {name: d, template: retried, dependencies: [c]}
                    - {name: e, template: work, dependencies: [d]}
                - name: inner
                  steps: [[{name: first, template: work}], [{name: left, template: work}, {name: right, template: work}]]
                - name: retried
                  retryStrategy: {limit: 1}
                  container: {image: alpine, command: [try]}
                - name: work
                  container: {image: alpine, command: ["true"]}
                """;

        private static final ManualEngine ENGINE =
                ManualEngine.of(
                        workflow(NESTED),
                        order ->
                                Optional.of(
                                        exited(
                                                order.template().command().contains("try")
                                                                && order.nodeName().endsWith("(0)")
                                                        ? 1
                                                        : 0,
                                                "")));

        private static List<String> named(String field, String node) {
            var nodes = ENGINE.run().status().mapAt("nodes").fields();
            return nodes.values().stream()
                    .filter(one -> one.textAt("displayName").orElse("").equals(node))
                    .flatMap(one -> one.listAt(field).stream())
                    .map(id -> ((Value.Text) id).value())
                    .map(id -> nodes.get(id).textAt("displayName").orElse(""))
                    .toList();
        }

        @Test
        void what_follows_a_steps_node_below_its_last_steps() {
            assertThat(ENGINE.phase()).as(ENGINE.run().status().textAt("message").orElse("")).isEqualTo("Succeeded");
            assertThat(named("children", "a")).containsExactly("[0]");
            assertThat(named("children", "first")).containsExactly("[1]");
            assertThat(named("children", "left")).containsExactly("b");
            assertThat(named("children", "right")).containsExactly("b");
            assertThat(named("outboundNodes", "a")).containsExactly("left", "right");
        }

        @Test
        void no_nodes_where_many_wait_for_many_and_each_would_be_named_by_each() {
            var tasks = new StringBuilder("[{name: all, template: work, withSequence: {count: \"600\"}}");
            for (int i = 0; i < 100; i++) {
                tasks.append(", {name: t").append(i).append(", template: work, dependencies: [all]}");
            }
            var engine =
                    ManualEngine.of(
                            workflow(
                                    """
                                    entrypoint: main
                                    templates:
                                    - name: main
                                      dag: {tasks: TASKS]}
                                    - name: work
                                      container: {image: alpine, command: ["true"]}
                                    """
                                            .replace("TASKS", tasks)),
                            _ -> Optional.of(exited(0, "")));

            assertThat(engine.phase()).isEqualTo("Succeeded");
            assertThat(engine.run().objectStatus().find("nodes")).isEmpty();
            assertThat(engine.run().objectStatus().listAt("conditions"))
                    .anyMatch(condition -> condition.textAt("type").orElse("").equals("NodesLeftOut"));
        }

        @Test
        void what_follows_a_loop_below_its_items_and_what_follows_a_retry_below_its_last_try() {
            assertThat(named("children", "b(0:1)")).containsExactly("c");
            assertThat(named("children", "b(1:2)")).containsExactly("c");
            assertThat(named("children", "d(0)")).isEmpty();
            assertThat(named("children", "d(1)")).containsExactly("e");
            assertThat(named("outboundNodes", "run")).containsExactly("e");
        }
    }

    /// An expression that takes more steps than it gets fails its node where it stands, and nothing else.
    @Nested
    class An_expression_that_never_ends {
        private static final String ENDLESS =
                "{{=sum(map(1..1000, {let a = #; sum(map(1..1000, {let b = #; a * b + sum(1..10)}))}))}}";

        private static String endlessIn(String template) {
            return workflow(
                    """
                    entrypoint: main
                    templates:
                    - name: main
                      dag: {tasks: [{name: a, template: bad}, {name: b, template: good, depends: a.Errored}]}
                    - name: good
                      container: {image: alpine, command: [echo], args: [good]}
                    - name: bad
                    """
                            + template.replace("ENDLESS", ENDLESS).indent(2));
        }

        private static void assertFailsAlone(String template) {
            var engine =
                    ManualEngine.of(
                            endlessIn(template),
                            order -> Optional.of(exited(order.template().args().contains("good") ? 0 : 1, "")));
            assertThat(engine.phase()).as(template).isEqualTo("Succeeded");
            assertThat(engine.node("a").textAt("phase")).as(template).contains("Error");
            assertThat(engine.node("a").textAt("message").orElse("")).as(template).contains("took too many steps");
            assertThat(engine.node("b").textAt("phase")).as(template).contains("Succeeded");
        }

        @Test
        void in_an_argument_of_a_container_fails_the_step() {
            assertFailsAlone("container: {image: alpine, command: [echo], args: [\"ENDLESS\"]}");
        }

        @Test
        void in_the_duration_of_a_suspension_fails_it() {
            assertFailsAlone("suspend: {duration: \"ENDLESS\"}");
        }

        @Test
        void in_a_retry_strategy_fails_the_retry() {
            assertFailsAlone(
                    "retryStrategy: {limit: \"ENDLESS\"}\ncontainer: {image: alpine, command: [echo], args: [bad]}");
        }
    }

    @Nested
    class A_retry_strategy {
        @Test
        void tries_again_after_its_backoff() {
            var engine =
                    ManualEngine.of(
                            workflow(
                                    """
                                    entrypoint: main
                                    templates:
                                    - name: main
                                      retryStrategy: {limit: 2, backoff: {duration: "10", factor: 2}}
                                      container: {image: alpine, command: [try], args: ["{{retries}}"]}
                                    """),
                            order -> Optional.of(exited(order.template().args().getLast().equals("2") ? 0 : 1, "")));
            assertThat(engine.phase()).isEqualTo("Running");
            assertThat(engine.nodes()).hasSize(2);
            engine.pass(Duration.ofSeconds(10));
            assertThat(engine.nodes()).hasSize(3);
            engine.pass(Duration.ofSeconds(19));
            assertThat(engine.nodes()).hasSize(3);
            engine.pass(Duration.ofSeconds(1));
            assertThat(engine.phase()).isEqualTo("Succeeded");
            assertThat(engine.nodes())
                    .containsExactly(
                            "run Retry Succeeded",
                            "run(0) Pod Failed main: Error (exit code 1)",
                            "run(1) Pod Failed main: Error (exit code 1)",
                            "run(2) Pod Succeeded");
        }

        @Test
        void does_not_retry_a_lost_attempt_unless_its_policy_covers_errors() {
            var lost = new Ending.Lost("the runner was killed");
            var engine =
                    ManualEngine.of(
                            workflow(
                                    """
                                    entrypoint: main
                                    templates:
                                    - name: main
                                      retryStrategy: {limit: 2}
                                      container: {image: alpine, command: [try]}
                                    """),
                            _ -> Optional.of(lost));
            assertThat(engine.phase()).isEqualTo("Error");
            assertThat(engine.nodes()).contains("run(0) Pod Error attempt lost: the runner was killed");
        }

        @Test
        void retries_a_lost_attempt_when_the_policy_is_always() {
            var engine =
                    ManualEngine.of(
                            workflow(
                                    """
                                    entrypoint: main
                                    templates:
                                    - name: main
                                      retryStrategy: {limit: 2, retryPolicy: Always}
                                      container: {image: alpine, command: [try], args: ["{{retries}}"]}
                                    """),
                            order ->
                                    Optional.of(
                                            order.template().args().getLast().equals("0")
                                                    ? new Ending.Lost("the runner was killed")
                                                    : exited(0, "")));
            assertThat(engine.phase()).isEqualTo("Succeeded");
        }
    }

    @Nested
    class Orders_from_outside {
        private static final String SLOW =
                workflow(
                        """
                        entrypoint: main
                        onExit: bye
                        templates:
                        - name: main
                          steps:
                          - - {name: one, template: work}
                          - - {name: two, template: work}
                        - name: work
                          container: {image: alpine, command: [work]}
                        - name: bye
                          container: {image: alpine, command: [bye]}
                        """);

        private static final ManualEngine.Script ONLY_BYE =
                order ->
                        order.template().command().equals(java.util.List.of("bye"))
                                ? Optional.of(exited(0, ""))
                                : Optional.empty();

        @Test
        void stop_ends_the_steps_and_runs_the_exit_handler() {
            var engine = ManualEngine.of(SLOW, ONLY_BYE);
            assertThat(engine.tell(new RunCommand.Stop("enough", "me"))).isEmpty();
            engine.settle();
            assertThat(engine.phase()).isEqualTo("Failed");
            assertThat(engine.nodes()).contains("run.onExit Pod Succeeded");
        }

        @Test
        void terminate_ends_everything_without_the_exit_handler() {
            var engine = ManualEngine.of(SLOW, ONLY_BYE);
            engine.tell(new RunCommand.Terminate("me"));
            engine.settle();
            assertThat(engine.phase()).isEqualTo("Failed");
            assertThat(engine.nodes()).noneMatch(line -> line.startsWith("run.onExit"));
        }

        @Test
        void suspend_begins_nothing_new_until_resume() {
            var engine = ManualEngine.of(SLOW, ONLY_BYE);
            engine.tell(new RunCommand.Suspend("me"));
            engine.end(engine.underWay().getFirst().attempt(), exited(0, ""));
            assertThat(engine.underWay()).isEmpty();
            assertThat(engine.phase()).isEqualTo("Running");
            engine.tell(new RunCommand.Resume("", "me"));
            engine.settle();
            assertThat(engine.underWay()).hasSize(1);
        }

        @Test
        void retry_runs_again_what_failed_and_keeps_what_succeeded() {
            var engine = ManualEngine.of(SLOW, ONLY_BYE);
            engine.end(engine.underWay().getFirst().attempt(), exited(0, ""));
            var first = engine.node("one");
            engine.pass(Duration.ofMinutes(1));
            var second = engine.underWay().getFirst().attempt();
            engine.end(second, exited(1, ""));
            assertThat(engine.phase()).isEqualTo("Failed");
            assertThat(engine.tell(new RunCommand.Retry("me"))).isEmpty();
            engine.settle();
            assertThat(engine.phase()).isEqualTo("Running");
            assertThat(engine.underWay()).hasSize(1);
            assertThat(engine.underWay().getFirst().attempt()).isNotEqualTo(second);
            assertThat(engine.node("one")).as("when it ran is kept, too").isEqualTo(first);
            engine.end(engine.underWay().getFirst().attempt(), exited(0, ""));
            assertThat(engine.phase()).isEqualTo("Succeeded");
        }

        @Test
        void a_run_whose_object_is_gone_is_not_retried() {
            var engine = ManualEngine.of(SLOW, ONLY_BYE);
            engine.tell(new RunCommand.Gone());
            engine.settle();
            assertThat(engine.phase()).isEqualTo("Failed");
            assertThat(engine.tell(new RunCommand.Retry("me")).orElse("")).endsWith("not found");
        }

        @Test
        void a_deleted_pod_fails_its_node() {
            var engine = ManualEngine.of(SLOW, ONLY_BYE);
            var pod = engine.underWay().getFirst().podName();
            assertThat(engine.tell(new RunCommand.DeletePod(pod))).isEmpty();
            engine.settle();
            assertThat(engine.node("one").textAt("phase")).contains("Error");
            assertThat(engine.node("one").textAt("message")).contains("pod deleted");
        }
    }

    @Test
    void a_snapshot_restores_the_same_state() {
        var engine = ManualEngine.of(PIPELINE, _ -> Optional.empty());
        var restored = Run.restore("uid-1", engine.run().snapshot());
        assertThat(restored.stateHash()).isEqualTo(engine.run().stateHash());
        assertThat(restored.status()).isEqualTo(engine.run().status());
        assertThat(restored.underWay()).isEqualTo(engine.run().underWay());
    }

    @Test
    void an_unknown_template_fails_the_run_with_argos_words() {
        var engine =
                ManualEngine.of(
                        workflow(
                                """
                                entrypoint: nope
                                templates:
                                - name: main
                                  container: {image: alpine, command: [x]}
                                """),
                        ECHO);
        assertThat(engine.phase()).isIn("Error", "Failed");
        assertThat(engine.run().view().message()).contains("template name 'nope' undefined");
    }
}
