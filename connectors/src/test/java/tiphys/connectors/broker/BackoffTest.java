package tiphys.connectors.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tiphys.events.Examples;
import tiphys.events.spec.Fields;
import tiphys.manifest.Diagnostic;

class BackoffTest {
    private static final RandomGenerator NEVER = () -> 0;
    private static final RandomGenerator ALWAYS = () -> -1;

    private final List<Diagnostic> found = new ArrayList<>();

    private Backoff read(String yaml) {
        return Backoff.read(new Fields(Examples.yaml(yaml), "spec", found), "connectionBackoff");
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    @Test
    void pauses_grow_by_their_factor_over_their_steps() {
        var backoff = read("{connectionBackoff: {duration: 10s, factor: 2, steps: 3, jitter: 0}}");
        assertThat(IntStream.rangeClosed(1, 5).mapToObj(failed -> backoff.pause(failed, NEVER)))
                .containsExactly(seconds(10), seconds(20), seconds(40), seconds(40), seconds(40));
        assertThat(read("{connectionBackoff: {duration: 1000000000}}").pause(4, NEVER)).isEqualTo(seconds(1));
        assertThat(found).isEmpty();
    }

    @Test
    void a_pause_is_neither_nothing_nor_longer_than_a_minute() {
        assertThat(read("{connectionBackoff: {duration: 0s}}").pause(9, ALWAYS)).isEqualTo(Duration.ofMillis(100));
        assertThat(read("{connectionBackoff: {duration: 1h, factor: 10, steps: 1000}}").pause(Integer.MAX_VALUE, NEVER))
                .isEqualTo(seconds(60));
    }

    @Test
    void jitter_makes_a_pause_longer_by_a_part_of_it() {
        var backoff = read("{connectionBackoff: {duration: 10s, jitter: 0.5}}");
        assertThat(backoff.pause(1, NEVER)).isEqualTo(seconds(10));
        assertThat(backoff.pause(1, ALWAYS)).isBetween(Duration.ofMillis(14_999), seconds(15));
    }

    @Test
    void what_is_not_said_is_as_argo_has_it() {
        assertThat(read("{}")).isEqualTo(new Backoff(seconds(1), 1, 1, 5));
    }

    @Test
    void pauses_that_cannot_be_read_are_told() {
        read("{connectionBackoff: {duration: soon, factor: two, jitter: NaN}}");
        assertThat(found)
                .extracting(Diagnostic::message)
                .containsExactly(
                        "spec.connectionBackoff.duration must be a duration such as 10s, not \"soon\"",
                        "spec.connectionBackoff.factor must be a number, not \"two\"",
                        "spec.connectionBackoff.jitter must be a number, not \"NaN\"");
    }
}
