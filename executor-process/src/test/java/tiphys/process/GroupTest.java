package tiphys.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.engine.AttemptId;
import tiphys.engine.Orders;
import tiphys.engine.ReportLog;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.ContainerEnd;
import tiphys.engine.StepReport.Ending;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.process.images.ImageRules;
import tiphys.process.runner.RunnerSettings;
import tiphys.testkit.Eventually;

/// What several real processes of one attempt do together.
final class GroupTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final AttemptId ATTEMPT = new AttemptId("a1");

    @TempDir private Path data;

    private ProcessExecutor executor;
    private final ReportLog reports = new ReportLog();

    @BeforeEach
    void open() throws IOException {
        executor = ProcessExecutor.inProcess(data, new RunnerSettings(4, 1 << 20, 1 << 20), ImageRules.builtIn());
        executor.onReports(reports);
    }

    @AfterEach
    void close() {
        executor.close();
    }

    private StepOrder order(String template) {
        return Orders.of("a1", executor.host(), (Value.Mapping) Yaml.parse(template.getBytes(UTF_8), "").getFirst());
    }

    private Ending end(String template) {
        executor.start(order(template), Orders.NO_MATERIALS);
        return reports.ending(ATTEMPT);
    }

    private List<ContainerEnd> ends(String template) {
        return ((Ending.GroupExited) end(template)).containers();
    }

    private static ContainerEnd ended(String name, int code) {
        return new ContainerEnd(name, code, "");
    }

    private String file(String path) throws IOException {
        return Files.readString(data.resolve("attempts/a1").resolve(path));
    }

    @Nested
    class A_container_set {
        @Test
        void runs_its_containers_by_their_dependencies_over_one_volume() throws IOException {
            assertThat(
                            ends(
                                    """
                                    containerSet:
                                      volumeMounts: [{name: w, mountPath: w}]
                                      containers:
                                      - {name: c, image: alpine, command: [sh, -c, "echo c >> w/log"], dependencies: [a, b]}
                                      - {name: a, image: alpine, command: [sh, -c, "echo a >> w/log"]}
                                      - {name: b, image: alpine, command: [sh, -c, "echo b >> w/log"], dependencies: [a]}
                                    volumes: [{name: w, emptyDir: {}}]
                                    """))
                    .containsExactly(ended("c", 0), ended("a", 0), ended("b", 0));
            assertThat(file("volumes/w/log")).isEqualTo("a\nb\nc\n");
        }

        @Test
        void takes_result_and_outputs_from_main_alone() {
            var order =
                    order(
                            """
                            containerSet:
                              containers:
                              - {name: pre, image: alpine, command: [sh, -c, "echo pre; echo wrong > o"]}
                              - {name: main, image: alpine, command: [sh, -c, "ls; echo right > o"], dependencies: [pre]}
                            outputs: {parameters: [{name: o, valueFrom: {path: o}}]}
                            """);
            executor.start(order, Orders.NO_MATERIALS);
            assertThat(reports.ending(ATTEMPT))
                    .isEqualTo(
                            new Ending.GroupExited(
                                    List.of(ended("pre", 0), ended("main", 0)),
                                    Optional.empty(),
                                    Map.of("o", "right")));
        }

        @Test
        void does_not_run_what_waits_for_a_container_that_failed() {
            assertThat(
                            ends(
                                    """
                                    containerSet:
                                      containers:
                                      - {name: a, image: alpine, command: [sh, -c, "exit 3"]}
                                      - {name: b, image: alpine, command: [sh, -c, "exit 0"], dependencies: [a]}
                                    """))
                    .containsExactly(
                            ended("a", 3), new ContainerEnd("b", 64, "dependency \"a\" exited with non-zero code: 3"));
        }

        @Test
        void ends_the_others_when_one_fails() {
            assertThat(
                            ends(
                                    """
                                    containerSet:
                                      containers:
                                      - {name: a, image: alpine, command: [sh, -c, "exit 3"]}
                                      - {name: b, image: alpine, command: [sleep, "600"]}
                                    """))
                    .containsExactly(ended("a", 3), ended("b", 143));
        }

        @Test
        void starts_a_process_again_as_often_as_its_strategy_says() throws IOException {
            assertThat(
                            ends(
                                    """
                                    containerSet:
                                      retryStrategy: {retries: 3, duration: 1ms}
                                      containers:
                                      - {name: main, image: alpine, command: [sh, -c, "echo x >> t; [ $(wc -l < t) -ge 3 ]"]}
                                      - {name: never, image: alpine, command: [sh, -c, "echo x >> t; exit 1"], dependencies: [main]}
                                    """))
                    .containsExactly(ended("main", 0), ended("never", 1));
            assertThat(file("work/t")).isEqualTo("x\nx\nx\n");
            assertThat(file("containers/never/work/t")).isEqualTo("x\nx\nx\n");
        }

        @Test
        void says_of_a_program_that_is_not_there_what_a_container_would() {
            assertThat(
                            ends(
                                    """
                                    containerSet:
                                      containers: [{name: a, image: alpine, command: [no-such-program]}]
                                    """))
                    .singleElement()
                    .satisfies(end -> {
                        assertThat(end.code()).isEqualTo(64);
                        assertThat(end.message()).startsWith("failed to find name in PATH: exec: \"no-such-program\"");
                    });
        }

        @Test
        void tells_of_each_containers_start_and_end() {
            end(
                    """
                    containerSet:
                      containers: [{name: a, image: alpine, command: ["true"]}, {name: b, image: alpine, command: ["true"]}]
                    """);
            assertThat(reports.all())
                    .filteredOn(StepReport.ContainerStarted.class::isInstance)
                    .extracting(report -> ((StepReport.ContainerStarted) report).container())
                    .containsExactlyInAnyOrder("a", "b");
            assertThat(reports.all())
                    .filteredOn(StepReport.ContainerEnded.class::isInstance)
                    .extracting(report -> ((StepReport.ContainerEnded) report).end())
                    .containsExactlyInAnyOrder(ended("a", 0), ended("b", 0));
        }
    }

    @Nested
    class A_sidecar {
        @Test
        void begins_with_main_and_is_asked_to_end_when_main_has() {
            assertThat(
                            ends(
                                    """
                                    container: {image: alpine, command: [sh, -c, "until [ -e v/up ]; do sleep 0.01; done"], volumeMounts: [{name: v, mountPath: v}]}
                                    sidecars:
                                    - name: side
                                      image: alpine
                                      command: [sh, -c, "trap 'exit 7' TERM; touch w/up; while :; do sleep 0.01; done"]
                                      volumeMounts: [{name: v, mountPath: w}]
                                    volumes: [{name: v, emptyDir: {}}]
                                    """))
                    .containsExactly(ended("main", 0), ended("side", 7));
        }

        @Test
        void is_killed_after_the_grace_if_it_will_not_end() {
            assertThat(
                            ends(
                                    """
                                    container: {image: alpine, command: [sh, -c, "until [ -e v/up ]; do sleep 0.01; done"], volumeMounts: [{name: v, mountPath: v}]}
                                    sidecars:
                                    - name: side
                                      mirrorVolumeMounts: true
                                      image: alpine
                                      command: [sh, -c, "trap '' TERM; touch v/up; while :; do sleep 0.01; done"]
                                    volumes: [{name: v, emptyDir: {}}]
                                    """))
                    .containsExactly(ended("main", 0), ended("side", 137));
        }

        @Test
        void may_end_before_main_and_is_told_of_all_the_same() {
            assertThat(
                            ends(
                                    """
                                    container: {image: alpine, command: [sh, -c, "exit 3"]}
                                    sidecars: [{name: side, image: alpine, command: [sh, -c, "exit 5"]}]
                                    """))
                    .contains(ended("main", 3));
        }

        @Test
        void leaves_nothing_behind_when_the_attempt_is_cancelled() throws IOException {
            executor.start(
                    order(
                            """
                            container: {image: alpine, command: [sleep, "600"]}
                            sidecars: [{name: side, image: alpine, command: [sh, -c, "sleep 600 & echo $! > pid; wait"]}]
                            """),
                    Orders.NO_MATERIALS);
            var pid = data.resolve("attempts/a1/containers/side/work/pid");
            Eventually.within(SOON, "a pid", () -> lines(pid) == 1);
            executor.cancel(ATTEMPT);
            assertThat(reports.ending(ATTEMPT)).isInstanceOf(Ending.Cancelled.class);
            long left = Long.parseLong(Files.readString(pid).strip());
            Eventually.within(SOON, () -> ProcessHandle.of(left).filter(ProcessHandle::isAlive).isEmpty());
        }
    }

    private static long lines(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file).lines().filter(line -> !line.isBlank()).count() : 0;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Nested
    class A_daemon {
        private static String python(String readiness) {
            return """
            daemon: true
            container:
              image: python:3.11
              command: [python, -c]
              args:
              - |
                import http.server, os
                open('f', 'w').write('served')
                address = (os.environ['TIPHYS_ADDRESS'], 18765)
                http.server.HTTPServer(address, http.server.SimpleHTTPRequestHandler).serve_forever()
              readinessProbe: {periodSeconds: 1, %s}
            """
                    .formatted(readiness);
        }

        private String address() {
            return reports.awaitReady(ATTEMPT);
        }

        @Test
        void answers_at_an_address_of_its_own_and_is_ended_by_a_cancel() throws IOException {
            for (var readiness :
                    List.of(
                            "httpGet: {path: /f, port: 18765}",
                            "tcpSocket: {port: 18765}",
                            "exec: {command: [sh, -c, 'test -e f']}")) {
                executor.close();
                executor =
                        ProcessExecutor.inProcess(
                                Files.createTempDirectory(data, "again"),
                                new RunnerSettings(4, 1 << 20, 1 << 20),
                                ImageRules.builtIn());
                var heard = new ReportLog();
                executor.onReports(heard);
                executor.start(order(python(readiness)), Orders.NO_MATERIALS);
                assertThat(heard.awaitReady(ATTEMPT)).startsWith("127.");
                executor.cancel(ATTEMPT);
                assertThat(heard.ending(ATTEMPT)).isInstanceOf(Ending.Cancelled.class);
            }
        }

        @Test
        void without_a_question_answers_as_soon_as_it_runs() {
            executor.start(
                    order("{daemon: true, container: {image: alpine, command: [sleep, '600']}}"), Orders.NO_MATERIALS);
            assertThat(address()).startsWith("127.");
        }

        @Test
        void keeps_no_slot_from_others() {
            for (int i = 0; i < 6; i++) {
                executor.start(
                        Orders.of(
                                "d" + i,
                                executor.host(),
                                (Value.Mapping)
                                        Yaml.parse(
                                                        "{daemon: true, container: {image: alpine, command: [sleep, '600']}}"
                                                                .getBytes(UTF_8),
                                                        "")
                                                .getFirst()),
                        Orders.NO_MATERIALS);
                reports.awaitReady(new AttemptId("d" + i));
            }
            assertThat(end("{container: {image: alpine, command: ['true']}}")).isInstanceOf(Ending.Exited.class);
        }
    }

    @Nested
    class Init_containers {
        @Test
        void run_one_after_another_before_main() throws IOException {
            assertThat(
                            ends(
                                    """
                                    initContainers:
                                    - {name: one, image: alpine, command: [sh, -c, "echo one >> v/log"], mirrorVolumeMounts: true}
                                    - {name: two, image: alpine, command: [sh, -c, "echo two >> v/log"], mirrorVolumeMounts: true}
                                    container: {image: alpine, command: [sh, -c, "echo main >> v/log"], volumeMounts: [{name: v, mountPath: v}]}
                                    volumes: [{name: v, emptyDir: {}}]
                                    """))
                    .containsExactly(ended("one", 0), ended("two", 0), ended("main", 0));
            assertThat(file("volumes/v/log")).isEqualTo("one\ntwo\nmain\n");
        }

        @Test
        void keep_what_follows_from_running_if_one_fails() {
            assertThat(
                            ends(
                                    """
                                    initContainers:
                                    - {name: one, image: alpine, command: [sh, -c, "exit 4"]}
                                    - {name: two, image: alpine, command: ["true"]}
                                    container: {image: alpine, command: ["true"]}
                                    """))
                    .containsExactly(ended("one", 4));
            assertThat(reports.all()).noneMatch(StepReport.Started.class::isInstance);
        }

        @Test
        void that_stay_run_beside_all_that_follows() {
            assertThat(
                            ends(
                                    """
                                    initContainers:
                                    - {name: stays, restartPolicy: Always, image: alpine, command: [sh, -c, "touch v/up; sleep 600"], volumeMounts: [{name: v, mountPath: v}]}
                                    - {name: next, image: alpine, command: [sh, -c, "until [ -e v/up ]; do sleep 0.01; done"], volumeMounts: [{name: v, mountPath: v}]}
                                    container: {image: alpine, command: ["true"]}
                                    volumes: [{name: v, emptyDir: {}}]
                                    """))
                    .containsExactly(ended("stays", 143), ended("next", 0), ended("main", 0));
        }
    }
}
