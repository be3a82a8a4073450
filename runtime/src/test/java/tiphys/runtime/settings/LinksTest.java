package tiphys.runtime.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tiphys.engine.run.Run;
import tiphys.engine.run.state.RunFact;
import tiphys.manifest.Value;

class LinksTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    http://logs/${metadata.namespace}/${metadata.name}   | http://logs/ns/run
                    https://logs?from=${status.startedAtEpoch}           | https://logs?from=1795521600000
                    /own?q=${metadata.labels.example.com/team}           | /own?q=a%20b%26c
                    http://logs/${metadata.labels.none}${nothing.at.all} | http://logs/
                    javascript:alert(1)                                  |
                    //elsewhere                                          |
                    """)
    void a_link_has_what_its_paths_name_and_leads_to_a_page(String url, String shown) {
        var run = Run.fresh("uid");
        var metadata =
                Value.object("name", "run", "namespace", "ns", "labels", Value.object("example.com/team", "a b&c"));
        run.apply(new RunFact.Observed(Value.object("metadata", metadata), "host"), NOON);
        var link = Value.object("name", "logs", "scope", "workflow", "url", url);
        var none = ControllerSettings.NONE;
        var settings =
                new ControllerSettings(
                        "argo",
                        none.defaults(),
                        "",
                        0,
                        0,
                        Optional.empty(),
                        none.kept(),
                        List.of(link),
                        none.events(),
                        List.of());
        assertThat(Links.of(settings, run.view(), NOON).stream().flatMap(one -> one.textAt("url").stream()).toList())
                .isEqualTo(Optional.ofNullable(shown).stream().toList());
    }
}
