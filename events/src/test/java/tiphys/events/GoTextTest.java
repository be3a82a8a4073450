package tiphys.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    { "a" : [ 1 , 2.50 ] }   | {"a":[1,2.50]}
                    {"a":" x "}              | {"a":" x "}
                    "a\\"  b"                | "a\\"  b"
                    "a\\\\"                   | "a\\\\"
                    "<b>&</b>"               | "\\u003cb\\u003e\\u0026\\u003c/b\\u003e"
                    "\\u00e9\\/é"            | "\\u00e9\\/é"
                    """)
    void is_compact_and_escapes_as_go_does(String json, String expected) {
        var compact = GoText.compact(json.getBytes(StandardCharsets.UTF_8));
        assertThat(new String(compact, StandardCharsets.UTF_8)).isEqualTo(expected);
    }

    @Test
    void line_separators_that_scripts_do_not_take_are_escaped() {
        var json = Character.toString(0x2028) + "x" + Character.toString(0x2029) + Character.toString(0x202a);
        var compact = GoText.compact(json.getBytes(StandardCharsets.UTF_8));
        assertThat(new String(compact, StandardCharsets.UTF_8))
                .isEqualTo("\\u2028x\\u2029" + Character.toString(0x202a));
    }
}
