package tiphys.engine;

import java.time.Instant;
import java.util.List;
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
                    if (order.template().grouped()) {
                        return order.template().containers().stream().allMatch(ManualExecutorTest::exits)
                                ? Optional.of(together(order.template().containers()))
                                : Optional.empty();
                    }
                    var line = order.template().args().getLast();
                    return line.startsWith("exit ")
                            ? Optional.of(
                                    new Ending.Exited(Integer.parseInt(line.substring(5)), Optional.empty(), Map.of()))
                            : Optional.empty();
                });
    }

    private static boolean exits(ResolvedTemplate.Container container) {
        return container.template().args().getLast().startsWith("exit ");
    }

    private static Ending together(List<ResolvedTemplate.Container> containers) {
        var ends =
                containers.stream()
                        .map(one ->
                                new StepReport.ContainerEnd(
                                        one.name(), Integer.parseInt(one.template().args().getLast().substring(5)), ""))
                        .toList();
        return new Ending.GroupExited(ends, Optional.empty(), Map.of());
    }
}
