package tiphys.process;

import java.nio.file.Path;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tiphys.engine.Executor;
import tiphys.engine.ExecutorContract;

final class RunnerContractTest extends ExecutorContract {
    @TempDir(cleanup = CleanupMode.NEVER) // the runner may still be writing its farewell
    private Path data;

    @Override
    protected Executor open() throws Exception {
        return ProcessExecutor.withRunner(data, RunnerSettings.ofThisMachine(), ImageRules.builtIn());
    }
}
