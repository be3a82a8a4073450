package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.engine.run.ManualEngine.exited;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Templates that call themselves.
class RecursionTest {
    private static ManualEngine run(String steps) {
        return ManualEngine.of(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: run}
                spec:
                  entrypoint: main
                  templates:
                  - {name: main, steps: STEPS}
                """
                        .replace("STEPS", steps),
                _ -> Optional.of(exited(0, "")));
    }

    @Test
    void without_an_end_fails_at_the_hundredth_call() {
        var engine = run("[[{name: s, template: main}]]");
        assertThat(engine.phase()).isEqualTo("Failed");
        assertThat(engine.nodes()).anyMatch(line -> line.endsWith("max depth exceeded"));
        assertThat(engine.run().view().nodes()).isLessThan(250);
    }

    @Test
    void that_doubles_itself_makes_no_tree_without_end() {
        var engine = run("[[{name: s, template: main}, {name: t, template: main}]]");
        assertThat(engine.phase()).isEqualTo("Failed");
        assertThat(engine.run().view().nodes()).isLessThan(2_000);
    }

    @Test
    void that_doubles_itself_and_goes_on_over_errors_makes_no_tree_without_end() {
        var step = "{name: NAME, template: main, continueOn: {error: true, failed: true}}";
        var engine = run("[[" + step.replace("NAME", "s") + "], [" + step.replace("NAME", "t") + "]]");
        assertThat(engine.phase()).isEqualTo("Failed");
        assertThat(engine.run().view().nodes()).isLessThan(2_000);
    }
}
