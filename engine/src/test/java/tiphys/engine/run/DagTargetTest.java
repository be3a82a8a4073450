package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.engine.run.ManualEngine.exited;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// `dag.target` names what a dag is to reach: several tasks, if it has to, and from a tag.
class DagTargetTest {
    private static ManualEngine run(String target) {
        return ManualEngine.of(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: run}
                spec:
                  entrypoint: main
                  arguments: {parameters: [{name: target, value: "TARGET"}]}
                  templates:
                  - name: main
                    inputs: {parameters: [{name: target}]}
                    dag:
                      target: "{{inputs.parameters.target}}"
                      tasks:
                      - {name: a, template: leaf}
                      - {name: b, template: leaf, depends: a}
                      - {name: c, template: leaf, depends: b}
                      - {name: d, template: leaf}
                  - {name: leaf, container: {image: alpine, command: [leaf]}}
                """
                        .replace("TARGET", target),
                _ -> Optional.of(exited(0, "")));
    }

    private static List<String> tasks(ManualEngine engine) {
        return engine.nodes().stream().skip(1).map(line -> line.substring(0, 1)).toList();
    }

    private static String ends(ManualEngine engine) {
        var ids = engine.node("run").listAt("outboundNodes");
        return engine.run().view().tree().stream()
                .filter(node -> ids.stream().anyMatch(id -> id.equals(tiphys.manifest.Value.text(node.id()))))
                .map(node -> node.displayName())
                .collect(Collectors.joining(" "));
    }

    @Test
    void runs_several_targets_and_what_they_wait_for_and_nothing_else() {
        var engine = run("b d");
        assertThat(engine.phase()).isEqualTo("Succeeded");
        assertThat(tasks(engine)).containsExactlyInAnyOrder("a", "b", "d");
        assertThat(ends(engine)).isEqualTo("d b");
    }

    @Test
    void runs_everything_if_the_tag_comes_to_nothing() {
        var engine = run("");
        assertThat(tasks(engine)).containsExactlyInAnyOrder("a", "b", "c", "d");
        assertThat(ends(engine)).isEqualTo("d c");
    }

    @Test
    void refuses_a_target_that_is_no_task() {
        var engine = run("b nowhere");
        assertThat(engine.phase()).isEqualTo("Error");
        assertThat(engine.run().view().message()).contains("target 'nowhere' is not defined");
    }
}
