package tiphys.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.testkit.Eventually;

/// `./tiphys demo`, the newcomer's first command, word for word.
class DemoTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir Path directory;

    @Test
    void the_demo_runs_the_guides_pipeline_and_shows_each_decision_and_leaves_no_process_behind() {
        try (var network = new NetworkNamespace()) {
            var ended = Program.run(LIMIT, network.command(Program.command("demo")), env());
            assertThat(ended.code()).as(ended.output()).isZero();
            assertThat(ended.output())
                    .contains(
                            "http://localhost:12000/trigger",
                            "ml-pipeline-sensor",
                            "ml-pipeline-run-",
                            "train-model",
                            "evaluate-model",
                            "Training resnet...",
                            "Evaluating imagenet...",
                            "Succeeded");
            Eventually.within(
                    Duration.ofSeconds(20),
                    "no process of the demo is left",
                    () -> ProcessHandle.allProcesses().noneMatch(this::ofThisDemo));
        }
    }

    @Test
    void a_port_in_use_ends_the_demo_with_its_name_and_a_way_out() throws IOException {
        try (var network = new NetworkNamespace()) {
            var holder =
                    Program.start(
                            network.command(List.of("python3", "-m", "http.server", "12000")),
                            Map.of(),
                            directory.resolve("holder.out"));
            try {
                Eventually.within(
                        Duration.ofSeconds(20),
                        "port 12000 is held",
                        () ->
                                Program.run(
                                                        Duration.ofSeconds(5),
                                                        network.command(
                                                                List.of(
                                                                        "bash",
                                                                        "-c",
                                                                        "exec 3<>/dev/tcp/127.0.0.1/12000")),
                                                        Map.of())
                                                .code()
                                        == 0);
                var ended = Program.run(LIMIT, network.command(Program.command("demo")), env());
                assertThat(ended.code()).as(ended.output()).isNotZero();
                assertThat(ended.output()).contains("12000", "in use").doesNotContain("Exception");
            } finally {
                holder.destroyForcibly();
            }
        }
    }

    @Test
    void a_missing_python_ends_the_demo_with_its_name_and_a_way_out() throws IOException {
        var tools = Files.createDirectory(directory.resolve("tools"));
        for (var tool :
                List.of("sh", "dirname", "readlink", "find", "grep", "date", "sleep", "touch", "mkdir", "cat")) {
            for (var place : List.of("/usr/bin", "/bin")) {
                var program = Path.of(place, tool);
                if (Files.exists(program) && !Files.exists(tools.resolve(tool))) {
                    Files.createSymbolicLink(tools.resolve(tool), program);
                }
            }
        }
        try (var network = new NetworkNamespace()) {
            var command =
                    network.command(List.of("env", "PATH=" + tools, Program.ROOT.resolve("tiphys").toString(), "demo"));
            var ended = Program.run(LIMIT, command, env());
            assertThat(ended.code()).as(ended.output()).isNotZero();
            assertThat(ended.output()).contains("python3").doesNotContain("Exception");
        }
    }

    private Map<String, String> env() {
        return Map.of("TMPDIR", directory.toString());
    }

    private boolean ofThisDemo(ProcessHandle process) {
        return process.info().arguments().map(List::of).orElse(List.of()).stream()
                .anyMatch(argument -> argument.contains(directory.toString()));
    }
}
