package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.engine.run.ManualEngine.exited;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A run that is made of another one, and begins with what went well there.
class MemoizedTest {
    private static final String WORKFLOW =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {name: NAME, annotations: ANNOTATIONS}
            spec:
              entrypoint: main
              arguments: {parameters: [{name: p, value: VALUE}]}
              templates:
              - name: main
                steps:
                - - {name: load, template: say, arguments: {parameters: [{name: what, value: "{{item}}"}]}, withItems: [a, b]}
                - - {name: use, template: say, arguments: {parameters: [{name: what, value: "{{steps.load.outputs.result}}"}]}}
              - name: say
                inputs: {parameters: [{name: what}]}
                container: {image: alpine, command: [echo], args: ['"{{inputs.parameters.what}}"']}
              - name: unused
                suspend: {}
            """;

    private static String workflow(String name, String annotations, String value) {
        return WORKFLOW.replace("NAME", name).replace("ANNOTATIONS", annotations).replace("VALUE", value);
    }

    /// Loading went well, using did not.
    private static Run failed() {
        return ManualEngine.of(
                        workflow("first", "{}", "x"),
                        order ->
                                order.nodeName().contains("use")
                                        ? Optional.of(exited(1, ""))
                                        : ManualEngine.ECHO.apply(order))
                .run();
    }

    private static ManualEngine again(Run earlier, String value) {
        var annotations = "{tiphys.io/memoized-from: uid-1}";
        return ManualEngine.of(workflow("second", annotations, value), ManualEngine.WAITING, earlier);
    }

    @Test
    void what_went_well_is_not_done_again_and_says_where_it_comes_from() {
        var engine = again(failed(), "x");
        assertThat(engine.underWay())
                .singleElement()
                .satisfies(order -> {
                    assertThat(order.nodeName()).isEqualTo("second[1].use");
                    assertThat(order.template().args()).containsExactly("\"[\"a\",\"b\"]\"");
                });
        assertThat(engine.nodes())
                .anyMatch(line -> line.matches("load\\(0:a\\) Pod Succeeded original pod: first-\\d+"));
    }

    @Test
    void a_run_that_went_well_gives_nothing_to_another() {
        var whole = ManualEngine.of(workflow("first", "{}", "x"), ManualEngine.ECHO).run();
        var engine = again(whole, "x");
        assertThat(engine.phase()).isEqualTo("Error");
        assertThat(engine.run().view().message())
                .isEqualTo("workflow must be Failed/Error to resubmit in memoized mode");
    }

    @Test
    void it_can_be_restored_and_made_of_again() {
        var engine = again(failed(), "x");
        assertThat(Run.restore("uid-1", engine.run().snapshot()).stateHash()).isEqualTo(engine.run().stateHash());
        engine.end(engine.underWay().getFirst().attempt(), exited(1, ""));
        assertThat(engine.phase()).isEqualTo("Failed");
        assertThat(again(engine.run(), "x").underWay()).singleElement();
    }
}
