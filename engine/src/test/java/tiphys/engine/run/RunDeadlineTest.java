package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.engine.run.ManualEngine.exited;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tiphys.engine.run.state.RunCommand;

class RunDeadlineTest {
    private static ManualEngine run(String spec) {
        return ManualEngine.of(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: run}
                spec:
                  entrypoint: main
                  activeDeadlineSeconds: 100
                """
                        + spec.indent(2),
                _ -> Optional.empty());
    }

    @Test
    void ends_a_run_that_is_suspended_before_it_began() {
        var engine = run("suspend: true\ntemplates: [{name: main, container: {image: alpine, command: [leaf]}}]\n");
        engine.pass(Duration.ofSeconds(100));
        assertThat(engine.phase()).isEqualTo("Failed");
        assertThat(engine.run().view().message()).isEqualTo("Step exceeded its deadline");
    }

    @Test
    void begins_again_when_the_run_is_retried() {
        var engine = run("templates: [{name: main, container: {image: alpine, command: [leaf]}}]\n");
        engine.end(engine.underWay().getFirst().attempt(), exited(1, ""));
        engine.pass(Duration.ofSeconds(300));
        assertThat(engine.tell(new RunCommand.Retry("me"))).isEmpty();
        engine.settle().pass(Duration.ofSeconds(99));
        assertThat(engine.phase()).isEqualTo("Running");
        engine.pass(Duration.ofSeconds(1));
        assertThat(engine.phase()).isEqualTo("Failed");
    }

    @Test
    void lets_the_exit_hook_of_a_step_that_ends_at_that_instant_run_first() {
        var engine =
                run(
                        """
                        onExit: leaf
                        templates:
                        - {name: leaf, container: {image: alpine, command: [leaf]}}
                        - {name: wait, suspend: {duration: "10"}}
                        - name: main
                          steps: [[{name: s, template: wait, hooks: {exit: {template: leaf}}}]]
                        """);
        engine.tell(new RunCommand.Suspend("me"));
        engine.tick(Duration.ofSeconds(100));
        assertThat(engine.underWay()).singleElement().satisfies(one -> assertThat(one.nodeName()).endsWith("s.onExit"));
    }

    @Test
    void fails_what_runs_and_lets_what_handles_that_go_on() {
        var engine =
                run(
                        """
                        templates:
                        - {name: leaf, container: {image: alpine, command: [leaf]}}
                        - {name: note, suspend: {duration: "0"}}
                        - name: main
                          dag: {tasks: [{name: slow, template: leaf}, {name: handled, template: note, depends: slow.Failed}]}
                        """);
        engine.pass(Duration.ofSeconds(100));
        assertThat(engine.nodes())
                .containsExactly(
                        "run DAG Succeeded", "slow Pod Failed Step exceeded its deadline", "handled Suspend Succeeded");
    }

    @Test
    void lets_no_process_begin_after_it_and_ends_the_rest_of_a_long_loop() {
        var engine =
                run(
                        """
                        templates:
                        - {name: leaf, container: {image: alpine, command: [leaf]}}
                        - name: main
                          parallelism: 1
                          dag:
                            tasks:
                            - {name: short, template: leaf, withSequence: {count: "3"}}
                            - {name: long, template: leaf, withSequence: {count: "100000"}}
                        """);
        engine.pass(Duration.ofSeconds(100));
        assertThat(engine.phase()).isEqualTo("Failed");
        assertThat(engine.run().underWay()).isEmpty();
        assertThat(engine.nodes()).hasSizeLessThan(20).contains("short(2:2) Pod Failed Step exceeded its deadline");
    }

    @Test
    void does_not_end_what_had_waited_long_enough_before_it_however_late_it_is_noticed() {
        var engine =
                run(
                        """
                        templates:
                        - {name: main, dag: {tasks: [{name: early, template: wait}, {name: late, template: longer}]}}
                        - {name: wait, suspend: {duration: "99"}}
                        - {name: longer, suspend: {duration: "101"}}
                        """);
        engine.tick(Duration.ofSeconds(102));
        assertThat(engine.phase()).isEqualTo("Failed");
        assertThat(engine.nodes())
                .containsExactly(
                        "run DAG Failed", "early Suspend Succeeded", "late Suspend Failed Step exceeded its deadline");
    }
}
