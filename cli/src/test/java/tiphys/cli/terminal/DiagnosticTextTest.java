package tiphys.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Position;

class DiagnosticTextTest {
    private static final String MANIFEST =
            "spec:\r\n  - name: main\r\n    contaner: \"a b\"\t# x\r\n    wide: 模型 x: 1\n";

    @Test
    void the_line_of_the_source_is_shown_with_a_mark_under_the_place() {
        assertThat(shown(at(3, 5).hint("did you mean \"container\"?")))
                .isEqualTo(
                        """
                        f.yaml:3:5  error  TIP-1101  unknown field "x"
                            2 │   - name: main
                            3 │     contaner: "a b" # x
                              │     ^^^^^^^^ did you mean "container"?\
                        """);
    }

    @Test
    void a_text_in_quotes_is_marked_whole() {
        assertThat(shown(at(3, 15))).endsWith("\n      │               ^^^^^");
    }

    @Test
    void the_mark_stands_under_its_place_also_after_wide_characters() {
        assertThat(shown(at(4, 14))).endsWith("\n      │                ^");
    }

    @Test
    void colours_are_only_added_where_they_are_wanted() {
        var lines = new DiagnosticText(true, true, _ -> Optional.of(MANIFEST)).lines(at(3, 5));
        assertThat(String.join("\n", lines))
                .contains("\u001b[31merror\u001b[0m")
                .contains("\u001b[31m^^^^^^^^\u001b[0m");
        assertThat(shown(at(3, 5))).doesNotContain("\u001b");
    }

    @Test
    void a_warning_says_so() {
        var found = Diagnostic.warning("TIP-1203", "doubtful", new Position(1, 1), "").in("f.yaml");
        assertThat(shown(found)).startsWith("f.yaml:1:1  warning  TIP-1203  doubtful\n    1 │ spec:");
    }

    @Test
    void without_the_source_there_is_the_sentence_and_the_advice() {
        var found = Diagnostic.error("TIP-1101", "unknown field", Position.NONE, "").in("Workflow/x").hint("look");
        assertThat(shown(found)).isEqualTo("Workflow/x  error  TIP-1101  unknown field\n    look");
        var text = new DiagnosticText(false, false, _ -> Optional.empty());
        assertThat(text.lines(at(3, 5))).containsExactly("f.yaml:3:5  error  TIP-1101  unknown field \"x\"");
        assertThat(shown(at(99, 1))).isEqualTo("f.yaml:99:1  error  TIP-1101  unknown field \"x\"");
    }

    @Test
    void of_a_very_long_line_only_the_part_around_the_place_is_shown() {
        var text =
                new DiagnosticText(
                        false, true, _ -> Optional.of("a".repeat(1_000_000) + " here " + "b".repeat(1_000_000)));
        var lines = text.lines(at(1, 1_000_002));
        assertThat(lines.get(1)).hasSizeLessThan(140).contains(" here ");
        assertThat(lines.get(2)).endsWith(" ^^^^");
    }

    @Test
    void a_file_cannot_give_orders_to_the_terminal() {
        var text = new DiagnosticText(false, true, _ -> Optional.of("a: \u001b[2J\u0007x"));
        assertThat(text.lines(at(1, 1)).get(1)).isEqualTo("    1 │ a: \\x1b[2J\\x07x");
    }

    private static Diagnostic at(int line, int column) {
        return Diagnostic.error("TIP-1101", "unknown field \"x\"", new Position(line, column), "x").in("f.yaml");
    }

    private static String shown(Diagnostic found) {
        return String.join("\n", new DiagnosticText(false, true, _ -> Optional.of(MANIFEST)).lines(found));
    }
}
