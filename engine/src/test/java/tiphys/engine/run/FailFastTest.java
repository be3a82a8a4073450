package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.engine.run.ManualEngine.exited;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import tiphys.engine.run.rules.BeginRules;

class FailFastTest {
    private static ManualEngine run(String main) {
        return ManualEngine.of(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: run}
                spec:
                  entrypoint: main
                  templates:
                  - {name: leaf, container: {image: alpine, command: [leaf]}}
                  - {name: after, container: {image: alpine, command: [after]}}
                """
                        + main.indent(2),
                _ -> Optional.empty());
    }

    @Test
    void waits_for_exit_hooks_as_for_the_steps_themselves() {
        var engine =
                run(
                        """
                        - name: main
                          failFast: true
                          steps:
                          - - {name: a, template: leaf, hooks: {exit: {template: after}}}
                            - {name: b, template: leaf}
                        """);
        var steps = engine.underWay();
        engine.end(steps.get(0).attempt(), exited(1, ""));
        engine.end(steps.get(1).attempt(), exited(1, ""));
        assertThat(engine.phase()).isEqualTo("Running");
        assertThat(engine.underWay()).singleElement().satisfies(one -> assertThat(one.nodeName()).endsWith("a.onExit"));
        engine.end(engine.underWay().getFirst().attempt(), exited(0, ""));
        assertThat(engine.phase()).isEqualTo("Failed");
    }

    @Test
    void ends_the_groups_of_its_body_too() {
        var steps = run("- {name: main, failFast: true, steps: [[{name: a, template: leaf}]]}\n");
        steps.end(steps.underWay().getFirst().attempt(), exited(1, ""));
        assertThat(steps.nodes())
                .containsExactly(
                        "run Steps Failed " + BeginRules.FAILED_FAST,
                        "[0] StepGroup Failed " + BeginRules.FAILED_FAST,
                        "a Pod Failed main: Error (exit code 1)");
        var dag =
                run(
                        "- {name: main, failFast: true, parallelism: 1, dag: {tasks: [{name: a, template: leaf, withItems: [1, 2]}]}}\n");
        dag.end(dag.underWay().getFirst().attempt(), exited(1, ""));
        assertThat(dag.phase()).isEqualTo("Failed");
        assertThat(dag.node("a").textAt("phase")).contains("Failed");
    }
}
