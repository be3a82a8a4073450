package tiphys.process.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import tiphys.engine.AttemptId;
import tiphys.engine.StepReport;
import tiphys.testkit.Eventually;

class ReportBatchTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final List<List<StepReport>> heard = new CopyOnWriteArrayList<>();

    private static StepReport started(String attempt) {
        return new StepReport.Started(new AttemptId(attempt), NOON, "true");
    }

    private static StepReport ended(String attempt) {
        return new StepReport.Ended(
                new AttemptId(attempt), NOON, new StepReport.Ending.Exited(0, Optional.empty(), Map.of()));
    }

    @Test
    void an_end_is_said_at_once_together_with_the_starts_that_wait_and_in_order() {
        try (var batch = new ReportBatch(heard::add)) {
            batch.add(List.of(ended("a")));
            batch.add(List.of(started("b")));
            batch.add(List.of(ended("b")));
            batch.add(List.of(started("c"), ended("c")));
            assertThat(heard)
                    .containsExactly(
                            List.of(ended("a")), List.of(started("b"), ended("b")), List.of(started("c"), ended("c")));
        }
    }

    @Test
    void a_start_whose_end_does_not_come_is_said_alone() {
        try (var batch = new ReportBatch(heard::add)) {
            batch.add(List.of(started("long")));
            Eventually.within(Duration.ofSeconds(10), "the start is said", () -> !heard.isEmpty());
            assertThat(heard).containsExactly(List.of(started("long")));
        }
    }
}
