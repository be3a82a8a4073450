package tiphys.language.regex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

class GoRegexTest {
    /// Patterns and texts drawn at random, with the answers of Go's own package.
    static Stream<Value> answersOfGo() throws IOException {
        try (var in = Objects.requireNonNull(GoRegexTest.class.getResourceAsStream("go.jsonl"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().map(Json::parse).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("answersOfGo")
    void a_pattern_finds_splits_and_replaces_as_in_go(Value row) {
        var pattern = row.textAt("pattern").orElseThrow();
        var text = row.textAt("text").orElseThrow();
        long limit = ((Value.Number) row.find("limit").orElseThrow()).decimal().longValue();
        var budget = Budget.standard();
        Value got;
        try {
            got =
                    Value.object(
                            "found", GoRegex.find(pattern, text, budget),
                            "all", GoRegex.all(pattern, text, limit, budget),
                            "split", GoRegex.split(pattern, text, limit, budget),
                            "replaced",
                                    GoRegex.replace(pattern, text, row.textAt("replacement").orElseThrow(), budget));
        } catch (EvaluationFailed e) {
            got = Value.object("error", e.getMessage());
        }
        var wanted = (Value.Mapping) row;
        for (var given : List.of("pattern", "text", "limit", "replacement")) {
            wanted = wanted.without(given);
        }
        assertThat(Json.write(got)).isEqualTo(Json.write(wanted));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(a+)+b", "(a|aa)*c", "(a|b)*z", "(a*)*(a*)*(a*)*b"})
    void no_pattern_runs_away(String pattern) {
        assertThat(GoRegex.find(pattern, "a".repeat(100_000), Budget.standard())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"((a{100}){100}){100}", "(((a{10}){10}){10}){2}", "(a{2}){501}"})
    void repetitions_inside_each_other_are_counted_together(String pattern) {
        assertThatThrownBy(() -> GoRegex.find(pattern, "a", Budget.standard()))
                .hasMessageStartingWith("error parsing regexp: invalid repeat count");
    }

    @Test
    void a_program_that_is_too_large_is_not_made() {
        assertThatThrownBy(() -> GoRegex.find("(abcdefgh){1000}".repeat(1000), "a", Budget.standard()))
                .hasMessage("the evaluation would make more than 16 MiB of values");
        assertThatThrownBy(() -> GoRegex.find("a".repeat(1 << 17), "a", Budget.standard()))
                .hasMessage("error parsing regexp: expression too large");
        assertThatThrownBy(() -> GoRegex.find("(".repeat(20_000), "a", Budget.standard()))
                .hasMessageStartingWith("error parsing regexp: expression nests too deeply");
    }

    @Test
    void a_large_program_over_a_long_text_ends_with_the_budget() {
        assertThatThrownBy(() -> GoRegex.find("(a?){1000}b", "a".repeat(1_000_000), Budget.standard()))
                .hasMessage("the evaluation took too many steps");
    }

    @Test
    void a_replacement_that_grows_ends_with_the_budget() {
        assertThatThrownBy(() -> GoRegex.replace("a", "a".repeat(10_000), "b".repeat(10_000), Budget.standard()))
                .hasMessage("the evaluation would make more than 16 MiB of values");
    }

    @Test
    void a_call_costs_the_same_whether_its_pattern_is_known_or_not() {
        var pattern = "never seen before [0-9]{3}";
        var first = Budget.of(1000, 2500);
        var second = Budget.of(1000, 2500);
        GoRegex.find(pattern, "text", first);
        GoRegex.find(pattern, "text", second);
        assertThat(left(first)).isEqualTo(left(second));
    }

    private static int left(Budget budget) {
        int bytes = 0;
        try {
            while (true) {
                budget.make(1);
                bytes++;
            }
        } catch (EvaluationFailed _) {
            return bytes;
        }
    }

    @Test
    void a_quoted_text_finds_itself() {
        assertThat(GoRegex.quote("a.b*[c]")).isEqualTo("a\\.b\\*\\[c\\]");
        assertThat(GoRegex.replaceLiteral("b", "abc", "$0", Budget.standard())).isEqualTo("a$0c");
    }
}
