package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.engine.run.ManualEngine.exited;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A group of steps begins as a whole, or not at all; one that cannot begin a step says so.
class StepGroupTest {
    private static ManualEngine run(String group) {
        return ManualEngine.of(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: run}
                spec:
                  entrypoint: main
                  arguments: {parameters: [{name: text, value: two words}, {name: list, value: "a,b"}, {name: zero, value: "0"}]}
                  templates:
                  - name: main
                    steps:
                    - GROUP
                    - [{name: after, template: leaf}]
                  - {name: leaf, container: {image: alpine, command: [leaf]}}
                  - name: limited
                    inputs: {parameters: [{name: s}]}
                    activeDeadlineSeconds: "{{inputs.parameters.s}}"
                    container: {image: alpine, command: [leaf]}
                  - name: shown
                    inputs: {parameters: [{name: msg}]}
                    container: {image: alpine, command: [leaf]}
                """
                        .replace("GROUP", group),
                _ -> Optional.of(exited(0, "")));
    }

    private static void assertNothingBegan(ManualEngine engine, String message) {
        assertThat(engine.phase()).isEqualTo("Failed");
        assertThat(engine.nodes()).containsExactly("run Steps Failed " + message, "[0] StepGroup Error " + message);
    }

    @Test
    void with_a_condition_that_cannot_be_read_begins_no_step() {
        assertNothingBegan(
                run(
                        "[{name: b, template: leaf}, {name: a, template: leaf, when: \"{{workflow.parameters.text}} == x\"}]"),
                "failed to resolve references: Invalid 'when' expression 'two words == x': Cannot transition token types"
                        + " from VARIABLE [two] to VARIABLE [words]");
    }

    @Test
    void with_a_loop_over_no_list_begins_no_step() {
        assertNothingBegan(
                run(
                        "[{name: b, template: leaf}, {name: a, template: leaf, withParam: \"{{workflow.parameters.list}}\"}]"),
                "withParam value could not be parsed as a JSON list: a,b: invalid character 'a' looking for beginning of"
                        + " value");
    }

    @Test
    void with_a_loop_whose_condition_cannot_be_read_ends_with_its_first_item() {
        var engine = run("[{name: a, template: leaf, withItems: [x, z], when: \"1 = 2\"}, {name: b, template: leaf}]");
        var message =
                "Invalid 'when' expression '1 = 2': Invalid token: '=' (hint: try wrapping the affected expression in"
                        + " quotes (\"))";
        assertThat(engine.nodes())
                .containsExactly(
                        "run Steps Failed " + message,
                        "[0] StepGroup Error " + message,
                        "a(0:x) Skipped Error " + message);
    }

    @Test
    void with_an_item_that_lacks_a_field_begins_no_step() {
        assertNothingBegan(
                run(
                        "[{name: a, template: shown, withItems: [{k: 1}, {l: 2}], arguments: {parameters: [{name: msg, value: \"{{item.k}}\"}]}}]"),
                "failed to resolve {{item.k}}");
    }

    @Test
    void with_a_step_that_cannot_begin_is_in_error_whatever_continueOn_says_and_begins_no_further_step() {
        var engine =
                run(
                        "[{name: a, template: limited, continueOn: {error: true}, arguments: {parameters: [{name: s, value: soon}]}},"
                                + " {name: b, template: leaf}]");
        var message =
                "step group deemed errored due to child run[0].a error: value 'soon' cannot be resolved to an int";
        assertThat(engine.nodes())
                .containsExactly(
                        "run Steps Failed " + message,
                        "[0] StepGroup Error " + message,
                        "a Pod Error value 'soon' cannot be resolved to an int");
    }

    @Test
    void with_a_loop_gives_it_its_own_phase() {
        var engine =
                ManualEngine.of(
                        """
                        apiVersion: argoproj.io/v1alpha1
                        kind: Workflow
                        metadata: {name: run}
                        spec:
                          entrypoint: main
                          templates:
                          - name: main
                            steps:
                            - - {name: a, template: leaf, withItems: [1, 2], continueOn: {failed: true}}
                            - - {name: b, template: shown, arguments: {parameters: [{name: msg, value: "{{steps.a.status}}"}]}}
                          - {name: leaf, container: {image: alpine, command: [leaf]}}
                          - {name: shown, inputs: {parameters: [{name: msg}]}, suspend: {duration: "0"}}
                        """,
                        _ -> Optional.of(exited(1, "")));
        engine.pass(Duration.ofSeconds(1));
        assertThat(engine.phase()).isEqualTo("Succeeded");
        assertThat(engine.node("b").mapAt("inputs").listAt("parameters").getFirst().textAt("value"))
                .contains("Succeeded");
    }

    @Test
    void without_steps_is_followed_by_the_next_one() {
        var engine = run("[]");
        assertThat(engine.phase()).isEqualTo("Succeeded");
        assertThat(engine.node("[0]").listAt("children")).containsExactly(engine.node("[1]").find("id").orElseThrow());
    }
}
