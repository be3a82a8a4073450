package tiphys.events.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tiphys.events.Rows;
import tiphys.manifest.Json;

/// Entries as released versions wrote them: what is here once is read for ever.
class TriggerFactsTest {
    static Stream<List<String>> rows() {
        return Rows.of(TriggerFactsTest.class, "facts.txt").stream();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void each_recorded_entry_is_still_read_and_written_alike(List<String> row) {
        var fact = TriggerFacts.decode(row.get(0), Json.parse(row.get(1)));
        assertThat(TriggerFacts.type(fact)).isEqualTo(row.get(0));
        assertThat(Json.write(TriggerFacts.body(fact))).isEqualTo(row.get(1));
    }

    @Test
    void every_kind_of_fact_has_a_recorded_entry() {
        assertThat(rows().map(List::getFirst))
                .containsExactlyInAnyOrder(
                        "trigger.listens/1",
                        "trigger.filtered/1",
                        "trigger.held/1",
                        "trigger.fired/1",
                        "trigger.fired/2",
                        "trigger.forgot/1",
                        "trigger.made/1",
                        "trigger.answered/1",
                        "trigger.failed/1",
                        "trigger.failed/2");
    }
}
