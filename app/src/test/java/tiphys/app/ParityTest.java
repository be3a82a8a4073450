package tiphys.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tiphys.engine.run.validate.Claims;
import tiphys.manifest.schema.Schemas;

class ParityTest {
    private static final Path PAGE = Path.of("../docs/parity.md");

    @Test
    void the_page_says_what_is_claimed_of_workflows() throws IOException {
        says("the claims", Parity.workflows());
    }

    @Test
    void the_page_says_what_is_claimed_of_events() throws IOException {
        says("the claims of events", Parity.events());
    }

    private static void says(String what, Parity parity) throws IOException {
        var page = Files.readAllLines(PAGE);
        int begin = page.indexOf("<!-- " + what + " begin; -Dparity.write=true writes them -->");
        int end = page.indexOf("<!-- " + what + " end -->");
        var table = parity.markdown();
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
        areFieldsOf(Claims.process().names(), List.of("workflow.WorkflowSpec"));
        areFieldsOf(Claims.container().names(), List.of("workflow.WorkflowSpec"));
        areFieldsOf(
                EventSourceKinds.forReading().claims().names(), List.of("events.EventSourceSpec", "events.SensorSpec"));
        areFieldsOf(
                EventTriggerKinds.forReading().claims().names(),
                List.of("events.EventSourceSpec", "events.SensorSpec"));
    }

    private static void areFieldsOf(Set<String> claims, List<String> specs) {
        var fields = new HashMap<String, List<String>>();
        specs.forEach(spec -> fields.putAll(Schemas.fields(spec)));
        for (var name : claims) {
            int dot = name.lastIndexOf('.');
            assertThat(fields.getOrDefault(name.substring(0, dot), List.of()))
                    .as(name)
                    .contains(name.substring(dot + 1));
        }
    }

    @Test
    void what_is_ignored_or_emulated_has_a_reason() {
        assertThat(
                        Stream.of(Parity.workflows(), Parity.inContainers(), Parity.events())
                                .flatMap(one -> one.rows().stream()))
                .filteredOn(row -> row.word().equals("ignored") || row.word().equals("emulated"))
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row.reason()).isNotBlank());
    }
}
