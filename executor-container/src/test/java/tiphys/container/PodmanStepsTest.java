package tiphys.container;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.container.api.Engine;
import tiphys.engine.StepReport.Ending;

final class PodmanStepsTest extends ContainerSteps {
    @Override
    Engine engine() {
        return TestEngines.podman();
    }

    /// With version 1 of control groups podman does not see why a container was killed.
    @Override
    List<Ending> memoryEndings() {
        return List.of(new Ending.OutOfMemory(137), new Ending.Exited(137, Optional.empty(), Map.of()));
    }
}
