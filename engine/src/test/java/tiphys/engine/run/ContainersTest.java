package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.ContainerEnd;
import tiphys.engine.StepReport.Ending;
import tiphys.engine.run.state.RunCommand;
import tiphys.manifest.Json;

/// What pods with several containers come to, and the nodes of a container set.
class ContainersTest {
    private static final String SET =
            """
            - name: main
              containerSet:
                containers:
                - {name: a, image: alpine}
                - {name: b, image: alpine, dependencies: [a]}
                - {name: main, image: alpine, dependencies: [a]}
            """;
    private static final String POD =
            """
            - name: main
              initContainers: [{name: z-first, image: alpine}, {name: a-second, image: alpine}]
              container: {image: alpine, command: [work]}
              sidecars: [{name: a-side, image: alpine}]
            """;

    private static ManualEngine run(String main) {
        return ManualEngine.of(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: run}
                spec:
                  entrypoint: main
                  templates:
                """
                        + main.indent(2),
                _ -> Optional.empty());
    }

    /// The ends of containers, each written as `name=code`, with a text after the code if there is one.
    private static Ending group(String... ends) {
        var all = new ArrayList<ContainerEnd>();
        for (var end : ends) {
            var parts = end.split("[= ]", 3);
            all.add(new ContainerEnd(parts[0], Integer.parseInt(parts[1]), parts.length > 2 ? parts[2] : ""));
        }
        return new Ending.GroupExited(all, Optional.of("result"), Map.of());
    }

    private static ManualEngine ended(String main, Ending ending) {
        var engine = run(main);
        return engine.end(engine.underWay().getFirst().attempt(), ending);
    }

    private static List<String> children(ManualEngine engine, String node) {
        return engine.node(node).listAt("children").stream()
                .map(Json::text)
                .map(id -> engine.run().view().tree().stream().filter(one -> one.id().equals(id)).findFirst())
                .map(one -> one.orElseThrow().displayName())
                .toList();
    }

    @Nested
    class A_container_set {
        @Test
        void has_a_node_for_each_container_below_those_it_waits_for() {
            var engine = run(SET);
            assertThat(engine.nodes())
                    .containsExactly(
                            "run Pod Running", "a Container Pending", "b Container Pending", "main Container Pending");
            assertThat(children(engine, "run")).containsExactly("a");
            assertThat(children(engine, "a")).containsExactly("b", "main");
        }

        @Test
        void shows_how_each_container_goes_while_its_pod_runs() {
            var engine = run(SET);
            var attempt = engine.underWay().getFirst().attempt();
            for (var report :
                    List.of(
                            new StepReport.Started(attempt, engine.now(), "sh"),
                            new StepReport.ContainerStarted(attempt, engine.now(), "a"),
                            new StepReport.ContainerEnded(attempt, engine.now(), new ContainerEnd("a", 0, "")),
                            new StepReport.ContainerStarted(attempt, engine.now(), "b"))) {
                engine.tell(new RunCommand.Report(report));
            }
            assertThat(engine.nodes())
                    .containsExactly(
                            "run Pod Running",
                            "a Container Succeeded",
                            "b Container Running",
                            "main Container Pending");
        }

        @Test
        void gives_the_result_and_exit_code_of_main() {
            var engine = ended(SET, group("a=0", "b=0", "main=0"));
            assertThat(engine.phase()).isEqualTo("Succeeded");
            assertThat(engine.node("run").textAt("outputs", "exitCode")).contains("0");
            assertThat(engine.node("run").textAt("outputs", "result")).contains("result");
        }

        @Test
        void says_of_the_first_by_name_that_failed_why_it_failed() {
            assertThat(
                            ended(SET, group("a=3", "b=64 dependency \"a\" exited with non-zero code: 3", "main=143"))
                                    .nodes())
                    .containsExactly(
                            "run Pod Failed a: Error (exit code 3)",
                            "a Container Failed a: Error (exit code 3):",
                            "b Container Error b: Error (exit code 64): dependency \"a\" exited with non-zero code: 3",
                            "main Container Failed main: Error (exit code 143):");
        }

        @Test
        void ends_its_containers_with_a_pod_that_is_lost_or_too_long() {
            assertThat(ended(SET, new Ending.Lost("gone")).nodes())
                    .contains("a Container Error attempt lost: gone", "run Pod Error attempt lost: gone");
            assertThat(ended(SET, new Ending.DeadlineExceeded()).nodes())
                    .contains("a Container Failed Pod Failed whilst container running");
        }

        @Test
        void runs_again_as_a_whole_if_a_container_is_to() {
            var engine = ended(SET, group("a=0", "b=0", "main=0"));
            assertThat(engine.tell(new RunCommand.Retry(true, "displayName=b", Map.of(), "me"))).isEmpty();
            assertThat(engine.underWay()).hasSize(1);
        }

        @Test
        void is_what_follows_by_its_last_containers() {
            var engine =
                    run(
                            """
                            - name: main
                              steps: [[{name: one, template: set}], [{name: two, template: set}]]
                            - name: set
                              containerSet: {containers: [{name: a, image: alpine}, {name: b, image: alpine}]}
                            """);
            engine.end(engine.underWay().getFirst().attempt(), group("a=0", "b=0"));
            assertThat(children(engine, "a")).containsExactly("[1]");
            assertThat(children(engine, "b")).containsExactly("[1]");
        }
    }

    @Nested
    class A_pod_with_several_containers {
        private String message(String... ends) {
            var pod = ended(POD, group(ends)).node("run");
            return pod.textAt("phase").orElseThrow() + " " + pod.textAt("message").orElse("");
        }

        @Test
        void has_no_nodes_for_them() {
            assertThat(run(POD).nodes()).containsExactly("run Pod Running");
        }

        @Test
        void fails_by_its_init_containers_first_then_by_main_then_by_sidecars() {
            assertThat(message("z-first=2")).isEqualTo("Failed z-first: Error (exit code 2)");
            assertThat(message("z-first=0", "a-second=0", "main=3", "a-side=5"))
                    .isEqualTo("Failed main: Error (exit code 3)");
            assertThat(message("z-first=0", "a-second=0", "main=0", "a-side=7"))
                    .isEqualTo("Failed a-side: Error (exit code 7)");
        }

        @Test
        void forgives_a_sidecar_that_was_ended() {
            assertThat(message("z-first=0", "a-second=0", "main=0", "a-side=143")).isEqualTo("Succeeded ");
            assertThat(message("z-first=0", "a-second=0", "main=0", "a-side=137")).isEqualTo("Succeeded ");
        }

        @Test
        void is_in_error_if_main_never_began_and_no_container_says_why() {
            assertThat(message("z-first=137"))
                    .isEqualTo("Error Pod failed before main container starts due to PodInitializing: ");
        }
    }
}
