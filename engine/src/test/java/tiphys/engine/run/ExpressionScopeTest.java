package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What an expression in a tag sees of the workflow.
class ExpressionScopeTest {
    private static final String WORKFLOW =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata:
              name: run
              creationTimestamp: "2026-11-24T11:59:58Z"
              labels: {team: ml}
              annotations: {note: hi}
            spec:
              entrypoint: main
              arguments: {parameters: [{name: go, value: "true"}]}
              templates:
              - name: main
                container: {image: busybox, command: [echo], args: ["{{=%s}}"]}
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    jsonpath(workflow.parameters.json, '$[0].value') | true
                    jsonpath(workflow.labels.json, '$.team')         | ml
                    jsonpath(workflow.annotations.json, '$.note')    | hi
                    workflow.creationTimestamp.RFC3339               | 2026-11-24T11:59:58Z
                    workflow.creationTimestamp.Y                     | 2026
                    asInt(workflow.creationTimestamp.s) % 60         | 58
                    sprig.date('2006', workflow.creationTimestamp)   | 2026
                    len(sprig.randAlpha(5))                          | 5
                    """)
    void an_expression_sees_what_argo_shows_it(String expression, String value) {
        var engine = ManualEngine.of(WORKFLOW.formatted(expression), ManualEngine.WAITING).settle();
        assertThat(engine.underWay().getFirst().template().args()).containsExactly(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sprig.now().UnixNano()", "sprig.uuidv4()"})
    void time_and_chance_are_those_of_the_run_so_that_it_can_be_replayed(String expression) {
        var workflow = WORKFLOW.formatted(expression);
        var once = ManualEngine.of(workflow, ManualEngine.WAITING).settle();
        var again = ManualEngine.of(workflow, ManualEngine.WAITING).settle();
        assertThat(once.underWay().getFirst().template().args())
                .isEqualTo(again.underWay().getFirst().template().args());
    }
}
