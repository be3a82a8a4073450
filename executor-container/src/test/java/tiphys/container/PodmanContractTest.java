package tiphys.container;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import tiphys.engine.Executor;
import tiphys.engine.ExecutorContract;

public final class PodmanContractTest extends ExecutorContract {
    @TempDir private Path data;

    @Override
    protected Executor open() throws IOException {
        return ContainerExecutor.open(
                TestEngines.podman(), data, ContainerSettings.ofThisMachine(ContainerSettings.Leaving.END));
    }
}
