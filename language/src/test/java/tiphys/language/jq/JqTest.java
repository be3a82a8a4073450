package tiphys.language.jq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

class JqTest {
    /// Blocks of a filter, a value and what jq made of it (`jq -cS`), several results with blanks between them.
    private static final String TABLE = "/tiphys/language/jq.txt";

    @Test
    void filters_give_what_jq_gives() throws IOException {
        var wrong = new ArrayList<String>();
        int count = 0;
        for (var block : text().split("\n\n")) {
            var lines = block.strip().split("\n", -1);
            var wanted = lines.length > 2 ? lines[2] : "";
            count++;
            String found;
            try {
                found =
                        Jq.parse(lines[0]).all(Json.parse(lines[1]), Budget.standard()).stream()
                                .map(JqValues::plainJson)
                                .collect(Collectors.joining(" "));
            } catch (EvaluationFailed e) {
                found = e.getMessage();
            }
            if (!found.equals(wanted)) {
                wrong.add(lines[0] + "\n  of " + lines[1] + "\n  is   " + found + "\n  not  " + wanted);
            }
        }
        assertThat(wrong).as("of %s", count).isEmpty();
        assertThat(count).isGreaterThan(130);
    }

    private static String text() throws IOException {
        try (var in = Objects.requireNonNull(JqTest.class.getResourceAsStream(TABLE))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void a_text_is_printed_bare_and_everything_else_as_json_with_sorted_keys() {
        var object = Json.parse("{\"b\":\"x\",\"a\":[1,{\"d\":1,\"c\":\"<\"}]}");
        assertThat(Jq.parse(".b").print(object, Budget.standard())).isEqualTo("x");
        assertThat(Jq.parse(".").print(object, Budget.standard()))
                .isEqualTo("{\"a\":[1,{\"c\":\"\\u003c\",\"d\":1}],\"b\":\"x\"}");
        assertThat(Jq.parse(".b, .nope").print(object, Budget.standard())).isEqualTo("x\nnull");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                ".nope( ~ unexpected token \"(\"",
                ".a | ~ unexpected EOF",
                "[1 ~ unexpected EOF",
                ".a ] ~ unexpected token \"]\"",
                "\"abc ~ unterminated string literal",
            })
    void what_cannot_be_read_is_told_in_gojqs_words(String filter, String message) {
        assertThatThrownBy(() -> Jq.parse(filter)).hasMessage(message);
    }

    @Test
    void an_error_that_nothing_catches_is_told_in_gojqs_words() {
        var one = Value.number(1);
        assertThatThrownBy(() -> Jq.parse(".[]").all(one, Budget.standard()))
                .hasMessage("cannot iterate over: number (1)");
        assertThatThrownBy(() -> Jq.parse(". + \"a\"").all(one, Budget.standard()))
                .hasMessage("cannot add: number (1) and string (\"a\")");
        assertThatThrownBy(() -> Jq.parse("nope(1)").all(one, Budget.standard()))
                .hasMessage("function not defined: nope/1");
        assertThatThrownBy(() -> Jq.parse("error(\"no\")").all(one, Budget.standard())).hasMessage("error: no");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[range(100000000)]",
                "def f: f; f",
                "[repeat(1)]",
                "reduce range(1000000) as $i (\"x\"; . + .)",
                "[limit(1000000000; repeat(.))] | length",
                "last(range(1e9))",
            })
    void a_filter_that_would_not_end_is_ended(String filter) {
        assertThatThrownBy(() -> Jq.parse(filter).all(Value.number(1), Budget.standard()))
                .isInstanceOf(EvaluationFailed.class);
    }

    @Test
    void filters_that_stand_in_one_another_without_end_are_refused() {
        assertThatThrownBy(() -> Jq.parse("(".repeat(100_000))).isInstanceOf(EvaluationFailed.class);
    }
}
