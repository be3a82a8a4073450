package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Rules for images that somebody made.
class ImageRowsTest {
    private static final String WORKFLOW =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {name: run}
            spec:
              entrypoint: main
              templates:
              - name: main
                steps:
                - - {name: a, template: mine}
                  - {name: b, template: other}
              - name: mine
                container: {image: "registry.example.com/ml/train-big:v3", command: [train]}
              - name: other
                container: {image: alpine, command: [other]}
            ---
            kind: ConfigMap
            metadata: {name: tiphys-images}
            data: {rules: "# ours\\ntrain* /opt/train - -\\nnode sh - -\\n"}
            """;

    @Test
    void an_order_takes_along_the_rows_that_fit_its_image() {
        var engine = ManualEngine.of(WORKFLOW, ManualEngine.WAITING);
        assertThat(engine.underWay().stream().map(order -> order.template().imageRules()))
                .containsExactly("train* /opt/train - -", "");
        assertThat(engine.run().probes().stream().map(order -> order.template().imageRules()))
                .containsExactly("train* /opt/train - -", "");
    }
}
