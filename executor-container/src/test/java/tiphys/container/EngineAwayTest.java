package tiphys.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.container.api.Engine;
import tiphys.container.api.EngineFailed;
import tiphys.engine.Orders;
import tiphys.engine.ReportLog;
import tiphys.engine.StepReport.Ending;
import tiphys.testkit.Eventually;

/// What becomes of steps while their engine is killed.
final class EngineAwayTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir private Path directory;

    private final List<Process> services = new ArrayList<>();
    private final ReportLog reports = new ReportLog();

    private Engine service() throws IOException {
        TestEngines.podman();
        var socket = directory.resolve("podman.sock");
        Files.deleteIfExists(socket);
        services.add(TestEngines.podmanService(socket));
        var found = new ArrayList<Engine>();
        Eventually.within(
                SOON,
                "podman answers",
                () -> {
                    try {
                        found.add(Engine.at(socket));
                        return true;
                    } catch (EngineFailed _) {
                        return false;
                    }
                });
        return found.getFirst();
    }

    @AfterEach
    void end() {
        services.forEach(Process::destroyForcibly);
    }

    @Test
    void a_step_whose_engine_was_killed_is_taken_up_when_that_is_back() throws Exception {
        var settings = ContainerSettings.ofThisMachine(ContainerSettings.Leaving.END);
        try (var executor = ContainerExecutor.open(service(), directory.resolve("data"), settings)) {
            executor.onReports(reports);
            var order = Orders.shell("a1", executor.host(), "echo before; sleep 6; echo after; exit 4").wantingResult();
            executor.start(order.order(), Orders.NO_MATERIALS);
            reports.awaitStart(order.attempt());
            services.getFirst().destroyForcibly().waitFor();
            service();
            assertThat(reports.ending(order.attempt()))
                    .isEqualTo(new Ending.Exited(4, Optional.of("before\nafter"), Map.of()));
        }
    }

    @Test
    void an_order_that_comes_while_the_engine_is_away_waits_for_it() throws Exception {
        var settings = ContainerSettings.ofThisMachine(ContainerSettings.Leaving.END);
        try (var executor = ContainerExecutor.open(service(), directory.resolve("data"), settings)) {
            executor.onReports(reports);
            services.getFirst().destroyForcibly().waitFor();
            var order = Orders.shell("a1", executor.host(), "exit 4");
            executor.start(order.order(), Orders.NO_MATERIALS);
            service();
            assertThat(reports.ending(order.attempt())).isEqualTo(new Ending.Exited(4, Optional.empty(), Map.of()));
        }
    }
}
