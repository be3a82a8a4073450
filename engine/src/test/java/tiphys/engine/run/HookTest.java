package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.engine.run.ManualEngine.exited;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Hooks with expressions, of workflows, steps and tasks.
class HookTest {
    private static String workflow(String spec) {
        return "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: run}\nspec:\n" + spec.indent(2);
    }

    private static final String LEAF =
            """
            - name: leaf
              container: {image: alpine, command: [leaf]}
            - name: note
              inputs: {parameters: [{name: text, value: none}]}
              container: {image: alpine, command: [note], args: ["{{inputs.parameters.text}}"]}
            """;

    private static final String STEP =
            workflow(
                    """
                    entrypoint: main
                    templates:
                    - name: main
                      steps:
                      - - name: a
                          template: leaf
                          hooks:
                            running: {template: note, expression: steps.a.status == "Running"}
                            failed: {template: note, expression: steps.a.status == "Failed"}
                      - - {name: b, template: leaf}
                    """
                            + LEAF);

    @Test
    void of_two_exit_handlers_the_older_field_counts() {
        var engine =
                ManualEngine.of(
                        workflow(
                                """
                                entrypoint: leaf
                                onExit: leaf
                                hooks: {exit: {template: note, arguments: {parameters: [{name: text, value: hook}]}}}
                                templates:
                                """
                                        + LEAF),
                        _ -> Optional.of(exited(0, "")));
        assertThat(engine.node("run.onExit").textAt("templateName")).contains("leaf");
    }

    @Test
    void a_hook_begins_when_its_expression_holds_and_the_next_group_waits_for_it() {
        var engine = ManualEngine.of(STEP, _ -> Optional.empty());
        var step = engine.underWay().getFirst();
        assertThat(engine.nodes())
                .contains("a.hooks.running Pod Running")
                .noneMatch(node -> node.contains("hooks.failed"));
        engine.end(step.attempt(), exited(0, ""));
        assertThat(engine.nodes()).contains("a Pod Succeeded", "[0] StepGroup Running");
        engine.end(engine.underWay().getFirst().attempt(), exited(1, ""));
        assertThat(engine.nodes())
                .contains(
                        "a.hooks.running Pod Failed main: Error (exit code 1)",
                        "[0] StepGroup Succeeded",
                        "b Pod Running");
    }

    @Test
    void a_state_that_lasts_no_time_is_not_missed() {
        var engine = ManualEngine.of(STEP, ManualEngine.ECHO);
        assertThat(engine.phase()).isEqualTo("Succeeded");
        assertThat(engine.nodes()).contains("a.hooks.running Pod Succeeded");
        assertThat(engine.nodes()).noneMatch(node -> node.startsWith("a.hooks.failed"));
    }

    @Test
    void what_a_workflow_came_to_begins_its_hooks_before_its_exit_handler() {
        var engine =
                ManualEngine.of(
                        workflow(
                                """
                                entrypoint: leaf
                                hooks:
                                  running: {template: note, expression: workflow.status == "Running"}
                                  failed: {template: note, expression: workflow.status == "Failed", arguments: {parameters: [{name: text, value: "{{workflow.status}}"}]}}
                                  exit: {template: note}
                                templates:
                                """
                                        + LEAF),
                        order -> Optional.of(exited(order.nodeName().equals("run") ? 1 : 0, "")));
        assertThat(engine.nodes())
                .containsExactly(
                        "run Pod Failed main: Error (exit code 1)",
                        "run.hooks.running Pod Succeeded",
                        "run.hooks.failed Pod Succeeded",
                        "run.onExit Pod Succeeded");
        assertThat(engine.node("run.hooks.failed").mapAt("inputs").listAt("parameters").getFirst().textAt("value"))
                .contains("Failed");
        assertThat(engine.phase()).isEqualTo("Failed");
    }

    @Test
    void a_hook_may_look_at_another_task() {
        var engine =
                ManualEngine.of(
                        workflow(
                                """
                                entrypoint: main
                                templates:
                                - name: main
                                  dag:
                                    tasks:
                                    - {name: b, template: leaf}
                                    - name: a
                                      template: leaf
                                      hooks:
                                        other: {template: note, expression: tasks.b.status == "Failed"}
                                """
                                        + LEAF),
                        _ -> Optional.empty());
        var ofB =
                engine.underWay().stream().filter(order -> order.nodeName().equals("run.b")).findFirst().orElseThrow();
        engine.end(ofB.attempt(), exited(1, ""));
        assertThat(engine.nodes()).contains("a.hooks.other Pod Running", "a Pod Running");
    }

    @Test
    void an_expression_that_names_nothing_ends_the_step_before_anything_of_it_runs() {
        var engine =
                ManualEngine.of(
                        STEP.replace("steps.a.status == \"Running\"", "steps.nobody.status == \"Running\""),
                        ManualEngine.ECHO);
        assertThat(engine.phase()).isEqualTo("Failed");
        assertThat(engine.run().view().message())
                .startsWith("unable to evaluate expression 'steps.nobody.status == \"Running\"': cannot fetch status");
        assertThat(engine.underWay()).isEmpty();
    }
}
