package tiphys.runtime.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunProjectionTest {
    private static final Optional<Instant> NOON = Optional.of(Instant.parse("2026-11-24T12:00:00Z"));
    private static final Optional<Instant> SOON = Optional.of(Instant.parse("2026-11-24T12:00:00.250Z"));
    private static final Optional<Instant> LATER = Optional.of(Instant.parse("2026-11-24T12:00:01.250Z"));

    @Test
    void a_run_that_starts_in_the_second_of_its_creation_is_listed_by_its_start() {
        assertThat(RunProjection.created(NOON, SOON)).isEqualTo(SOON.get());
    }

    @Test
    void a_run_that_starts_later_or_has_not_started_is_listed_by_its_creation() {
        assertThat(RunProjection.created(NOON, LATER)).isEqualTo(NOON.get());
        assertThat(RunProjection.created(NOON, Optional.empty())).isEqualTo(NOON.get());
    }

    @Test
    void a_run_whose_object_tells_no_time_is_listed_by_its_start() {
        assertThat(RunProjection.created(Optional.empty(), SOON)).isEqualTo(SOON.get());
    }
}
