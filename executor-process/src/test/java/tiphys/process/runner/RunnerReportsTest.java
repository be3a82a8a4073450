package tiphys.process.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.attempts.AttemptFolder;
import tiphys.attempts.Machine;
import tiphys.engine.AttemptId;
import tiphys.engine.StepReport;
import tiphys.process.paths.Layout;
import tiphys.process.spawn.Spawner;
import tiphys.process.wire.Launch;
import tiphys.testkit.Eventually;

/// What a runner tells of its attempts, and until when.
final class RunnerReportsTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final AttemptId ATTEMPT = new AttemptId("a1");

    @TempDir private Path data;

    private final List<List<StepReport>> heard = new CopyOnWriteArrayList<>();

    /// Forgets an attempt as soon as its end is told, as a quick server may: before the exit is written.
    private Runner forgetting() throws IOException {
        var runner = new AtomicReference<Runner>();
        runner.set(
                new Runner(
                        data,
                        RunnerSettings.ofThisMachine(),
                        InstantSource.system(),
                        Spawner.ofThisSystem(),
                        new Runner.Listener() {
                            @Override
                            public void report(List<StepReport> together) {
                                heard.add(together);
                                if (together.getLast() instanceof StepReport.Ended) {
                                    runner.get().forget(ATTEMPT);
                                }
                            }

                            @Override
                            public void blocked(Optional<String> reason) {}
                        }));
        return runner.get();
    }

    private static Launch launch() {
        return new Launch(
                ATTEMPT,
                Machine.bootId(),
                "sh",
                List.of("/bin/sh", "-c", "true"),
                Map.of("PATH", "/usr/bin:/bin"),
                Optional.empty(),
                Map.of(),
                Map.of(),
                Layout.NONE,
                false,
                List.of(),
                List.of(),
                Optional.empty(),
                Duration.ofSeconds(1),
                Optional.empty(),
                Optional.empty(),
                Launch.Group.NONE);
    }

    private boolean over() {
        try {
            return AttemptFolder.of(data, ATTEMPT).over();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void runToItsEnd(Runner runner) {
        runner.start(launch());
        Eventually.within(SOON, "the end is written", this::over);
        Eventually.within(SOON, "nothing is left to do", runner::idle);
        heard.clear();
    }

    @Test
    void an_end_that_is_forgotten_before_its_exit_is_written_is_not_told_again() throws IOException {
        try (var runner = forgetting()) {
            runToItsEnd(runner);
            runner.repeatAll();
            assertThat(heard).isEmpty();
        }
    }

    @Test
    void a_start_and_an_end_that_are_told_again_come_together() throws IOException {
        try (var runner = forgetting()) {
            runToItsEnd(runner);
            runner.cancel(ATTEMPT);
            assertThat(heard)
                    .singleElement()
                    .satisfies(together ->
                            assertThat(together)
                                    .hasExactlyElementsOfTypes(
                                            StepReport.Started.class, StepReport.Used.class, StepReport.Ended.class));
        }
    }
}
