package tiphys.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import tiphys.engine.ManualExecutor;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport.Ending;
import tiphys.journal.Transaction;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectWrite;
import tiphys.objects.ResourceTypes;

/// `parallelism` and its like in the ConfigMap `workflow-controller-configmap`.
class ParallelismTest {
    private static final Ending WELL = new Ending.Exited(0, Optional.of(""), Map.of());
    private static final String POSTPONED =
            "Workflow processing has been postponed because too many workflows are already running";

    private static String workflow(String name, int priority) {
        return """
        apiVersion: argoproj.io/v1alpha1
        kind: Workflow
        metadata: {name: NAME}
        spec:
          entrypoint: work
          priority: PRIORITY
          templates:
          - name: work
            container: {image: alpine, command: [work, hard]}
        """
                .replace("NAME", name)
                .replace("PRIORITY", "" + priority);
    }

    private static ApiObject settings(String data) {
        var metadata = Value.object("name", "workflow-controller-configmap", "namespace", "argo", "uid", "settings");
        return new ApiObject(
                ResourceTypes.CONFIG_MAP,
                Value.object("apiVersion", "v1", "kind", "ConfigMap", "metadata", metadata)
                        .with("data", Yaml.parse(data.getBytes(StandardCharsets.UTF_8), "data.yaml").getFirst()));
    }

    private static void write(RunHouse house, ObjectWrite write) {
        house.store.commit(new Transaction(Instant.EPOCH, List.of(), List.of(), List.of(write))).join();
    }

    private static RunHouse house(String data) {
        var house = new RunHouse(ManualExecutor.BY_HAND);
        write(house, new ObjectWrite.Create(settings(data)));
        return house;
    }

    private static void awaitPostponed(RunHouse house, String name) {
        house.awaitPhase(name, "Pending");
        assertThat(house.row(name).message()).isEqualTo(POSTPONED);
    }

    private static StepOrder running(RunHouse house, String workflow) {
        house.await(workflow + " runs", () -> order(house, workflow).isPresent());
        return order(house, workflow).orElseThrow();
    }

    private static Optional<StepOrder> order(RunHouse house, String workflow) {
        return house.executor.running().stream().filter(one -> one.nodeName().equals(workflow)).findFirst();
    }

    private static void end(RunHouse house, String workflow) {
        house.executor.end(running(house, workflow).attempt(), WELL);
        house.awaitPhase(workflow, "Succeeded");
    }

    @Test
    void a_workflow_over_the_limit_waits_and_the_one_of_the_highest_priority_is_next() {
        try (var house = house("{parallelism: '1'}")) {
            house.create(workflow("first", 0));
            running(house, "first");
            house.create(workflow("low", 0));
            awaitPostponed(house, "low");
            house.create(workflow("high", 5));
            awaitPostponed(house, "high");
            end(house, "first");
            running(house, "high");
            assertThat(house.row("low").phase()).isEqualTo("Pending");
            end(house, "high");
            end(house, "low");
            assertThat(house.row("low").message()).isEmpty();
        }
    }

    @Test
    void a_restart_loses_no_place_and_begins_no_more_than_may() {
        try (var house = house("{namespaceParallelism: '1'}")) {
            house.create(workflow("first", 0));
            running(house, "first");
            for (var name : List.of("b", "a", "c")) {
                house.create(workflow(name, 0));
                awaitPostponed(house, name);
            }
            house.restart();
            assertThat(house.executor.starts()).isEqualTo(1);
            end(house, "first");
            end(house, "b");
            end(house, "a");
            end(house, "c");
        }
    }

    @Test
    void a_limit_that_is_set_or_raised_later_counts_at_once() {
        try (var house = house("{}")) {
            house.create(workflow("first", 0));
            running(house, "first");
            write(house, new ObjectWrite.Update(settings("{parallelism: '1'}"), OptionalLong.empty()));
            house.create(workflow("second", 0));
            awaitPostponed(house, "second");
            write(house, new ObjectWrite.Update(settings("{parallelism: '2'}"), OptionalLong.empty()));
            running(house, "second");
        }
    }

    @Test
    void a_namespaces_label_counts_more_than_the_usual_limit() {
        try (var house = house("{namespaceParallelism: '5'}")) {
            var namespace =
                    new ApiObject(
                            ResourceTypes.NAMESPACE,
                            Value.object(
                                    "apiVersion",
                                    "v1",
                                    "kind",
                                    "Namespace",
                                    "metadata",
                                    Value.object(
                                            "name",
                                            "argo-events",
                                            "uid",
                                            "namespace",
                                            "labels",
                                            Map.of("workflows.argoproj.io/parallelism-limit", "1"))));
            write(house, new ObjectWrite.Create(namespace));
            house.restart();
            house.create(workflow("first", 0));
            running(house, "first");
            house.create(workflow("second", 0));
            awaitPostponed(house, "second");
            write(house, new ObjectWrite.Delete(namespace.key(), namespace.uid()));
            running(house, "second");
        }
    }

    @Test
    void a_workflow_that_waits_and_is_deleted_gives_its_place_away() {
        try (var house = house("{parallelism: '1'}")) {
            house.create(workflow("first", 0));
            running(house, "first");
            var second = house.create(workflow("second", 9));
            awaitPostponed(house, "second");
            house.create(workflow("third", 0));
            awaitPostponed(house, "third");
            house.delete(second.key(), second.uid());
            house.awaitPhase("second", "Failed");
            end(house, "first");
            running(house, "third");
        }
    }
}
