package tiphys.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

class ManifestFlawsTest {
    static final String TEXT =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: Wrong_Name
              annotations:
                a.b/c: d
            data:
              list: x
            """;

    static Value.Mapping object(String text) {
        return (Value.Mapping) Yaml.parse(text.getBytes(StandardCharsets.UTF_8), "").getFirst();
    }

    @ParameterizedTest
    @CsvSource({
        "metadata.name, 4:3",
        "metadata.annotations[a.b/c], 6:5",
        "metadata.labels.app, 3:1",
        "spec.replicas, 1:1",
        "'', 1:1"
    })
    void a_field_is_found_at_its_key_or_else_at_what_is_around_it(String field, String place) {
        assertThat(ManifestFlaws.place(object(TEXT), field)).hasToString(place);
    }

    @Test
    void what_only_the_server_knows_is_shown_at_its_place() {
        var flaws = List.of(new ManifestFlaws.Flaw("metadata.name", "Invalid value"));
        assertThat(ManifestFlaws.of(object(TEXT), "cm.yaml", "TIP-7309", flaws))
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.source()).isEqualTo("cm.yaml");
                    assertThat(found.at()).hasToString("4:3");
                    assertThat(found.message()).isEqualTo("metadata.name: Invalid value");
                });
    }

    @Test
    void what_the_schema_finds_comes_with_what_was_meant() {
        var sensor = "apiVersion: argoproj.io/v1alpha1\nkind: Sensor\nmetadata: {name: s}\nspec:\n  dependencys: []\n";
        var flaws = List.of(new ManifestFlaws.Flaw("", "strict decoding error"));
        assertThat(ManifestFlaws.of(object(sensor), "s.yaml", "TIP-7309", flaws))
                .extracting(Diagnostic::hint)
                .anySatisfy(hint -> assertThat(hint).hasValue("did you mean \"dependencies\"?"));
    }
}
