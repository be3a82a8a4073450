package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.engine.run.ManualEngine.exited;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport.Ending;

/// The items of loops: what their nodes are called, and what becomes of too many.
class LoopItemsTest {
    private static ManualEngine run(String loop, ManualEngine.Script script) {
        return ManualEngine.of(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: run}
                spec:
                  entrypoint: main
                  templates:
                  - name: main
                    dag:
                      tasks:
                      - {name: a, template: leaf, LOOP}
                      - {name: b, template: leaf, depends: a}
                  - {name: leaf, container: {image: alpine, command: [leaf], args: [x]}}
                """
                        .replace("LOOP", loop),
                script);
    }

    private static final ManualEngine.Script GOOD = _ -> Optional.of(exited(0, ""));

    private static final String UNREADABLE =
            "Invalid 'when' expression '1 = 2': Invalid token: '=' (hint: try wrapping the affected expression in quotes (\"))";

    private static List<String> names(String loop) {
        return run(loop, GOOD).run().view().tree().stream()
                .map(node -> node.name())
                .filter(name -> name.contains("("))
                .toList();
    }

    @Test
    void are_called_by_their_JSON_text_without_its_quotes_and_without_parentheses() {
        assertThat(names("withItems: ['q\"uote', \"line\\nbreak\", \"(p)\", 1.50, true]"))
                .containsExactly(
                        "run.a(0:q\\\"uote)", "run.a(1:line\\nbreak)", "run.a(2:p)", "run.a(3:1.5)", "run.a(4:true)");
    }

    @Test
    void that_are_lists_and_objects_are_called_as_Go_prints_them() {
        assertThat(names("withItems: [[1, 2], [x], {b: 1, a: {deep: [1]}}]"))
                .containsExactly("run.a(0:[1 2])", "run.a(1:[x])", "run.a(2:a:{\"deep\":[1]},b:1)");
    }

    @Test
    void are_skipped_one_by_one_if_a_condition_holds_for_none_of_them() {
        assertThat(run("withItems: [x, z], when: \"1 > 2\"", GOOD).nodes())
                .containsExactly(
                        "run DAG Succeeded",
                        "a TaskGroup Succeeded",
                        "a(0:x) Skipped Skipped when '1 > 2' evaluated false",
                        "a(1:z) Skipped Skipped when '1 > 2' evaluated false",
                        "b Pod Succeeded");
    }

    @Test
    void that_are_no_list_do_not_matter_if_the_condition_does_not_hold() {
        assertThat(run("withParam: none, when: \"1 > 2\"", GOOD).nodes())
                .contains("a Skipped Skipped Skipped, empty params");
        assertThat(run("withSequence: {count: many}, when: \"1 > 2\"", GOOD).nodes())
                .contains("a Skipped Skipped Skipped, empty params");
    }

    @Test
    void fail_one_by_one_if_a_condition_cannot_be_read() {
        assertThat(run("withItems: [x, z], when: \"1 = 2\"", GOOD).nodes())
                .containsExactly(
                        "run DAG Error",
                        "a TaskGroup Error",
                        "a(0:x) Skipped Error " + UNREADABLE,
                        "a(1:z) Skipped Error " + UNREADABLE,
                        "b Skipped Omitted omitted: depends condition not met");
    }

    @Test
    void that_are_null_are_called_as_Go_prints_them() {
        assertThat(names("withParam: \"[null]\"")).containsExactly("run.a(0:[])");
    }

    @Test
    void are_none_if_the_list_is_null() {
        assertThat(run("withParam: \"null\"", GOOD).nodes())
                .containsExactly("run DAG Succeeded", "a Skipped Skipped Skipped, empty params", "b Pod Succeeded");
    }

    @Test
    void that_are_none_are_no_loop_if_the_manifest_lists_none() {
        assertThat(names("withItems: []")).isEmpty();
        assertThat(run("withItems: []", GOOD).nodes()).contains("a Pod Succeeded");
        assertThat(run("withParam: '[]'", GOOD).nodes()).contains("a Skipped Skipped Skipped, empty params");
    }

    @Nested
    class Too_many {
        private static void assertErrorOf(String loop, String message) {
            var engine = run(loop, GOOD);
            assertThat(engine.phase()).isEqualTo("Error");
            assertThat(engine.nodes()).anyMatch(line -> line.startsWith("a Skipped Error") && line.contains(message));
            assertThat(engine.run().view().nodes()).isEqualTo(3);
        }

        @Test
        void of_a_sequence_are_an_error_of_its_node() {
            assertErrorOf("withSequence: {count: \"9223372036854775807\"}", "more than 1000000 items");
            assertErrorOf("withSequence: {start: \"-9000000000000000000\", end: \"9000000000000000000\"}", "more than");
        }

        @Test
        void of_a_text_are_counted_before_they_are_made() {
            assertErrorOf("withParam: '[" + "1,".repeat(2_200_000) + "1]'", "too many steps");
        }

        @Test
        void results_of_a_loop_are_an_error_of_what_reads_them() {
            ManualEngine.Script large = order -> Optional.of(large(order));
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
                                - [{name: a, template: leaf, withSequence: {count: "10"}}]
                                - [{name: b, template: shown, arguments: {parameters: [{name: all, value: "{{steps.a.outputs.result}}"}]}}]
                              - {name: leaf, container: {image: alpine, command: [leaf]}}
                              - {name: shown, inputs: {parameters: [{name: all}]}, container: {image: alpine, command: [leaf]}}
                            """,
                            large);
            assertThat(engine.run().view().message())
                    .startsWith("failed to resolve references: the evaluation would make more than");
        }

        private static Ending large(StepOrder order) {
            return exited(0, order.nodeName().contains("[0]") ? "\"" + "x".repeat(2 << 20) + "\"" : "");
        }
    }
}
