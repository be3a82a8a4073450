package tiphys.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;

class JsonInputTest {
    private static Diagnostic refused(String json) {
        return catchThrowableOfType(InvalidInput.class, () -> Json.parse(json)).diagnostics().getFirst();
    }

    @Test
    void nesting_is_bounded_and_its_place_is_told() {
        for (var opening : new String[] {"[", "{\"a\":"}) {
            var found = refused(opening.repeat(100_000));
            assertThat(found.message()).isEqualTo("invalid JSON: values are nested deeper than 200 levels");
            assertThat(found.at()).isEqualTo(new Position(1, 200 * opening.length() + 1));
        }
        assertThat(Json.parse("[".repeat(200) + "]".repeat(200))).isInstanceOf(Value.Sequence.class);
    }

    @Test
    void a_text_that_is_cut_off_has_its_place() {
        var found = refused("{\"a\": 1,\n \"b\": \"x");
        assertThat(found.code()).isEqualTo("TIP-1001");
        assertThat(found.at().line()).isEqualTo(2);
    }
}
