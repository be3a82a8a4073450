package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tiphys.engine.run.codec.RunFacts;
import tiphys.engine.run.state.Library;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.RunFact;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.manifest.workflow.WorkflowSpec;

/// What lies under the spec of every Workflow, and under each template of one.
class DefaultsTest {
    private static final String CONTROLLER =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: workflow-controller-configmap}
            data:
              workflowDefaults: |
                metadata: {labels: {team: defaults, site: here}}
                spec:
                  suspend: true
                  parallelism: 7
                  activeDeadlineSeconds: 60
                  ttlStrategy: {secondsAfterCompletion: 5, secondsAfterSuccess: 6}
                  arguments: {parameters: [{name: a, value: default}, {name: b, value: "{{workflow.labels.site}}"}]}
                  templateDefaults: {container: {env: [{name: D, value: default}, {name: E, value: default}]}}
            ---
            """;
    private static final String OWN =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {name: run, labels: {team: own}}
            spec:
              %s
              activeDeadlineSeconds: 30
              ttlStrategy: {secondsAfterSuccess: 3}
              arguments: {parameters: [{name: a, value: own}]}
            """;
    private static final String TEMPLATES =
            """
              entrypoint: main
              parallelism: 2
              templates:
              - name: main
                container: {image: busybox, command: [sh], env: [{name: E, value: own}]}
            """;

    private static Value.Mapping spec(ManualEngine engine) {
        return facts(engine, RunFact.Started.class).getFirst().spec();
    }

    private static <F extends RunFact> List<F> facts(ManualEngine engine, Class<F> type) {
        return engine.entries().stream().map(RunFacts::decode).filter(type::isInstance).map(type::cast).toList();
    }

    private static Value yaml(String text) {
        return Yaml.parse(text.getBytes(StandardCharsets.UTF_8), "expected.yaml").getFirst();
    }

    @Test
    void what_a_workflow_does_not_say_it_has_of_the_defaults() {
        var engine = ManualEngine.of(CONTROLLER + OWN.formatted("") + TEMPLATES, ManualEngine.ECHO).settle();
        assertThat(spec(engine).without("templates"))
                .isEqualTo(
                        yaml(
                                """
                                entrypoint: main
                                parallelism: 2
                                activeDeadlineSeconds: 30
                                ttlStrategy: {secondsAfterCompletion: 5, secondsAfterSuccess: 3}
                                arguments: {parameters: [{name: a, value: own}, {name: b, value: "{{workflow.labels.site}}"}]}
                                templateDefaults: {container: {env: [{name: D, value: default}, {name: E, value: default}]}}
                                """));
        assertThat(facts(engine, RunFact.Labelled.class))
                .containsExactly(new RunFact.Labelled(Map.of("site", "here"), Map.of()));
    }

    @Test
    void what_a_workflow_template_says_lies_between() {
        var library =
                """
                apiVersion: argoproj.io/v1alpha1
                kind: WorkflowTemplate
                metadata: {name: library}
                spec:
                """
                        + TEMPLATES
                        + "---\n";
        var referring = OWN.formatted("workflowTemplateRef: {name: library}");
        var started = spec(ManualEngine.of(CONTROLLER + library + referring, ManualEngine.ECHO).settle());
        assertThat(started.find("parallelism")).contains(Value.number(2));
        assertThat(started.find("activeDeadlineSeconds")).contains(Value.number(30));
        assertThat(started.mapAt("ttlStrategy")).isEqualTo(yaml("{secondsAfterCompletion: 5, secondsAfterSuccess: 3}"));
        assertThat(started.find("suspend")).isEmpty();
    }

    @Test
    void defaults_that_cannot_be_read_end_the_workflow_with_their_flaw() {
        var unreadable =
                """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: workflow-controller-configmap}
                data: {workflowDefaults: a flaw}
                ---
                """;
        var engine = ManualEngine.of(unreadable + OWN.formatted("") + TEMPLATES, ManualEngine.ECHO).settle();
        assertThat(facts(engine, RunFact.Ended.class)).containsExactly(new RunFact.Ended(NodePhase.ERROR, "a flaw"));
    }

    @Test
    void template_defaults_are_merged_into_each_template_of_their_type() {
        var workflow =
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: run}
                spec:
                  entrypoint: main
                  templateDefaults:
                    retryStrategy: {limit: 1, retryPolicy: Always}
                    metadata: {labels: {d: default, e: default}}
                    script: {source: exit 0}
                    container: {image: busybox, env: [{name: D, value: default}, {name: E, value: default}]}
                  templates:
                  - name: main
                    retryStrategy: {limit: 0}
                    metadata: {labels: {e: own}}
                    container: {command: [sh], env: [{name: E, value: own}, {name: F, value: own}]}
                """;
        var run = ManualEngine.of(workflow, ManualEngine.ECHO).settle().run();
        assertThat(
                        new Library(new WorkflowSpec(run.view().workflow().mapAt("spec")), Map.of())
                                .plan("local/main")
                                .orElseThrow()
                                .template()
                                .json())
                .isEqualTo(
                        yaml(
                                """
                                name: main
                                retryStrategy: {limit: 0, retryPolicy: Always}
                                metadata: {labels: {d: default, e: own}}
                                container:
                                  image: busybox
                                  command: [sh]
                                  env: [{name: D, value: default}, {name: E, value: own}, {name: F, value: own}]
                                """));
    }
}
