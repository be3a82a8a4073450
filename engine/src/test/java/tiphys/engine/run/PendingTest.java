package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tiphys.engine.lock.LockName;
import tiphys.engine.lock.LockRequest;
import tiphys.engine.lock.LockTicket;

/// Steps that wait for their turn for longer than `pendingTimeout` lets them.
class PendingTest {
    private static final String STEPS =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {name: run}
            spec:
              entrypoint: main
              templates:
              - name: main
                %s
              - name: pending
                pendingTimeout: 4s
                container: {image: busybox, command: [echo, never]}
              - name: after
                suspend: {duration: "0"}
            """;
    private static final String GROUPS =
            STEPS.formatted(
                    """
                    steps:
                        - - {name: pending, template: pending, continueOn: {failed: true, error: true}}
                        - - {name: after, template: after}
                    """
                            .strip());

    @Test
    void fail_their_group_and_what_it_is_in_whatever_continue_on_says() {
        var engine = ManualEngine.of(GROUPS, ManualEngine.WAITING).pass(Duration.ofSeconds(3));
        assertThat(engine.phase()).isEqualTo("Running");
        engine.pass(Duration.ofSeconds(1));
        assertThat(engine.phase()).isEqualTo("Failed");
        assertThat(engine.nodes())
                .containsExactly(
                        "run Steps Failed timeout", "[0] StepGroup Failed timeout", "pending Pod Failed timeout");
    }

    @Test
    void are_left_alone_once_they_have_started() {
        var engine = ManualEngine.of(GROUPS, _ -> Optional.empty()).pass(Duration.ofMinutes(1));
        assertThat(engine.node("pending").textAt("phase")).contains("Running");
    }

    @Test
    void also_where_they_wait_for_a_lock() {
        var locked =
                GROUPS.replace("pendingTimeout: 4s", "pendingTimeout: 4s\n    synchronization: {mutexes: [{name: m}]}");
        var other =
                new LockRequest(
                        new LockTicket("uid-0", 0, -1),
                        "argo-events/other",
                        List.of(new LockName(LockName.Kind.MUTEX, "argo-events", "m", "")),
                        0,
                        0,
                        0,
                        List.of());
        var engine = ManualEngine.of(locked, ManualEngine.ECHO, List.of(other)).pass(Duration.ofSeconds(3));
        assertThat(engine.phase()).isEqualTo("Running");
        engine.pass(Duration.ofSeconds(1));
        assertThat(engine.nodes()).contains("[0] StepGroup Failed timeout", "pending Pod Failed timeout");
    }

    @Nested
    class Alone {
        @Test
        void make_the_workflow_an_error() {
            var alone = STEPS.formatted("pendingTimeout: 4s\n    container: {image: busybox, command: [echo]}");
            var engine = ManualEngine.of(alone, ManualEngine.WAITING).pass(Duration.ofSeconds(4));
            assertThat(engine.phase()).isEqualTo("Error");
            assertThat(engine.nodes()).containsExactly("run Pod Failed timeout");
            assertThat(engine.run().objectStatus().textAt("message"))
                    .contains("error in entry template execution: timeout");
        }

        @Test
        void are_in_error_if_the_limit_is_no_duration() {
            var alone = STEPS.formatted("pendingTimeout: soon\n    container: {image: busybox, command: [echo]}");
            var engine = ManualEngine.of(alone, ManualEngine.WAITING);
            assertThat(engine.node("run").textAt("message").orElse(""))
                    .contains(
                            "invalid timeout format unable to parse soon as a duration: time: invalid duration \"soon\"");
        }
    }
}
