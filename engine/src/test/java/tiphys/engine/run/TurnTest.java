package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tiphys.engine.run.state.RunCommand;

/// What the controller's settings ask of a Workflow: that it waits for its turn, and how it refers to its templates.
class TurnTest {
    private static final String WORKFLOW =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {name: run, creationTimestamp: "2026-11-24T11:00:00Z"}
            spec:
              priority: 7
              entrypoint: leaf
              templates:
              - name: leaf
                container: {image: alpine, command: [leaf]}
            """;

    private static final String LIMITED =
            WORKFLOW
                    + """
                    ---
                    kind: ConfigMap
                    metadata: {name: workflow-controller-configmap}
                    data:
                      parallelism: "1"
                      workflowDefaults: "metadata: {labels: {site: here}}"
                    """;

    @Test
    void a_workflow_that_has_to_wait_is_pending_and_says_why_in_argos_words() {
        var engine = ManualEngine.of(LIMITED, ManualEngine.ECHO);
        assertThat(engine.phase()).isEqualTo("Pending");
        assertThat(engine.run().status().textAt("message"))
                .contains("Workflow processing has been postponed because too many workflows are already running");
        assertThat(engine.entries()).hasSize(2); // nothing else is looked at
        engine.turn();
        assertThat(engine.phase()).isEqualTo("Succeeded");
        assertThat(engine.run().status().textAt("message")).isEmpty();
        assertThat(engine.run().view().workflow().textAt("metadata", "labels", "site")).contains("here");
    }

    @Test
    void its_place_is_its_priority_its_age_and_when_it_asked() {
        var turn = ManualEngine.of(LIMITED, ManualEngine.ECHO).run().turn().orElseThrow();
        assertThat(turn.priority()).isEqualTo(7);
        assertThat(turn.createdMicros()).isEqualTo(1_795_518_000_000_000L);
        assertThat(turn.askedMicros()).isEqualTo(1_795_521_600_000_000L);
    }

    @Test
    void a_workflow_that_waits_is_kept_in_a_snapshot() {
        var engine = ManualEngine.of(LIMITED, ManualEngine.ECHO);
        var restored = Run.restore("uid-1", engine.run().snapshot());
        assertThat(restored.turn()).isEqualTo(engine.run().turn());
        assertThat(restored.stateHash()).isEqualTo(engine.run().stateHash());
        assertThat(new String(restored.snapshot(), StandardCharsets.UTF_8))
                .isEqualTo(new String(engine.run().snapshot(), StandardCharsets.UTF_8));
    }

    @Test
    void a_workflow_that_waits_can_be_stopped() {
        var engine = ManualEngine.of(LIMITED, ManualEngine.ECHO);
        engine.tell(new RunCommand.Stop("", "me"));
        assertThat(engine.phase()).isEqualTo("Failed");
        assertThat(engine.run().status().textAt("message")).contains("Stopped with strategy 'Stop'");
    }

    private static final String TEMPLATE =
            """
            kind: WorkflowTemplate
            metadata: {name: library}
            spec:
              entrypoint: leaf
              templates:
              - name: leaf
                container: {image: alpine, command: [leaf]}
            ---
            kind: ConfigMap
            metadata: {name: workflow-controller-configmap}
            data: {workflowDefaults: "templateReferencing: MODE"}
            ---
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {name: run}
            spec: SPEC
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Strict | {workflowTemplateRef: {name: library}}                              | Succeeded |
                    Secure | {workflowTemplateRef: {name: library}, priority: 3, suspend: false} | Succeeded |
                    Strict | {workflowTemplateRef: {name: library}, hostNetwork: false}          | Succeeded |
                    Strict | {workflowTemplateRef: {name: library}, podSpecPatch: "{}", dnsPolicy: None}                | Error | fields [DNSPolicy PodSpecPatch] are not permitted when using workflowTemplateRef with templateReferencing restriction
                    Secure | {workflowTemplateRef: {name: library}, artifactGC: {strategy: Never, serviceAccountName: a}} | Error | fields [ArtifactGC.ServiceAccountName] are not permitted when using workflowTemplateRef with templateReferencing restriction
                    Secure | {entrypoint: leaf, templates: [{name: leaf, suspend: {}}]}          | Error | workflows must use workflowTemplateRef to be executed when the controller is in reference mode
                    """)
    void where_templates_must_be_referred_to_nothing_else_runs(String mode, String spec, String phase, String message) {
        var engine = ManualEngine.of(TEMPLATE.replace("MODE", mode).replace("SPEC", spec), ManualEngine.ECHO);
        assertThat(engine.phase()).isEqualTo(phase);
        assertThat(engine.run().status().textAt("message").orElse(null)).isEqualTo(message);
    }
}
