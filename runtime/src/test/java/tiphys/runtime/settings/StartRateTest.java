package tiphys.runtime.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tiphys.engine.AttemptId;
import tiphys.runtime.settings.ControllerSettings.Rate;
import tiphys.runtime.stream.VirtualTime;
import tiphys.runtime.stream.Wakeups;

class StartRateTest {
    private final VirtualTime time = new VirtualTime(Instant.parse("2026-11-29T12:00:00Z"));
    private final VirtualTime.Sleepers sleepers = time.sleepers();
    private final List<Integer> started = new ArrayList<>();
    private Optional<Rate> pace = Optional.of(new Rate(2, 3));
    private final StartRate rate = new StartRate(_ -> pace, time, new Wakeups(time, sleepers), Runnable::run);

    private static AttemptId attempt(int number) {
        return new AttemptId("run-0-" + number + "-0");
    }

    private void start(int from, int to) {
        for (int i = from; i < to; i++) {
            int number = i;
            rate.start("argo", attempt(number), () -> started.add(number));
        }
    }

    private void pass(Duration duration) {
        time.pass(duration);
        sleepers.wake();
    }

    @Test
    void a_burst_starts_at_once_and_the_others_follow_in_order_at_the_pace() {
        start(0, 8);
        assertThat(started).containsExactly(0, 1, 2);
        pass(Duration.ofMillis(501));
        assertThat(started).containsExactly(0, 1, 2, 3);
        pass(Duration.ofMillis(1_001));
        assertThat(started).containsExactly(0, 1, 2, 3, 4, 5);
        pass(Duration.ofSeconds(100));
        assertThat(started).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void what_is_dropped_is_not_started_any_more() {
        start(0, 5);
        rate.drop(attempt(3));
        pass(Duration.ofSeconds(10));
        assertThat(started).containsExactly(0, 1, 2, 4);
    }

    @Test
    void a_pace_that_is_taken_away_lets_everything_start() {
        start(0, 100);
        pace = Optional.empty();
        rate.changed();
        assertThat(started).hasSize(100);
    }

    @Test
    void where_there_is_no_pace_everything_starts_at_once() {
        pace = Optional.empty();
        start(0, 100);
        assertThat(started).hasSize(100);
    }
}
