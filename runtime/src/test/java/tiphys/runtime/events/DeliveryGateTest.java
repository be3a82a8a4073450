package tiphys.runtime.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tiphys.runtime.stream.VirtualTime;
import tiphys.runtime.stream.Wakeups;

class DeliveryGateTest {
    private final VirtualTime time = new VirtualTime(Instant.EPOCH);
    private final VirtualTime.Sleepers sleepers = time.sleepers();
    private final List<Integer> begun = new ArrayList<>();
    private final ArrayDeque<Long> under = new ArrayDeque<>();
    private boolean pressed;
    private final DeliveryGate gate =
            new DeliveryGate(() -> pressed, this::nanos, Runnable::run, new Wakeups(time, sleepers));

    private long nanos() {
        return Duration.between(Instant.EPOCH, time.instant()).toNanos();
    }

    private void enter(int... numbers) {
        for (int number : numbers) {
            gate.enter(since -> {
                begun.add(number);
                under.add(since);
            });
        }
    }

    private void pass(Duration duration) {
        time.pass(duration);
        sleepers.wake();
    }

    @Test
    void eight_consume_at_once_and_the_others_in_the_order_in_which_they_came() {
        enter(IntStream.range(0, 20).toArray());
        assertThat(begun).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        gate.leave(under.remove());
        gate.leave(under.remove());
        enter(20);
        assertThat(begun).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        while (!under.isEmpty()) {
            gate.leave(under.remove());
        }
        assertThat(begun).isEqualTo(IntStream.rangeClosed(0, 20).boxed().toList());
    }

    @Test
    void under_pressure_one_consumes_and_then_nobody_for_four_times_as_long() {
        pressed = true;
        enter(0, 1, 2);
        assertThat(begun).containsExactly(0);
        time.pass(Duration.ofMillis(5));
        gate.leave(under.remove());
        pass(Duration.ofMillis(19));
        assertThat(begun).containsExactly(0);
        pass(Duration.ofMillis(1));
        assertThat(begun).containsExactly(0, 1);
    }

    @Test
    void nobody_rests_longer_than_a_tenth_of_a_second() {
        pressed = true;
        enter(0, 1);
        time.pass(Duration.ofSeconds(5));
        gate.leave(under.remove());
        pass(Duration.ofMillis(100));
        assertThat(begun).containsExactly(0, 1);
    }

    @Test
    void when_the_pressure_is_gone_all_go_on_after_the_pause() {
        pressed = true;
        enter(0, 1, 2, 3);
        time.pass(Duration.ofMillis(1));
        gate.leave(under.remove());
        pressed = false;
        pass(Duration.ofMillis(4));
        assertThat(begun).containsExactly(0, 1, 2, 3);
    }

    @Test
    void those_who_were_at_it_when_the_pressure_came_make_one_pause_together() {
        enter(IntStream.range(0, 8).toArray());
        pressed = true;
        enter(8, 9);
        time.pass(Duration.ofMillis(2));
        while (!under.isEmpty()) {
            gate.leave(under.remove());
        }
        assertThat(begun).hasSize(8);
        pass(Duration.ofMillis(8));
        assertThat(begun).hasSize(9);
        assertThat(sleepers.next()).isEmpty();
    }
}
