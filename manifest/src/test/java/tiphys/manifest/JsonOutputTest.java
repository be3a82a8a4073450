package tiphys.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import tiphys.testkit.Seeded;

class JsonOutputTest {
    private static final String[] PIECES = {
        "a", "?", "\"", "\\", "\n", "\u0000", "\u001f", "\u007f", "é", "漢", "🚀", "\ud83d", "\ude80", " plain text "
    };

    private static String json(String text) {
        return Json.write(Value.text(text));
    }

    @Test
    void what_json_wants_escaped_is_escaped_and_nothing_else() {
        assertThat(json("plain? yes")).isEqualTo("\"plain? yes\"");
        assertThat(json("a\"b\\c\td\re\nf")).isEqualTo("\"a\\\"b\\\\c\\td\\re\\nf\"");
        assertThat(json("\u0000\u001f\u007f")).isEqualTo("\"\\u0000\\u001f\u007f\"");
        assertThat(json("é漢🚀\"")).isEqualTo("\"é漢🚀\\\"\"");
    }

    @Test
    void half_a_surrogate_keeps_its_number_among_ascii_and_among_other_letters() {
        assertThat(json("a\ud83d?")).isEqualTo("\"a\\ud83d?\"");
        assertThat(json("é\ude80?")).isEqualTo("\"é\\ude80?\"");
    }

    @Seeded(tries = 200)
    void every_text_comes_back(RandomGenerator random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        var bytes = Json.bytes(Value.text(text.toString()));

        assertThat(Json.parse(bytes)).isEqualTo(Value.text(text.toString()));
        assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(json(text.toString()));
    }

    @Test
    void a_large_value_is_written_whole() {
        var text = "0123456789é".repeat(100_000);
        assertThat(Json.parse(Json.bytes(Value.object("a", text, "b", text))).textAt("b")).contains(text);
    }
}
