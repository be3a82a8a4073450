package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.engine.run.ManualEngine.exited;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tiphys.engine.lock.LockName;
import tiphys.engine.lock.LockRequest;
import tiphys.engine.lock.LockTicket;
import tiphys.engine.run.state.RunCommand;

/// Mutexes and semaphores of runs and their nodes.
class LockTest {
    private static final String NS = "argo-events";
    private static final LockTicket OTHER = new LockTicket("other", 0, -1);

    private static String workflow(String spec) {
        return "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: run}\nspec:\n" + spec.indent(2);
    }

    private static List<LockRequest> held(String mutex) {
        var name = new LockName(LockName.Kind.MUTEX, NS, mutex, "");
        return List.of(new LockRequest(OTHER, NS + "/other", List.of(name), 0, 0, 0, List.of()));
    }

    private static final String LOCKED =
            workflow(
                    """
                    entrypoint: leaf
                    onExit: leaf
                    synchronization: {mutexes: [{name: m}]}
                    templates:
                    - name: leaf
                      container: {image: alpine, command: [leaf]}
                    """);

    private static final String TWO_STEPS =
            workflow(
                    """
                    entrypoint: main
                    templates:
                    - name: main
                      steps:
                      - - {name: a, template: leaf}
                        - {name: b, template: leaf}
                    - name: leaf
                      synchronization: {mutexes: [{name: m}]}
                      container: {image: alpine, command: [leaf]}
                    """);

    @Test
    void a_run_is_pending_until_it_has_its_lock_and_says_who_holds_it() {
        var engine = ManualEngine.of(LOCKED, ManualEngine.ECHO, held("m"));
        assertThat(engine.phase()).isEqualTo("Pending");
        var status = engine.run().status();
        assertThat(status.textAt("message")).contains("Waiting for argo-events/Mutex/m lock. Lock status: 0/1");
        assertThat(status.mapAt("synchronization", "mutex").listAt("waiting").getFirst().textAt("holder"))
                .contains("argo-events/other");
        engine.release(OTHER);
        assertThat(engine.phase()).isEqualTo("Succeeded");
        assertThat(engine.run().status().find("synchronization")).isEmpty();
        assertThat(engine.run().status().find("message")).isEmpty();
    }

    @Test
    void the_second_step_waits_for_the_first() {
        var engine = ManualEngine.of(TWO_STEPS, _ -> Optional.empty());
        assertThat(engine.nodes())
                .contains("a Pod Running", "b Pod Pending Waiting for argo-events/Mutex/m lock. Lock status: 0/1");
        assertThat(engine.node("b").textAt("synchronizationStatus", "waiting")).contains("argo-events/Mutex/m");
        engine.end(engine.underWay().getFirst().attempt(), exited(1, ""));
        assertThat(engine.nodes()).contains("b Pod Running");
    }

    @Test
    void a_node_that_waits_ends_with_the_deadline_and_with_a_stop() {
        var late =
                ManualEngine.of(
                        TWO_STEPS.replace("entrypoint: main", "entrypoint: main\n  activeDeadlineSeconds: 60"),
                        _ -> Optional.empty(),
                        held("m"));
        late.pass(Duration.ofSeconds(61));
        assertThat(late.phase()).isEqualTo("Failed");
        assertThat(late.nodes()).contains("a Pod Failed Step exceeded its deadline");
        var stopped = ManualEngine.of(TWO_STEPS, _ -> Optional.empty(), held("m"));
        stopped.tell(new RunCommand.Stop("", "me"));
        stopped.settle();
        assertThat(stopped.phase()).isEqualTo("Failed");
        assertThat(stopped.nodes()).contains("a Pod Failed workflow shutdown with strategy: Stop");
        assertThat(stopped.run().locksAwaited()).isEmpty();
    }

    @Test
    void a_stopped_run_with_an_exit_handler_runs_that_once_it_has_its_lock() {
        var engine = ManualEngine.of(LOCKED, ManualEngine.ECHO, held("m"));
        engine.tell(new RunCommand.Stop("", "me"));
        assertThat(engine.settle().phase()).isEqualTo("Pending");
        engine.release(OTHER);
        assertThat(engine.nodes())
                .containsExactly("run Pod Failed workflow shutdown with strategy: Stop", "run.onExit Pod Succeeded");
        assertThat(engine.run().view().message()).isEqualTo("Stopped with strategy 'Stop'");
    }

    @Test
    void a_step_that_needs_what_its_own_workflow_holds_is_refused_and_does_not_wait_for_ever() {
        var engine =
                ManualEngine.of(
                        TWO_STEPS.replace(
                                "entrypoint: main", "entrypoint: main\n  synchronization: {mutexes: [{name: m}]}"),
                        ManualEngine.ECHO);
        assertThat(engine.phase()).isEqualTo("Failed");
        assertThat(engine.run().view().message()).contains("it would wait for ever; use a lock of another name");
    }

    @Test
    void the_form_of_argo_three_means_the_same() {
        var engine =
                ManualEngine.of(
                        LOCKED.replace("mutexes: [{name: m}]", "mutex: {name: m}"), ManualEngine.ECHO, held("m"));
        assertThat(engine.phase()).isEqualTo("Pending");
    }

    @Test
    void a_limit_that_is_nowhere_is_told_as_by_argo() {
        var engine =
                ManualEngine.of(
                        LOCKED.replace(
                                "mutexes: [{name: m}]", "semaphores: [{configMapKeyRef: {name: limits, key: k}}]"),
                        ManualEngine.ECHO);
        assertThat(engine.phase()).isEqualTo("Failed");
        assertThat(engine.run().view().message())
                .isEqualTo(
                        "Failed to acquire the synchronization lock. failed to initialize semaphore"
                                + " argo-events/ConfigMap/limits/k with limit");
    }

    @Test
    void a_step_that_the_server_does_is_pending_until_it_starts_though_it_has_its_lock() {
        var engine =
                ManualEngine.of(
                        workflow(
                                """
                                entrypoint: leaf
                                templates:
                                - name: leaf
                                  synchronization: {mutexes: [{name: m}]}
                                  http: {url: "http://there/"}
                                """),
                        ManualEngine.WAITING,
                        held("m"));
        engine.release(OTHER);
        assertThat(engine.nodes()).containsExactly("run HTTP Pending");
        assertThat(engine.run().unclaimed()).as("is ordered again after a kill").hasSize(1);
    }

    @Test
    void a_step_that_the_server_does_waits_for_room_after_it_waited_for_its_lock() {
        var engine =
                ManualEngine.of(
                        workflow(
                                """
                                entrypoint: main
                                parallelism: 1
                                templates:
                                - name: main
                                  steps:
                                  - - {name: a, template: ask}
                                    - {name: b, template: leaf}
                                - name: ask
                                  synchronization: {mutexes: [{name: m}]}
                                  http: {url: "http://there/"}
                                - name: leaf
                                  container: {image: alpine, command: [leaf]}
                                """),
                        ManualEngine.WAITING,
                        held("m"));
        engine.release(OTHER);
        assertThat(engine.underWay()).as("no more than one").hasSize(1);
        engine.end(engine.underWay().getFirst().attempt(), exited(0, ""));
        assertThat(engine.underWay()).as("then the other one").hasSize(1);
    }
}
