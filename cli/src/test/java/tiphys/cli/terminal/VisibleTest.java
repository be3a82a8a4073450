package tiphys.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VisibleTest {
    @ParameterizedTest
    @CsvSource({
        "1b, \\x1b",
        "00, \\x00",
        "07, \\x07",
        "08, \\x08",
        "0d, \\x0d",
        "7f, \\x7f",
        "9b, \\x9b",
        "90, \\x90",
        "202e, \\u202e",
        "2066, \\u2066",
        "200f, \\u200f",
        "061c, \\u061c",
        "2028, \\u2028"
    })
    void what_a_terminal_acts_on_is_shown(String code, String shown) {
        var text = "a" + Character.toString(Integer.parseInt(code, 16)) + "b";
        assertThat(Visible.of(text)).isEqualTo("a" + shown + "b");
        assertThat(Visible.inked(text)).isEqualTo("a" + shown + "b");
        assertThat(Cells.oneLine(text)).isEqualTo("a" + shown + "b");
    }

    @ParameterizedTest
    @CsvSource({"plain", "ünïcödé", "日本語", "🚀", "'two\nlines'", "'a\ttab'"})
    void what_is_only_text_stays(String text) {
        assertThat(Visible.of(text)).isSameAs(text);
        assertThat(Visible.inked(text)).isSameAs(text);
    }

    @Test
    void only_our_own_inks_are_sent() {
        var ours = Ink.BAD.on("x") + " " + Ink.STRONG.on("y");
        assertThat(Visible.inked(ours)).isEqualTo(ours);
        assertThat(Visible.of(ours)).doesNotContain("\u001b");
        assertThat(Visible.inked("\u001b[2J\u001b]0;title\u0007\u001b[8m")).doesNotContain("\u001b", "\u0007");
    }

    @Test
    void a_writer_tears_no_ink_apart() {
        var bytes = new ByteArrayOutputStream();
        var writer = Visible.writer(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        for (var c : (Ink.GOOD.on("x") + "\u001b[2J").toCharArray()) {
            writer.write(c);
        }
        writer.flush();
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo(Ink.GOOD.on("x") + "\\x1b[2J");
    }
}
