package tiphys.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tiphys.engine.ManualExecutor;
import tiphys.engine.StepReport.Ending;

class RunRegistryTest {
    static final String PIPELINE =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: WorkflowTemplate
            metadata: {name: ml-pipeline-template}
            spec:
              entrypoint: pipeline
              templates:
                - name: pipeline
                  dag:
                    tasks:
                      - name: train-model
                        template: train
                        arguments: {parameters: [{name: model, value: "{{workflow.parameters.model}}"}]}
                      - name: evaluate-model
                        dependencies: [train-model]
                        template: evaluate
                        arguments: {parameters: [{name: dataset, value: "{{workflow.parameters.dataset}}"}]}
                - name: train
                  inputs: {parameters: [{name: model}]}
                  container: {image: "python:3.9", command: [python], args: ["-c", "print('Training {{inputs.parameters.model}}...')"]}
                - name: evaluate
                  inputs: {parameters: [{name: dataset}]}
                  container: {image: "python:3.9", command: [python], args: ["-c", "print('Evaluating {{inputs.parameters.dataset}}...')"]}
            ---
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: ml-pipeline-run-}
            spec:
              workflowTemplateRef: {name: ml-pipeline-template}
              arguments: {parameters: [{name: model, value: resnet}, {name: dataset, value: imagenet}]}
            """;

    static final ManualExecutor.Script WELL = (_, _) -> Optional.of(new Ending.Exited(0, Optional.of(""), Map.of()));

    @Test
    void a_workflow_that_is_created_runs_to_its_end() {
        try (var house = new RunHouse(WELL)) {
            house.create(PIPELINE);
            house.awaitPhase("ml-pipeline-run-x", "Succeeded");
            assertThat(house.executor.starts()).isEqualTo(2);
            assertThat(house.row("ml-pipeline-run-x").progress()).isEqualTo("2/2");
            var status = house.workflow("ml-pipeline-run-x").status();
            assertThat(status.textAt("phase")).contains("Succeeded");
            assertThat(status.mapAt("nodes").fields()).hasSize(3);
        }
    }
}
