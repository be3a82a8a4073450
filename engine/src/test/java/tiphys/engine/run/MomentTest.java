package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Expressions of workflows that ask for the time, for chance, and for what is told of the run as a whole.
class MomentTest {
    private static ManualEngine of(String expression) {
        return ManualEngine.of(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: run, creationTimestamp: "2025-03-04T05:06:07Z", labels: {app: demo}}
                spec:
                  entrypoint: main
                  arguments: {parameters: [{name: first, value: "true"}]}
                  templates:
                  - name: main
                    steps: [[{name: a, template: wait, withItems: [1, 2], arguments: {parameters: [{name: v, value: "{{=%s}}"}]}}]]
                  - name: wait
                    inputs: {parameters: [{name: v}]}
                    suspend: {duration: "0"}
                """
                        .formatted(expression),
                ManualEngine.ECHO);
    }

    private static String value(ManualEngine engine, String node) {
        return engine.node(node).listAt("inputs", "parameters").getFirst().textAt("value").orElse("");
    }

    @Test
    void the_time_is_the_moment_of_the_decision() {
        assertThat(value(of("sprig.date('2006-01-02', sprig.now())"), "a(0:1)")).isEqualTo("2026-11-24");
        assertThat(value(of("now().Hour()"), "a(0:1)")).isEqualTo("12");
    }

    @Test
    void what_is_no_time_is_dated_today_as_sprig_does_it() {
        assertThat(value(of("sprig.date('2006', workflow.creationTimestamp)"), "a(0:1)")).isEqualTo("2026");
    }

    @Test
    void two_places_have_chance_of_their_own() {
        var engine = of("sprig.uuidv4() + string(item)");
        assertThat(value(engine, "a(0:1)")).hasSize(37).isNotEqualTo(value(engine, "a(1:2)"));
        assertThat(value(engine, "a(0:1)").substring(0, 36)).isNotEqualTo(value(engine, "a(1:2)").substring(0, 36));
    }

    @Test
    void parameters_labels_and_the_parts_of_the_creation_s_time_are_there() {
        assertThat(value(of("jsonpath(workflow.parameters.json, '$[0].value') == 'true'"), "a(0:1)")).isEqualTo("true");
        assertThat(value(of("workflow.creationTimestamp.Y + workflow.creationTimestamp.RFC3339"), "a(0:1)"))
                .isEqualTo("20252025-03-04T05:06:07Z");
        assertThat(value(of("fromJSON(workflow.labels.json).app"), "a(0:1)")).isEqualTo("demo");
    }
}
