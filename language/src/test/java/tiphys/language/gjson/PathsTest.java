package tiphys.language.gjson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Rows;
import tiphys.language.Vectors;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;

class PathsTest {
    static final String DOCUMENT =
            """
            {"body":{"model":"bert","i":1,"arr":[1,2,3],"objs":[{"n":"a","v":1},{"n":"b","v":2}],"dot.key":5,\
            "js":"{\\"q\\":1}","nul":null,"o":{"b":2,"a":[1,"x"]}},"header":{"X-A":["z"]}}\
            """;

    static Stream<Rows> reads() {
        return Rows.of("gjson.txt");
    }

    static Stream<Rows> writes() {
        return Rows.of("sjson.txt");
    }

    private static String read(String json, String path) {
        var found = GjsonPath.find(json, path, Budget.standard());
        return found.exists() ? found.raw() : "missing";
    }

    @ParameterizedTest
    @MethodSource("reads")
    void a_path_finds(Rows row) {
        assertThat(read(DOCUMENT, row.what())).isEqualTo(row.result());
    }

    @ParameterizedTest
    @MethodSource("writes")
    void a_path_is_written(Rows row) {
        var parts = row.what().split(" ", -1);
        String got;
        try {
            got = SjsonPath.set(parts[0], parts[1], parts[2], Budget.standard());
        } catch (EvaluationFailed e) {
            got = e.getMessage();
        }
        assertThat(got).isEqualTo(row.result());
    }

    @Test
    void gjson_finds_the_same() {
        Vectors.compare(
                "gjson",
                row -> {
                    var found = GjsonPath.find(row.environment(), row.input(), Budget.standard());
                    boolean same =
                            row.json().find("exists").orElseThrow().equals(tiphys.manifest.Value.bool(found.exists()))
                                    && row.json().textAt("text").orElse("").equals(found.text());
                    return same ? Optional.empty() : Optional.of(found.exists() + " " + found.text());
                });
    }

    @Test
    void sjson_writes_the_same() {
        Vectors.compare(
                "sjson",
                row -> {
                    var wanted = row.json().find("result").map(Json::write).or(() -> row.json().textAt("error"));
                    String got;
                    try {
                        var raw = Json.write(row.json().find("value").orElseThrow());
                        got =
                                Json.write(
                                        Json.parse(
                                                SjsonPath.set(row.environment(), row.input(), raw, Budget.standard())));
                    } catch (EvaluationFailed e) {
                        got = e.getMessage();
                    } catch (InvalidInput e) {
                        got = "no JSON: " + e.getMessage();
                    }
                    return wanted.equals(Optional.of(got)) ? Optional.empty() : Optional.of(got);
                });
    }

    @Test
    void an_empty_path_is_refused() {
        assertThatThrownBy(() -> SjsonPath.set(DOCUMENT, "", "null", Budget.standard()))
                .hasMessage("path cannot be empty");
    }

    @ParameterizedTest
    @CsvSource({
        "1,1",
        "1.0,1",
        "0.10,0.1",
        "1e21,1000000000000000000000",
        "-0.0,-0",
        "12345678901234567890,12345678901234567890",
        "true,true",
        "null,''",
        "[1],[1]",
        "\"\\ud83d\\ude80 \\ud83d x\",\uD83D\uDE80 \uFFFD x"
    })
    void a_found_value_has_a_text(String json, String text) {
        assertThat(GjsonPath.find("[" + json + "]", "0", Budget.standard()).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0x1p4,16", "1_000,1000", "inf,Infinity", "-Infinity,-Infinity", "0x1,0", "1e999,Infinity", "tRuE,0"})
    void a_text_has_the_number_that_go_reads(String text, double number) {
        assertThat(GjsonPath.find("[\"" + text + "\"]", "0", Budget.standard()).number()).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[@this,@this]|[@this,@this]|[@this,@this]|[@this,@this]|[@this,@this]|[@this,@this]|[@this,@this]",
                "{\"a\":@this,\"b\":@this}|{\"a\":@this,\"b\":@this}|{\"a\":@this,\"b\":@this}|[@this,@this,@this]",
                "@tostr|@tostr|@tostr|@tostr|@tostr|@tostr|@tostr",
                "@pretty:{\"indent\":\"          \",\"width\":1}|@pretty|@pretty|@pretty|@pretty|@pretty",
                "@dig:@tostr"
            })
    void a_path_that_makes_much_of_little_ends_with_the_budget(String path) {
        var large = "[" + "{\"a\":[[\"\\\\\\\\\"]]},".repeat(30_000) + "1]";
        assertThatThrownBy(() -> GjsonPath.find(large, path, Budget.standard())).isInstanceOf(EvaluationFailed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.", "#.", "[", "{a:", "#(0", "@dig:", "!", "@keys|", "a|"})
    void a_deep_path_does_not_overflow_the_stack(String part) {
        var deep = "[".repeat(9_000) + "]".repeat(9_000);
        String ended;
        try {
            ended = GjsonPath.find(deep, part.repeat(16_000 / part.length()), Budget.standard()).text();
        } catch (EvaluationFailed e) {
            ended = e.getMessage();
        }
        assertThat(ended).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"@pretty", "@flatten:{\"deep\":true}", "@dig:x", "@ugly", "@reverse", "@keys"})
    void a_deep_document_does_not_overflow_the_stack(String path) {
        var deep = "[".repeat(9_000) + "]".repeat(9_000);
        String ended;
        try {
            ended = GjsonPath.find(deep, path, Budget.standard()).text();
        } catch (EvaluationFailed e) {
            ended = e.getMessage();
        }
        assertThat(ended).isIn("the value is nested too deeply", deep, "[null]");
    }

    @Test
    void room_that_a_destination_asks_for_is_counted_before_it_is_made() {
        assertThatThrownBy(() -> SjsonPath.set("{}", "a.99999".repeat(1) + ".99999".repeat(60), "1", Budget.standard()))
                .hasMessage("the evaluation would make more than 16 MiB of values");
        assertThatThrownBy(() -> SjsonPath.set("[]", "100000000", "1", Budget.standard()))
                .hasMessageStartingWith("cannot set array element 100000000");
    }
}
