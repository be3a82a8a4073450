package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.engine.run.ManualEngine.exited;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import tiphys.engine.StepReport;
import tiphys.engine.run.state.RunCommand;
import tiphys.manifest.Value;

/// What steps say of their progress, and what they used.
class ProgressTest {
    private static final String TWO =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {name: run}
            spec:
              entrypoint: main
              templates:
              - name: main
                steps: [[{name: a, template: leaf}, {name: b, template: leaf, continueOn: {failed: true}}]]
              - name: leaf
                container: {image: alpine, command: [leaf], args: [said]}
            """;

    private final ManualEngine engine = ManualEngine.of(TWO, ManualEngine.WAITING);
    private final tiphys.engine.AttemptId a = engine.underWay().getFirst().attempt();
    private final tiphys.engine.AttemptId b = engine.underWay().getLast().attempt();

    private void tell(StepReport report) {
        assertThat(engine.tell(new RunCommand.Report(report))).isEmpty();
    }

    private void says(tiphys.engine.AttemptId attempt, String progress) {
        tell(new StepReport.Progressed(attempt, engine.now(), progress));
    }

    private String progress() {
        return engine.run().status().textAt("progress").orElse("");
    }

    @Test
    void a_step_that_says_how_far_it_is_counts_as_much_as_it_says() {
        assertThat(progress()).isEqualTo("0/2");
        says(a, "3/10");
        assertThat(progress()).isEqualTo("3/11");
        assertThat(engine.node("a").textAt("progress")).contains("3/10");
        says(a, "4/10");
        assertThat(Run.restore("uid-1", engine.run().snapshot()).status().textAt("progress")).contains("4/11");
        engine.end(a, exited(0, ""));
        assertThat(engine.node("a").textAt("progress")).contains("10/10");
        assertThat(progress()).isEqualTo("10/11");
    }

    @Test
    void one_that_fails_stays_where_it_was() {
        says(b, "3/10");
        engine.end(a, exited(0, ""));
        engine.end(b, exited(1, ""));
        assertThat(engine.phase()).isEqualTo("Succeeded");
        assertThat(progress()).isEqualTo("4/11");
    }

    @Test
    void what_is_no_progress_is_passed_over() {
        for (var text : new String[] {"", "x", "3", "11/10", "1/0", "-1/2", "1/99999999999"}) {
            says(a, text);
        }
        assertThat(progress()).isEqualTo("0/2");
    }

    @Test
    void what_steps_used_is_told_of_them_and_of_what_they_are_in() {
        tell(new StepReport.Started(a, engine.now(), "leaf"));
        engine.tick(Duration.ofSeconds(10));
        tell(new StepReport.Used(a, engine.now(), 2_600_000, 200L << 20));
        tell(new StepReport.Used(b, engine.now(), 10, 10));
        engine.end(a, exited(0, ""));
        engine.end(b, exited(0, ""));
        var used = Value.object("cpu", 3, "memory", 20);
        assertThat(engine.node("a").mapAt("resourcesDuration")).isEqualTo(used);
        assertThat(engine.node("run").mapAt("resourcesDuration")).isEqualTo(used);
        assertThat(engine.node("b").mapAt("resourcesDuration")).isEqualTo(Value.object("cpu", 0, "memory", 0));
        assertThat(engine.run().status().mapAt("resourcesDuration")).isEqualTo(used);
        assertThat(Run.restore("uid-1", engine.run().snapshot()).stateHash()).isEqualTo(engine.run().stateHash());
    }
}
