package tiphys.events.sensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tiphys.events.Rows;

class ConditionTest {
    private static final List<String> DEPENDENCIES = List.of("a", "dep-b", "dep_c");

    static Stream<List<String>> rows() {
        return Rows.of(ConditionTest.class, "conditions.txt").stream();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void each_row_holds_as_it_says(List<String> row) {
        String result;
        try {
            result = "" + Condition.read(row.get(0), DEPENDENCIES).holds(List.of(row.get(1).split(" "))::contains);
        } catch (Condition.Unreadable e) {
            result = e.getMessage();
        }
        assertThat(result).startsWith(row.get(2));
    }

    @Test
    void without_conditions_every_dependency_is_needed() {
        var every = Condition.every(DEPENDENCIES);
        assertThat(every.names()).containsExactlyElementsOf(DEPENDENCIES);
        assertThat(every.holds(name -> !name.equals("a"))).isFalse();
        assertThat(every.holds(DEPENDENCIES::contains)).isTrue();
    }

    @Test
    void globs_match_as_argos_bus_matches_them() {
        assertThat(Glob.matches("web*", "webhook")).isTrue();
        assertThat(Glob.matches("web?ook", "webhook")).isTrue();
        assertThat(Glob.matches("web[g-i]ook", "webhook")).isTrue();
        assertThat(Glob.matches("web[!h]ook", "webhook")).isFalse();
        assertThat(Glob.matches("{git,web}hook", "webhook")).isTrue();
        assertThat(Glob.matches("webhook", "webhook2")).isFalse();
        assertThat(Glob.matches("*", "")).isTrue();
        assertThat(Glob.matches("[", "a")).isFalse();
    }
}
