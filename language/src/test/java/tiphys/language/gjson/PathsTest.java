package tiphys.language.gjson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Rows;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

class PathsTest {
    static final Value DOCUMENT =
            Json.parse(
                    """
                    {"body":{"model":"bert","i":1,"arr":[1,2,3],"objs":[{"n":"a","v":1},{"n":"b","v":2}],"dot.key":5,
                     "js":"{\\"q\\":1}","nul":null,"o":{"b":2,"a":[1,"x"]}},"header":{"X-A":["z"]}}\
                    """);

    static Stream<Rows> reads() {
        return Rows.of("gjson.txt");
    }

    static Stream<Rows> writes() {
        return Rows.of("sjson.txt");
    }

    @ParameterizedTest
    @MethodSource("reads")
    void a_path_finds(Rows row) {
        assertThat(GjsonPath.get(DOCUMENT, row.what(), Budget.standard()).map(Json::write).orElse("missing"))
                .isEqualTo(row.result());
    }

    @ParameterizedTest
    @MethodSource("writes")
    void a_path_is_written(Rows row) {
        var parts = row.what().split(" ", -1);
        String got;
        try {
            got = Json.write(SjsonPath.set(Json.parse(parts[0]), parts[1], Json.parse(parts[2])));
        } catch (EvaluationFailed e) {
            got = e.getMessage();
        }
        assertThat(got).isEqualTo(row.result());
    }

    @Test
    void an_empty_path_is_refused() {
        assertThatThrownBy(() -> SjsonPath.set(DOCUMENT, "", Value.nothing())).hasMessage("path cannot be empty");
    }

    @ParameterizedTest
    @CsvSource({
        "1,1",
        "1.0,1",
        "0.10,0.1",
        "1e21,1000000000000000000000",
        "12345678901234567890,12345678901234567890",
        "true,true",
        "null,''",
        "[1],[1]"
    })
    void a_found_value_has_a_text(String json, String text) {
        assertThat(GjsonPath.text(Json.parse(json))).isEqualTo(text);
    }
}
