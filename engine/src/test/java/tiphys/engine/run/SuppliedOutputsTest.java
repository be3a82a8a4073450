package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import tiphys.engine.StepReport.Ending;
import tiphys.engine.run.state.RunCommand;
import tiphys.manifest.Value;

/// What people give to suspended steps, and what follows of steps that the server does itself.
class SuppliedOutputsTest {
    private static final String ASK =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {name: run}
            spec:
              entrypoint: main
              templates:
              - name: main
                steps:
                - - {name: ask, template: ask, continueOn: {failed: true}}
                - - {name: show, template: show, arguments: {parameters: [{name: m, value: "{{steps.ask.outputs.parameters.answer}} {{steps.ask.outputs.parameters.other}}"}]}}
              - name: ask
                inputs: {parameters: [{name: other, default: dflt}]}
                suspend: {}
                outputs: {parameters: [{name: answer, valueFrom: {supplied: {}}}, {name: other, valueFrom: {supplied: {}}}]}
              - name: show
                inputs: {parameters: [{name: m}]}
                suspend: {}
            """;

    private static RunCommand set(String phase, String message, Map<String, String> outputs) {
        return new RunCommand.Set("displayName=ask", phase, message, outputs, "me");
    }

    private static ManualEngine asking() {
        return ManualEngine.of(ASK, ManualEngine.ECHO).settle();
    }

    @Test
    void what_somebody_supplies_is_read_by_what_follows_and_the_rest_takes_its_default() {
        var engine = asking();
        assertThat(engine.tell(set("", "", Map.of("answer", "yes")))).isEmpty();
        assertThat(engine.node("ask").textAt("phase")).contains("Running");
        assertThat(engine.tell(new RunCommand.Resume("", "me"))).isEmpty();
        engine.settle();
        assertThat(engine.node("ask").textAt("message")).contains("Resumed by: map[User:me]");
        assertThat(engine.node("show").listAt("inputs", "parameters").getFirst().textAt("value")).contains("yes dflt");
    }

    @Test
    void an_output_that_nobody_supplied_keeps_a_step_suspended() {
        var engine = asking();
        assertThat(engine.tell(new RunCommand.Resume("", "me")))
                .contains("raw output parameter 'answer' has not been set and does not have a default value");
        assertThat(engine.node("ask").textAt("phase")).contains("Running");
    }

    @Test
    void what_cannot_be_set_is_refused_and_nothing_changes() {
        var engine = asking();
        assertThat(engine.tell(set("", "", Map.of("nothing", "x"))))
                .contains("node is not expecting output parameter 'nothing'");
        assertThat(engine.tell(set("Nonsense", "", Map.of()))).isPresent();
        assertThat(engine.tell(new RunCommand.Set("displayName=nobody", "", "m", Map.of(), "me")))
                .contains(
                        "currently, set only targets suspend nodes: no suspend nodes matching nodeFieldSelector: displayName=nobody");
        assertThat(engine.tell(set("", "", Map.of("answer", "yes")))).isEmpty();
        assertThat(engine.tell(set("", "", Map.of("answer", "no"))))
                .contains(
                        "cannot set output parameter 'answer' because it does not use valueFrom.raw or it was already set");
    }

    @Test
    void a_step_that_is_set_to_an_end_is_over_with_the_message() {
        var engine = asking();
        assertThat(engine.tell(set("Failed", "no good", Map.of("answer", "a", "other", "b")))).isEmpty();
        engine.settle();
        assertThat(engine.node("ask").textAt("phase")).contains("Failed");
        assertThat(engine.node("ask").textAt("message")).contains("no good");
        assertThat(engine.node("show").listAt("inputs", "parameters").getFirst().textAt("value")).contains("a b");
    }

    private static final String REQUESTS =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {name: run}
            spec:
              entrypoint: main
              templates:
              - name: main
                steps:
                - - {name: get, template: get, withItems: [a, b], arguments: {parameters: [{name: u, value: "{{item}}"}]}}
                - - {name: after, template: get, arguments: {parameters: [{name: u, value: c}]}}
              - name: get
                inputs: {parameters: [{name: u}]}
                http: {url: "http://x/{{inputs.parameters.u}}"}
            """;

    private static Ending served(Ending.Outcome outcome, String message, String result) {
        return new Ending.Served(outcome, message, OptionalInt.empty(), Optional.of(result), Map.of());
    }

    @Test
    void a_request_is_a_node_of_its_own_type_with_the_body_as_its_result() {
        var engine =
                ManualEngine.of(REQUESTS, _ -> Optional.of(served(Ending.Outcome.SUCCEEDED, "", "{\"a\":1}"))).settle();
        assertThat(engine.phase()).isEqualTo("Succeeded");
        assertThat(engine.node("after").textAt("type")).contains("HTTP");
        assertThat(engine.node("after").find("outputs")).contains(Value.object("result", "{\"a\":1}"));
    }

    @Test
    void a_loop_of_requests_whose_bodies_are_no_json_is_an_error_of_its_steps() {
        var engine =
                ManualEngine.of(REQUESTS, _ -> Optional.of(served(Ending.Outcome.SUCCEEDED, "", "<html>"))).settle();
        assertThat(engine.phase()).isEqualTo("Error");
        assertThat(engine.run().view().message())
                .isEqualTo("error in entry template execution: invalid character '<' looking for beginning of value");
        assertThat(engine.nodes()).noneMatch(line -> line.contains("after"));
    }

    @Test
    void a_request_that_is_under_way_when_the_run_is_stopped_is_told_so_as_what_waits_for_somebody() {
        var engine = ManualEngine.of(REQUESTS, _ -> Optional.empty()).settle();
        engine.tell(new RunCommand.Stop("", "me"));
        engine.underWay().forEach(order -> engine.end(order.attempt(), new Ending.Cancelled()));
        engine.settle();
        assertThat(engine.nodes()).anyMatch(line -> line.contains("Stopped with strategy 'Stop'"));
    }
}
