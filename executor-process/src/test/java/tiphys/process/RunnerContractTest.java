package tiphys.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import tiphys.engine.Executor;
import tiphys.engine.ExecutorContract;
import tiphys.process.images.ImageRules;
import tiphys.process.runner.RunnerLock;
import tiphys.process.runner.RunnerSettings;
import tiphys.testkit.Eventually;

public final class RunnerContractTest extends ExecutorContract {
    @TempDir private Path data;

    @Override
    protected Executor open() throws IOException {
        return ProcessExecutor.withRunner(data, RunnerSettings.ofThisMachine(), ImageRules.builtIn());
    }

    @Override
    @AfterEach
    protected void closeExecutor() {
        executor.close();
        awaitNoRunner(data);
    }

    /// Waits until no runner uses the directory any more, so that it can be removed.
    public static void awaitNoRunner(Path data) {
        Eventually.within(
                Duration.ofSeconds(20),
                "the runner's end",
                () -> {
                    try (var _ = RunnerLock.take(data)) {
                        return !Files.exists(data.resolve("runner.sock"));
                    } catch (IOException _) {
                        return false;
                    }
                });
    }
}
