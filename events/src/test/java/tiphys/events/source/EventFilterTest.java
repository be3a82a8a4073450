package tiphys.events.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tiphys.events.EventData;
import tiphys.events.ReadOnlyKinds;

class EventFilterTest {
    static final EventData PAYLOAD =
            EventData.of(
                    """
                    {"header":{"X-Foo":["a","b"]},"body":{"x":"yes","n":5,"l":[{"k":"a"},{"k":"b"}]},
                     "a-b":1,"c.d":{"e":2}}\
                    """);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "body.x == 'yes' | passes",
                "body.x == 'no' | body.x == 'no' is false",
                "header['X-Foo'][0] == 'a' | passes",
                "jsonpath(toJson(body), '$.l[1].k') == 'b' | passes",
                "any(header['X-Foo'], {# == 'b'}) | passes",
                "a_b == 1 | passes",
                "c.d.e == 2 | passes",
                "missing == 1 | missing == 1 is false",
                "missing == nil | passes",
                "body.none == nil | passes",
                "sprig.upper(body.x) == 'YES' | passes",
                "asInt(body.n) > 4 | passes",
            })
    void an_arrival_passes_if_the_expression_is_true(String expression, String outcome) {
        assertThat(new EventFilter(expression).objection(PAYLOAD).orElse("passes")).isEqualTo(outcome);
    }

    @Test
    void an_expression_that_fails_or_is_no_truth_lets_nothing_pass() {
        assertThat(new EventFilter("body.none.x == 1").objection(PAYLOAD).orElseThrow()).contains("failed");
        assertThat(new EventFilter("body.x").objection(PAYLOAD).orElseThrow())
                .contains("body.x is neither true nor false");
    }

    @Test
    void an_expression_that_cannot_be_read_is_refused_with_its_place() {
        assertThat(ReadOnlyKinds.read("spec: {calendar: {a: {interval: 1s, filter: {expression: 'a =='}}}}").message())
                .startsWith("spec.calendar.a.filter.expression cannot be read");
        assertThat(ReadOnlyKinds.read("spec: {calendar: {a: {interval: 1s, filter: {}}}}").message())
                .contains("spec.calendar.a.filter.expression is required");
    }
}
