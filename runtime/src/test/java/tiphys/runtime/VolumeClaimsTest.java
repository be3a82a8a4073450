package tiphys.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tiphys.engine.ManualExecutor;
import tiphys.engine.StepReport.Ending;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.ResourceTypes;

/// The claims of `volumeClaimTemplates`, from the start of a run to its end.
final class VolumeClaimsTest {
    private static final String WORKFLOW =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {name: claiming}
            spec:
              entrypoint: main
              volumeClaimTemplates:
                - metadata: {name: work}
                  spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
              templates:
                - name: main
                  container: {image: alpine, command: [x], volumeMounts: [{name: work, mountPath: /mnt/vol}]}
            """;

    private static final Ending WELL = new Ending.Exited(0, Optional.empty(), Map.of());
    private static final Ending BADLY = new Ending.Exited(1, Optional.empty(), Map.of());

    private static Optional<ApiObject> claim(RunHouse house) {
        return house.store.get(new ObjectKey(ResourceTypes.PERSISTENT_VOLUME_CLAIM, "argo-events", "claiming-work"));
    }

    private static void end(RunHouse house, Ending ending, String phase) {
        house.await("the step runs", () -> house.executor.running().size() == 1);
        house.executor.end(house.executor.running().getFirst().attempt(), ending);
        house.awaitPhase("claiming", phase);
    }

    @Test
    void a_claim_is_there_while_the_run_goes_on_and_is_the_workflows() {
        try (var house = new RunHouse(ManualExecutor.BY_HAND)) {
            var workflow = house.create(WORKFLOW);
            house.await("the step runs", () -> house.executor.running().size() == 1);
            var owners = claim(house).orElseThrow().json().listAt("metadata", "ownerReferences");
            assertThat(owners.getFirst().textAt("uid")).contains(workflow.uid());
            house.await(
                    "the status names it",
                    () -> house.workflow("claiming").status().listAt("persistentVolumeClaims").size() == 1);
        }
    }

    @Test
    void a_run_that_succeeds_lets_go_of_it() {
        try (var house = new RunHouse(ManualExecutor.BY_HAND)) {
            house.create(WORKFLOW);
            end(house, WELL, "Succeeded");
            assertThat(claim(house)).isEmpty();
            house.await("it is released", () -> house.executor.released().contains("argo-events/claiming-work"));
            assertThat(house.workflow("claiming").status().listAt("persistentVolumeClaims")).isEmpty();
        }
    }

    @Test
    void a_run_that_fails_keeps_it() {
        try (var house = new RunHouse(ManualExecutor.BY_HAND)) {
            house.create(WORKFLOW);
            end(house, BADLY, "Failed");
            assertThat(claim(house)).isPresent();
            assertThat(house.executor.released()).isEmpty();
        }
    }

    @Test
    void a_run_that_fails_lets_go_of_it_where_the_workflow_says_so() {
        try (var house = new RunHouse(ManualExecutor.BY_HAND)) {
            house.create(
                    WORKFLOW.replace(
                            "spec:\n  entry", "spec:\n  volumeClaimGC: {strategy: OnWorkflowCompletion}\n  entry"));
            end(house, BADLY, "Failed");
            assertThat(claim(house)).isEmpty();
        }
    }
}
