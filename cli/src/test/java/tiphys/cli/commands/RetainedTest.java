package tiphys.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tiphys.cli.commands.Doctor.Finding;
import tiphys.cli.commands.Doctor.Health;
import tiphys.cli.server.Fields;
import tiphys.manifest.Json;

class RetainedTest {
    @Test
    void what_goes_soon_is_named_before_it_goes() {
        var status =
                Fields.of(
                        Json.parse(
                                """
                                {"retention":{"leaving":[{"source":"ns/hook/e","why":"age","number":40},{"source":"ns/hook/f","why":"age","number":2},
                                 {"source":"ns/hook/e","why":"count","number":100000},{"source":"ns","why":"bytes","number":2147483648}],
                                 "kept":{"events":7,"by":["trigger/ns/u/t"]},"problems":["the annotation x cannot be read"]}}\
                                """));
        var findings = Retained.of(status).findings();
        assertThat(findings)
                .extracting(Finding::health)
                .containsExactly(Health.DOUBT, Health.DOUBT, Health.OK, Health.DOUBT, Health.BAD);
        assertThat(findings)
                .extracting(Finding::text)
                .containsExactly(
                        "ns/hook/e holds 100000 events, as many as are kept: each new one lets the oldest go, before its age does",
                        "those of namespace ns take 2.0 GiB, nearly as much as is kept: new ones let the oldest go",
                        "42 get too old within a day, and go",
                        "7 are past their limits and stay, for these have not come to them: trigger/ns/u/t",
                        "the annotation x cannot be read");
    }

    @Test
    void a_server_that_says_nothing_of_it_has_no_finding() {
        assertThat(Retained.of(Fields.of(Json.parse("{}"))).findings()).isEmpty();
    }
}
