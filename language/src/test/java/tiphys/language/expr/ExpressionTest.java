package tiphys.language.expr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Moment;
import tiphys.language.Rows;
import tiphys.language.Scope;
import tiphys.language.Trace;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

class ExpressionTest {
    static final Scope SCOPE = scope();

    static Scope scope() {
        var variables = new LinkedHashMap<String, Value>();
        variables.put("inputs.parameters.x", Value.text("5"));
        variables.put("inputs.parameters.my-x", Value.text("hi"));
        variables.put("n", Value.number(7));
        variables.put("f", Json.parse("1.5"));
        variables.put("l", Json.parse("[3,1,2]"));
        variables.put("o", Json.parse("{\"a\":1}"));
        variables.put("nilv", Value.nothing());
        return Scope.of(variables);
    }

    static Stream<Rows> expressions() {
        return Rows.of("expressions.txt");
    }

    @ParameterizedTest
    @MethodSource("expressions")
    void an_expression_has_the_value_that_expr_gives_it(Rows row) {
        if (row.result().equals("!")) {
            assertThatThrownBy(() -> value(row.what())).isInstanceOf(EvaluationFailed.class);
        } else {
            assertThat(value(row.what())).isEqualTo(Json.parse(row.result()));
        }
    }

    private static Value value(String text) {
        return Expression.parse(text).evaluate(SCOPE, Budget.standard());
    }

    @Test
    void a_failure_shows_its_place_and_what_may_be_meant() {
        assertThatThrownBy(() -> value("1 + uper('a')"))
                .hasMessage(
                        """
                        unknown name uper, did you mean upper? (1:5)
                         | 1 + uper('a')
                         | ....^\
                        """);
        assertThatThrownBy(() -> value("input.parameters.x"))
                .hasMessageStartingWith("unknown name input, did you mean inputs?");
    }

    @Test
    void a_trace_has_the_parts_values() {
        var trace = Expression.parse("n > 5 && f < 1").trace(SCOPE, Budget.standard());
        assertThat(trace.value()).contains(Value.bool(false));
        assertThat(trace.parts()).extracting(Trace::text).containsExactly("n > 5", "f < 1");
        assertThat(trace.parts().getFirst().parts().getFirst().value()).contains(Value.number(7));
        assertThat(Expression.parse("1 + o.b.c").trace(SCOPE, Budget.standard()).error())
                .contains("cannot fetch c from <nil>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"repeat('x', 1000000000000)", "map(1..1000000, map(1..1000000, #))", "1..9223372036854775807"})
    void a_runaway_ends(String text) {
        assertThatThrownBy(() -> value(text)).isInstanceOf(EvaluationFailed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "[", "!", "-", "{a:", "1+", "a.", "1?", "let x=1;", "map(l,", "a ?? "})
    void a_deep_or_long_text_does_not_overflow_the_stack(String part) {
        assertThatThrownBy(() -> value(part.repeat(20_000))).isInstanceOf(EvaluationFailed.class);
    }

    @Test
    void time_and_chance_are_those_of_the_moment() {
        var once = SCOPE.at(new Moment(Instant.parse("2026-01-02T03:04:05Z"), 1));
        var again = SCOPE.at(new Moment(Instant.parse("2026-01-02T03:04:05Z"), 2));
        var drawn = Expression.parse("[sprig.uuidv4(), sprig.uuidv4(), sprig.randAlpha(9), sprig.randInt(0, 1000000)]");
        var values = ((Value.Sequence) drawn.evaluate(once, Budget.standard())).items();
        assertThat(drawn.evaluate(once, Budget.standard())).isEqualTo(Value.list(values));
        assertThat(drawn.evaluate(again, Budget.standard())).isNotEqualTo(Value.list(values));
        assertThat(values).doesNotHaveDuplicates();
        assertThat(
                        Expression.parse("sprig.date('2006-01-02 15:04', sprig.now()) + ' ' + string(now().Year())")
                                .evaluate(once, Budget.standard()))
                .isEqualTo(Value.text("2026-01-02 03:04 2026"));
        assertThatThrownBy(() -> value("now()")).hasMessageStartingWith("the time is not known here");
    }

    @Test
    void what_cannot_be_compiled_fails_even_where_it_would_not_be_reached() {
        assertThatThrownBy(() -> value("true ? 1 : 'a' + 1"))
                .hasMessageStartingWith("invalid operation: + (mismatched types string and int) (1:16)");
    }
}
