package tiphys.engine.run.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tiphys.engine.lock.LockRequest;
import tiphys.engine.run.ManualEngine;
import tiphys.engine.run.state.RunCommand;

class HeldLocksTest {
    private static final String WORKFLOW =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {name: run}
            spec:
              entrypoint: main
              synchronization: {mutexes: [{name: whole}]}
              templates:
              - name: main
                steps:
                - - {name: a, template: leaf}
                  - {name: b, template: leaf}
              - name: leaf
                synchronization: {mutexes: [{name: one}]}
                container: {image: alpine, command: [leaf]}
            """;

    private static List<LockRequest> read(ManualEngine engine) {
        var held = new HeldLocks("uid-1", "argo-events/run");
        engine.entries().forEach(held::read);
        return held.all();
    }

    @Test
    void what_a_run_holds_is_read_from_its_entries_about_locks_alone() {
        var engine = ManualEngine.of(WORKFLOW, ManualEngine.WAITING);
        assertThat(read(engine)).extracting(LockRequest::ticket).hasSize(2);
        assertThat(read(engine).stream().map(LockRequest::ticket).toList())
                .containsExactlyInAnyOrderElementsOf(
                        engine.run().locksHeld().stream().map(LockRequest::ticket).toList());
        engine.tell(new RunCommand.Terminate("me"));
        engine.settle();
        assertThat(read(engine)).isEmpty();
    }
}
