package tiphys.language.gotemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Moment;
import tiphys.language.value.Plain;

class GoTemplateTest {
    private static final Moment MOMENT = new Moment(Instant.parse("2026-11-23T12:00:00Z"), 7);

    /// Blocks of a template, its data as JSON, and what Go makes of it; `!` and a part of the message for an error.
    private static final String TABLE = "/tiphys/language/gotemplate.txt";

    private static String execute(String template, String data) {
        var budget = Budget.standard();
        try {
            return GoTemplate.parse(template).execute(Plain.parse(data, budget), budget, MOMENT);
        } catch (EvaluationFailed e) {
            return "!" + e.getMessage();
        }
    }

    @Test
    void templates_make_what_go_makes() throws IOException {
        var wrong = new ArrayList<String>();
        int count = 0;
        for (var block : text().split("\n\n")) {
            var lines = block.strip().split("\n", -1);
            var wanted = lines.length > 2 ? lines[2] : "";
            count++;
            var found = execute(lines[0], lines[1]).replace("\n", "⏎");
            boolean right =
                    wanted.startsWith("!")
                            ? found.startsWith("!") && found.contains(wanted.substring(1))
                            : found.equals(wanted);
            if (!right) {
                wrong.add(lines[0] + "\n  of " + lines[1] + "\n  is   " + found + "\n  not  " + wanted);
            }
        }
        assertThat(wrong).as("of %s", count).isEmpty();
        assertThat(count).isGreaterThan(90);
    }

    private static String text() throws IOException {
        try (var in = Objects.requireNonNull(GoTemplateTest.class.getResourceAsStream(TABLE))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ range 100000000 }}{{ end }}",
                "{{ define \"x\" }}{{ template \"x\" }}{{ end }}{{ template \"x\" }}",
                "{{ $x := \"0123456789\" }}{{ range 1000 }}{{ $x = print $x $x }}{{ end }}",
                "{{ printf \"%999999d%999999d\" 1 2 | repeat 1000 }}",
                "{{ range untilStep 0 900000 1 }}{{ range untilStep 0 900000 1 }}x{{ end }}{{ end }}"
            })
    void no_template_takes_the_machine(String template) {
        assertThat(execute(template, "{}")).startsWith("!");
    }

    @Test
    void a_template_that_is_nested_ever_so_deeply_is_refused() {
        assertThatThrownBy(() -> GoTemplate.parse("{{" + "(".repeat(100_000)))
                .isInstanceOf(EvaluationFailed.class)
                .hasMessageContaining("nested deeper");
    }
}
