package tiphys.container;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import tiphys.container.api.Engine;
import tiphys.engine.StepReport;

/// What the attempts of an executor share.
///
/// @param slots of which each attempt that runs has one; in order
/// @param timer for what is to be done later; what takes long is done on other threads
/// @param server marks the containers of this data directory
record House(
        Engine engine,
        Images images,
        Path data,
        ContainerSettings settings,
        String server,
        InstantSource clock,
        Semaphore slots,
        ScheduledExecutorService timer,
        Consumer<List<StepReport>> listener) {
    void tell(StepReport... reports) {
        listener.accept(List.of(reports));
    }
}
