package tiphys.process;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import tiphys.engine.Executor;
import tiphys.engine.ExecutorContract;

final class InProcessContractTest extends ExecutorContract {
    @TempDir private Path data;

    @Override
    protected Executor open() throws Exception {
        return ProcessExecutor.inProcess(data);
    }
}
