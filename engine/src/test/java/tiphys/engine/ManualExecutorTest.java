package tiphys.engine;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.StepReport.Ending;

final class ManualExecutorTest extends ExecutorContract {
    @Override
    protected Executor open() {
        return new ManualExecutor(
                "this-boot",
                Instant.EPOCH,
                (order, _) -> {
                    var line = order.template().args().getLast();
                    return line.startsWith("exit ")
                            ? Optional.of(
                                    new Ending.Exited(Integer.parseInt(line.substring(5)), Optional.empty(), Map.of()))
                            : Optional.empty();
                });
    }
}
