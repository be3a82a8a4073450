package tiphys.runtime.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ArrivalPressureTest {
    private long now;
    private final ArrivalPressure pressure = new ArrivalPressure(() -> now);

    /// So many senders, each of which sends again when it has its answer; an answer takes a millisecond.
    private void load(int senders, int milliseconds) {
        for (int i = 0; i < milliseconds; i++) {
            for (int sender = 0; sender < senders; sender++) {
                pressure.came();
            }
            now += TimeUnit.MILLISECONDS.toNanos(1);
            for (int sender = 0; sender < senders; sender++) {
                pressure.answered();
            }
        }
    }

    @Test
    void many_senders_that_wait_all_the_time_are_pressure() {
        load(64, 100);
        assertThat(pressure.isHigh()).isTrue();
    }

    @Test
    void one_burst_is_none() {
        load(500, 1);
        assertThat(pressure.isHigh()).isFalse();
    }

    @Test
    void few_senders_are_none_however_fast_they_send() {
        load(8, 10_000);
        assertThat(pressure.isHigh()).isFalse();
    }

    @Test
    void it_is_over_soon_after_nothing_comes_any_more() {
        load(64, 100);
        now += TimeUnit.MILLISECONDS.toNanos(101);
        assertThat(pressure.isHigh()).isFalse();
        load(1, 1);
        assertThat(pressure.isHigh()).isFalse();
    }
}
