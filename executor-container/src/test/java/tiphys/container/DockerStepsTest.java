package tiphys.container;

import java.util.List;
import tiphys.container.api.Engine;
import tiphys.engine.StepReport.Ending;

final class DockerStepsTest extends ContainerSteps {
    @Override
    Engine engine() {
        return TestEngines.docker();
    }

    @Override
    List<Ending> memoryEndings() {
        return List.of(new Ending.OutOfMemory(137));
    }
}
