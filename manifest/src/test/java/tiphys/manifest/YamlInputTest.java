package tiphys.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tiphys.testkit.Seeded;

/// What people and strangers feed in: each bad text gets one coded diagnostic with a place, and soon.
@Timeout(30)
class YamlInputTest {
    private static final String MANIFEST =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: "hello-", labels: {a: b}}
            spec:
              entrypoint: main
              templates:
              - &main
                name: main
                script:
                  image: 'python:3'
                  source: |
                    print("hello")
              - <<: *main
                name: other
            """;

    @Nested
    class Texts_that_are_taken {
        @Test
        void an_empty_text_has_no_documents() {
            assertThat(Yaml.parse(new byte[0], "f")).isEmpty();
            assertThat(Yaml.parse(bytes("# only a comment\n---\n---\n"), "f")).isEmpty();
        }

        @Test
        void a_byte_order_mark_is_not_part_of_the_text() {
            var value = Yaml.parse(bytes("\uFEFFa: 1\n"), "f").getFirst();
            assertThat(value).isEqualTo(Value.object("a", 1));
            assertThat(((Value.Mapping) value).keyAt("a")).isEqualTo(new Position(1, 1));
        }

        @Test
        void lines_may_end_as_on_windows() {
            assertThat(Yaml.parse(bytes("a: |\r\n  x\r\n  y\r\nb: 2\r\n"), "f"))
                    .containsExactly(Value.object("a", "x\ny\n", "b", 2));
        }

        @Test
        void json_is_yaml() {
            assertThat(Yaml.parse(bytes("{\"a\":\t[1, \"two\"]}"), "f"))
                    .containsExactly(Value.object("a", java.util.List.of(1, "two")));
        }
    }

    @Nested
    class Texts_that_are_refused {
        @Test
        void a_tab_that_indents_has_its_place() {
            var found = refused("a:\n\tb: 1\n");
            assertThat(found.code()).isEqualTo("TIP-1001");
            assertThat(found.at()).isEqualTo(new Position(2, 1));
            assertThat(found.message()).contains("tab");
        }

        @Test
        void a_tag_without_quotes_is_told_to_have_some() {
            var found = refused("a: {{inputs.parameters.x}}\n");
            assertThat(found.message()).isEqualTo("invalid YAML: a key must be a single value");
            assertThat(found.hint()).contains("put a text with a tag in quotes: \"{{…}}\"");
        }

        @Test
        void a_line_at_the_wrong_column_is_told_to_move() {
            assertThat(refused("a:\n - b\n  c: 1\n").hint().orElse("")).contains("indentation");
            assertThat(refused("- a\nb: 1\n").hint().orElse("")).contains("indentation");
        }

        @Test
        void a_text_that_breaks_off_has_the_place_of_its_end() {
            assertThat(refused("a: {b: [1, 2").at().line()).isEqualTo(1);
            assertThat(refused("a: \"never ended\n\n").at().line()).isGreaterThanOrEqualTo(1);
        }

        @Test
        void bytes_that_are_not_utf_8_have_their_place() {
            var found = refused(new byte[] {'a', ':', ' ', 'x', '\n', 'b', ':', ' ', (byte) 0xC3, '(', '\n'});
            assertThat(found.message()).contains("not UTF-8");
            assertThat(found.at()).isEqualTo(new Position(2, 4));
        }

        @Test
        void half_a_character_at_the_end_is_not_utf_8() {
            assertThat(refused(new byte[] {'a', ':', ' ', (byte) 0xF0, (byte) 0x9F}).at())
                    .isEqualTo(new Position(1, 4));
        }

        @Test
        void a_character_that_yaml_forbids_has_its_place() {
            var found = refused("a: 1\nb: 2\u0007\n");
            assertThat(found.message()).contains("U+0007");
            assertThat(found.at()).isEqualTo(new Position(2, 5));
        }

        @Test
        void a_text_that_is_too_long_is_not_even_read() {
            var long50 = new byte[50 << 20];
            Arrays.fill(long50, (byte) 'x');
            var found = refused(long50);
            assertThat(found.code()).isEqualTo("TIP-1002");
            assertThat(found.message()).contains("longer than 16777216 bytes");
            assertThat(found.at()).isEqualTo(new Position(1, 1));
        }

        @Test
        void nesting_is_bounded_in_every_style() {
            assertThat(refused("[".repeat(1_000_000)).code()).isEqualTo("TIP-1004");
            assertThat(refused("{a: ".repeat(1_000_000)).code()).isEqualTo("TIP-1004");
            assertThat(refused("- ".repeat(1_000_000)).code()).isEqualTo("TIP-1004");
            assertThat(refused("? ".repeat(1_000_000)).code()).isEqualTo("TIP-1004");
            var steps = new StringBuilder();
            for (int i = 0; i < 3000; i++) {
                steps.append(" ".repeat(i)).append("a:\n");
            }
            var found = refused(steps.toString());
            assertThat(found.code()).isEqualTo("TIP-1004");
            assertThat(found.at().line()).isBetween(199, 202);
        }

        @Test
        void aliases_that_multiply_are_bounded() {
            var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
            for (int i = 1; i < 12; i++) {
                var before = "*a" + (i - 1);
                bomb.append("a" + i + ": &a" + i + " [" + (before + ", ").repeat(9) + before + "]\n");
            }
            var found = refused(bomb.toString());
            assertThat(found.code()).isEqualTo("TIP-1004");
            assertThat(found.at().line()).isGreaterThan(4);
        }

        @Test
        void merges_that_multiply_are_bounded() {
            var bomb = new StringBuilder("a0: &a0 {k0: 1, k1: 1, k2: 1, k3: 1}\n");
            for (int i = 1; i < 60; i++) {
                bomb.append("a" + i + ": &a" + i + " {n" + i + ": {<<: *a" + (i - 1) + "}, <<: *a" + (i - 1) + "}\n");
            }
            assertThat(refused(bomb.toString()).code()).isEqualTo("TIP-1004");
        }

        @Test
        void an_alias_of_itself_stands_for_nothing() {
            assertThat(refused("a: &a [*a]\n").message()).contains("*a");
        }

        @Test
        void of_a_key_that_is_set_twice_the_last_counts_and_both_places_are_told() {
            var doubts = new ArrayList<Diagnostic>();
            var read = Yaml.parse(bytes("a: 1\nb: 2\na: 3\n"), "x.yaml", doubts::add);
            assertThat(read).containsExactly(Value.object("a", 3, "b", 2));
            assertThat(doubts)
                    .containsExactly(
                            Diagnostic.warning(
                                            "TIP-1003",
                                            "the key \"a\" is set twice, first at 1:1; the last one counts",
                                            new Position(3, 1),
                                            "")
                                    .in("x.yaml"));
        }
    }

    @Test
    void a_manifest_that_breaks_off_anywhere_is_read_or_refused() {
        var bytes = bytes(MANIFEST);
        for (int length = 0; length < bytes.length; length++) {
            readOrRefused(Arrays.copyOf(bytes, length));
        }
    }

    @Seeded(tries = 300)
    void a_manifest_with_changed_bytes_is_read_or_refused(RandomGenerator random) {
        var bytes = bytes(MANIFEST);
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        readOrRefused(bytes);
    }

    @Seeded(tries = 200)
    void a_soup_of_indicators_is_read_or_refused(RandomGenerator random) {
        var soup = new StringBuilder();
        var pieces = "-,?,:,{,},[,],&a,*a,!!str,!,|,>,',\",#,\n,\n ,\n  , ,a,1,<<,---,...,%".split(",");
        for (int i = random.nextInt(400); i > 0; i--) {
            soup.append(pieces[random.nextInt(pieces.length)]);
        }
        readOrRefused(bytes(soup.toString()));
    }

    private static void readOrRefused(byte[] text) {
        try {
            assertThat(Yaml.parse(text, "f")).isNotNull();
        } catch (InvalidInput e) {
            assertThat(e.diagnostics()).isNotEmpty().allMatch(found -> found.at().known());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static Diagnostic refused(String text) {
        return refused(bytes(text));
    }

    private static Diagnostic refused(byte[] text) {
        var refusal = catchThrowableOfType(InvalidInput.class, () -> Yaml.parse(text, "f.yaml"));
        assertThat(refusal).as("the text is refused").isNotNull();
        assertThat(refusal.diagnostics()).hasSize(1);
        var found = refusal.diagnostics().getFirst();
        assertThat(found.source()).isEqualTo("f.yaml");
        assertThat(found.at().known()).isTrue();
        return found;
    }
}
