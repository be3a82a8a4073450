package tiphys.language.govaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Rows;
import tiphys.language.Trace;
import tiphys.language.Vectors;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

class GovaluateTest {
    static Stream<Rows> whens() {
        return Rows.of("when.txt");
    }

    @ParameterizedTest
    @MethodSource("whens")
    void a_when_is_decided(Rows row) {
        String got;
        try {
            got = Boolean.toString(Govaluate.when(row.what(), Budget.standard()));
        } catch (EvaluationFailed e) {
            got = e.getMessage();
        }
        assertThat(got).isEqualTo(row.result());
    }

    @Test
    void argo_decides_a_when_the_same() {
        Vectors.compare(
                "when",
                row -> {
                    var trace = Govaluate.trace(row.input(), Budget.standard());
                    return differs(row.json(), trace, true);
                });
    }

    @Test
    void govaluate_gives_the_same() {
        Vectors.compare(
                "govaluate",
                row -> {
                    var variables = ((Value.Mapping) Json.parse(row.environment())).fields();
                    return differs(row.json(), Govaluate.evaluate(row.input(), variables, Budget.standard()), false);
                });
    }

    /// A `when` is answered with Argo's sentence around govaluate's own.
    private static Optional<String> differs(Value.Mapping row, Trace trace, boolean inside) {
        var error = row.textAt("error");
        if (error.isPresent()) {
            boolean same = inside ? trace.error().contains(error.get()) : trace.error().equals(error.get().strip());
            return same ? Optional.empty() : Optional.of(trace.value() + " " + trace.error());
        }
        return trace.value().equals(row.find("result"))
                ? Optional.empty()
                : Optional.of(trace.value() + " " + trace.error());
    }

    @Test
    void an_expression_over_variables_is_traced() {
        var trace =
                Govaluate.evaluate(
                        "a > 1 && b == 'x'", Map.of("a", Value.number(2), "b", Value.text("y")), Budget.standard());
        assertThat(trace.value()).contains(Value.bool(false));
        assertThat(trace.parts()).extracting(Trace::text).containsExactly("a > 1", "b == 'x'");
    }

    @Test
    void a_date_like_literal_is_no_string() {
        var day = Map.<String, Value>of("d", Value.text("2026-01-02"));
        assertThat(Govaluate.evaluate("d == '2026-01-02'", day, Budget.standard()).value()).contains(Value.bool(false));
    }

    @Test
    void a_missing_variable_is_the_traces_error() {
        assertThat(Govaluate.evaluate("a == 1", Map.of(), Budget.standard()).error())
                .isEqualTo("No parameter 'a' found.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "!(", "- ", "1 + ", "a && ", "a ? ", "[", "'"})
    void a_deep_or_long_text_does_not_overflow_the_stack(String part) {
        assertThatThrownBy(() -> Govaluate.when(part.repeat(20_000) + "1", Budget.standard()))
                .isInstanceOf(EvaluationFailed.class);
    }
}
