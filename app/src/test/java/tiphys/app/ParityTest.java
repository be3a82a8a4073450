package tiphys.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tiphys.engine.run.validate.Claims;
import tiphys.manifest.schema.Schemas;

class ParityTest {
    private static final Path PAGE = Path.of("../docs/parity.md");
    private static final String BEGIN = "<!-- the claims begin; -Dparity.write=true writes them -->";
    private static final String END = "<!-- the claims end -->";

    @Test
    void the_page_says_what_is_claimed() throws IOException {
        var page = Files.readAllLines(PAGE);
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        var table = new Parity(Claims.process()).markdown();
        if (Boolean.getBoolean("parity.write")) {
            var written = new ArrayList<>(page.subList(0, begin + 1));
            written.addAll(table);
            written.addAll(page.subList(end, page.size()));
            Files.write(PAGE, written);
            return;
        }
        assertThat(page.subList(begin + 1, end)).containsExactlyElementsOf(table);
    }

    @Test
    void every_claim_is_about_a_field_that_a_spec_can_have() {
        var fields = Schemas.fields("workflow.WorkflowSpec");
        for (var name : Claims.process().names()) {
            int dot = name.lastIndexOf('.');
            assertThat(fields.getOrDefault(name.substring(0, dot), List.of()))
                    .as(name)
                    .contains(name.substring(dot + 1));
        }
    }

    @Test
    void what_is_ignored_or_emulated_has_a_reason() {
        assertThat(new Parity(Claims.process()).rows())
                .filteredOn(row -> row.word().equals("ignored") || row.word().equals("emulated"))
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row.reason()).isNotBlank());
    }
}
