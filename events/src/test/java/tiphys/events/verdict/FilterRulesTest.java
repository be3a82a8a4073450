package tiphys.events.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tiphys.events.Examples;
import tiphys.events.Rows;
import tiphys.events.action.TriggerKinds;
import tiphys.events.sensor.Dependency;
import tiphys.events.sensor.SensorReader;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

class FilterRulesTest {
    static Stream<List<String>> rows() {
        return Rows.of(FilterRulesTest.class, "filters.txt").stream();
    }

    private static Dependency dependency(String fields) {
        var dependency = (Value.Mapping) Json.parse(fields);
        dependency = dependency.with("name", "dep").with("eventSourceName", "webhook").with("eventName", "trigger");
        return SensorReader.read(
                        Value.object("spec", Value.object("dependencies", List.of(dependency))), TriggerKinds.NONE)
                .value()
                .dependencies()
                .getFirst();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void each_row_passes_as_it_says_and_says_why(List<String> row) {
        var event = Examples.event("e1", "trigger", Json.parse(row.get(1)));
        var verdict = FilterRules.verdict(dependency(row.get(0)), event);
        assertThat(verdict.result()).as(Json.write(verdict.json())).isEqualTo(Boolean.parseBoolean(row.get(2)));
        assertThat(Json.write(verdict.json())).contains(row.get(3).strip());
        assertThat(Clause.of(verdict.json())).isEqualTo(verdict);
    }

    /// Filters that would take memory or time without end, each as data of its own.
    static Stream<String> bombs() {
        return Stream.of(
                "{\"data\":[{\"path\":\"a\",\"type\":\"string\",\"value\":[\"((x{100}){100}){100}\"]}]}",
                "{\"data\":[{\"path\":\"a\",\"type\":\"string\",\"value\":[\"(x?){1000}(x?){1000}y\"]}]}",
                "{\"data\":[{\"path\":\"[@this,@this]|[@this,@this]|[@this,@this]|[@this,@this]|[@this,@this]|"
                        + "[@this,@this]|[@this,@this]|[@this,@this]|[@this,@this]|[@this,@this]\","
                        + "\"type\":\"string\",\"value\":[\"x\"]}]}",
                "{\"data\":[{\"path\":\"@tostr|@tostr|@tostr|@tostr|@tostr|@tostr|@tostr|@tostr|@tostr|@tostr\","
                        + "\"type\":\"string\",\"value\":[\"x\"]}]}",
                "{\"exprs\":[{\"expr\":\""
                        + "a + ".repeat(400)
                        + "a == 'x'\",\"fields\":[{\"name\":\"a\",\"path\":\"a\"}]}]}",
                "{\"exprs\":[{\"expr\":\"" + "(".repeat(5000) + "\",\"fields\":[{\"name\":\"a\",\"path\":\"a\"}]}]}");
    }

    @ParameterizedTest
    @MethodSource("bombs")
    void a_filter_that_would_never_end_is_this_deliverys_error(String filters) {
        var event = Examples.event("e1", "trigger", Value.object("a", "x\"".repeat(50_000)));
        var verdict = FilterRules.verdict(dependency("{\"filters\":" + filters + "}"), event);
        assertThat(verdict.result()).isFalse();
        assertThat(verdict.culprit().error()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x*y", "(x*)*(x*)*(x*)*y", "^(x|x)*$|y"})
    void a_filters_pattern_takes_time_by_the_text_alone(String pattern) {
        var filter = Value.object("path", "a", "type", "string", "value", List.of(pattern));
        var event = Examples.event("e1", "trigger", Value.object("a", "x".repeat(100_000)));
        var dependency = dependency(Json.write(Value.object("filters", Value.object("data", List.of(filter)))));
        assertThat(FilterRules.verdict(dependency, event).hasError()).isFalse();
    }

    @Test
    void the_culprit_is_the_innermost_clause_that_stands_against_the_event() {
        var dependency =
                dependency(
                        "{\"filters\":{\"data\":[{\"path\":\"a\",\"type\":\"number\",\"value\":[\"1\"]},"
                                + "{\"path\":\"b\",\"type\":\"number\",\"value\":[\"2\"]}]}}");
        var verdict = FilterRules.verdict(dependency, Examples.event("e1", "trigger", Value.object("a", 1, "b", 5)));
        assertThat(verdict.culprit().what()).isEqualTo("data b = 2");
    }
}
