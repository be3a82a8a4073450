package tiphys.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.container.api.EngineFailed;
import tiphys.testkit.Eventually;

/// Kills real servers while containers run. The number of kills is `-Dcrashes` (6), their instants come from `-Dseed`.
final class ContainerCrashTest {
    private static final int CRASHES = Integer.getInteger("crashes", 6);
    private static final long SEED = Long.getLong("seed", System.nanoTime());
    private static final int STEPS_A_CRASH = 4;
    private static final Duration LAST = Duration.ofMinutes(4);

    @TempDir private Path directory;

    @Test
    void no_step_is_lost_or_run_twice_and_no_container_is_left_however_often_the_server_is_killed() throws Exception {
        var engine = TestEngines.podman();
        System.out.println("kills of the server: " + CRASHES + ", instants from -Dseed=" + SEED);
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        var marks = Files.createDirectory(directory.resolve("marks"));
        int steps = CRASHES * STEPS_A_CRASH;
        for (int crash = 0; crash < CRASHES; crash++) {
            var server = server(engine.path(), marks, steps);
            if (server.waitFor(1500 + random.nextInt(2500), TimeUnit.MILLISECONDS)) {
                break;
            }
            server.destroyForcibly().waitFor();
        }
        assertThat(server(engine.path(), marks, steps).waitFor(LAST.toSeconds(), TimeUnit.SECONDS))
                .as("every step has ended")
                .isTrue();
        assertThat(Files.readAllLines(directory.resolve("journal")))
                .hasSize(steps)
                .allMatch(line -> line.endsWith("Exited[code=3, result=Optional.empty, parameters={out=made}]"));
        assertThat(Files.readAllLines(marks.resolve("all"))).as("starts").hasSize(steps).doesNotHaveDuplicates();
        var label = Names.SERVER + "=" + Files.readString(directory.resolve("data/containers")).strip();
        var settings = ContainerSettings.ofThisMachine(ContainerSettings.Leaving.GO_ON);
        try (var _ = ContainerExecutor.open(engine, directory.resolve("data"), settings)) { // which sweeps
            Eventually.within(
                    Duration.ofSeconds(30),
                    "no container is left",
                    () -> {
                        try {
                            return engine.list(label).isEmpty();
                        } catch (EngineFailed e) {
                            throw new AssertionError(e);
                        }
                    });
        }
    }

    private Process server(Path socket, Path marks, int steps) throws IOException {
        return new ProcessBuilder(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                CrashingServer.class.getName(),
                                directory.resolve("data").toString(),
                                socket.toString(),
                                marks.toString(),
                                Integer.toString(steps)))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("server.log").toFile()))
                .start();
    }
}
