package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.engine.run.ManualEngine.exited;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import tiphys.engine.AttemptId;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.engine.run.state.RunCommand;

/// Steps that go on beside those that follow them.
class DaemonsTest {
    private static final String ADDRESS = "127.1.2.3";
    private static final String STEPS =
            """
            - name: main
              steps:
              - - {name: web, template: web}
              - - {name: ask, template: leaf, arguments: {parameters: [{name: ip, value: "{{steps.web.ip}}"}]}}
            """;
    private static final String DAG =
            """
            - name: main
              dag:
                tasks:
                - {name: web, template: web}
                - {name: ask, template: leaf, depends: web, arguments: {parameters: [{name: ip, value: "{{tasks.web.ip}}"}]}}
            """;

    private static ManualEngine run(String main) {
        return ManualEngine.of(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: run}
                spec:
                  entrypoint: main
                  templates:
                  - {name: web, daemon: true, container: {image: alpine, command: [web]}}
                  - {name: tried, daemon: true, retryStrategy: {limit: 1}, container: {image: alpine, command: [web]}}
                  - {name: leaf, inputs: {parameters: [{name: ip, value: ""}]}, container: {image: alpine, command: [ask]}}
                """
                        + main.indent(2),
                _ -> Optional.empty());
    }

    private static AttemptId attempt(ManualEngine engine, String node) {
        return engine.underWay().stream()
                .filter(order -> order.nodeName().endsWith(node))
                .map(StepOrder::attempt)
                .findFirst()
                .orElseThrow();
    }

    private static ManualEngine ready(ManualEngine engine, String node) {
        engine.tell(new RunCommand.Report(new StepReport.Ready(attempt(engine, node), engine.now(), ADDRESS)));
        return engine;
    }

    @Test
    void what_follows_begins_when_a_daemon_answers_and_learns_its_address() {
        for (var main : new String[] {STEPS, DAG}) {
            var engine = run(main);
            assertThat(engine.underWay()).hasSize(1);
            ready(engine, "web");
            assertThat(engine.node("web").textAt("phase")).contains("Running");
            assertThat(engine.node("web").find("daemoned")).isPresent();
            assertThat(engine.node("ask").mapAt("inputs").listAt("parameters").getFirst().textAt("value"))
                    .contains(ADDRESS);
        }
    }

    @Test
    void a_daemon_succeeds_and_is_ended_when_its_scope_ends() {
        for (var main : new String[] {STEPS, DAG}) {
            var engine = ready(run(main), "web");
            engine.end(attempt(engine, "ask"), exited(0, ""));
            assertThat(engine.node("web").textAt("phase")).contains("Succeeded");
            assertThat(engine.underWay()).isEmpty();
            assertThat(engine.phase()).isEqualTo("Succeeded");
            assertThat(engine.node("web").mapAt("outputs").find("exitCode")).isEmpty();
        }
    }

    @Test
    void a_daemon_that_ends_by_itself_has_failed_and_takes_its_steps_along() {
        var engine = ready(run(STEPS), "web");
        engine.end(attempt(engine, "web"), exited(0, ""));
        assertThat(engine.nodes())
                .contains("web Pod Failed")
                .anyMatch(node -> node.startsWith("[0] StepGroup Failed child"))
                .anyMatch(node -> node.startsWith("ask Pod Failed child"));
        assertThat(engine.underWay()).isEmpty();
        assertThat(engine.phase()).isEqualTo("Failed");
    }

    @Test
    void a_dag_goes_on_with_what_a_failed_daemon_had_let_begin() {
        var engine = ready(run(DAG), "web");
        engine.end(attempt(engine, "web"), exited(4, ""));
        engine.end(attempt(engine, "ask"), exited(0, ""));
        assertThat(engine.phase()).isEqualTo("Succeeded");
        assertThat(engine.node("web").textAt("message")).contains("main: Error (exit code 4)");
    }

    @Test
    void a_daemon_that_never_answered_fails_as_any_step() {
        var engine = run(STEPS);
        engine.end(attempt(engine, "web"), exited(0, ""));
        assertThat(engine.nodes()).contains("web Pod Failed");
        assertThat(engine.phase()).isEqualTo("Failed");
    }

    @Test
    void a_daemon_is_tried_again_while_what_it_let_begin_goes_on() {
        var engine = ready(run(STEPS.replace("template: web", "template: tried")), "web(0)");
        engine.end(attempt(engine, "web(0)"), exited(1, ""));
        assertThat(engine.underWay()).extracting(StepOrder::nodeName).contains("run[0].web(1)", "run[1].ask");
        ready(engine, "web(1)");
        engine.end(attempt(engine, "ask"), exited(0, ""));
        assertThat(engine.phase()).isEqualTo("Succeeded");
        assertThat(engine.node("web").textAt("type")).contains("Retry");
        assertThat(engine.node("web").textAt("phase")).contains("Succeeded");
    }

    @Test
    void a_daemon_keeps_no_room_from_others() {
        var engine = run(STEPS.replace("name: main", "name: main\n  parallelism: 1"));
        ready(engine, "web");
        assertThat(engine.underWay()).hasSize(2);
    }

    @Test
    void a_run_that_is_nothing_but_a_daemon_ends_when_it_answers() {
        var engine = run("- {name: main, daemon: true, container: {image: alpine, command: [web]}}\n");
        ready(engine, "run").settle();
        assertThat(engine.underWay()).isEmpty();
        assertThat(engine.phase()).isEqualTo("Succeeded");
    }

    @Test
    void a_stopped_run_ends_its_daemons() {
        var engine = ready(run(STEPS), "web");
        engine.tell(new RunCommand.Stop("enough", "me"));
        engine.settle();
        assertThat(engine.underWay()).isEmpty();
        assertThat(engine.phase()).isEqualTo("Failed");
    }
}
