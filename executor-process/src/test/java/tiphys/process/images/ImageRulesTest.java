package tiphys.process.images;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ImageRulesTest {
    static Stream<String[]> images() throws IOException {
        try (var in = Objects.requireNonNull(ImageRulesTest.class.getResourceAsStream("known-images.txt"))) {
            return new String(in.readAllBytes(), UTF_8)
                    .lines().map(line -> line.split("\\s+", -1)).filter(row -> row.length == 2).toList().stream();
        }
    }

    @ParameterizedTest(name = "{0} is {1}")
    @MethodSource("images")
    void an_image_is_found_by_the_last_part_of_its_name(String image, String entry) {
        assertThat(ImageRules.builtIn().find(image).map(ImageRules.Rule::entry).orElse("-")).isEqualTo(entry);
    }

    @Test
    void a_rule_of_the_user_counts_before_ours() {
        var rules = ImageRules.builtIn().after("train* bash - -\npython sh - -\n");
        assertThat(rules.find("registry.example.com/ml/train-big:v3").orElseThrow().entry()).isEqualTo("bash");
        assertThat(rules.find("python:3.9").orElseThrow().entry()).isEqualTo("sh");
    }

    @Test
    void a_row_of_another_form_is_refused() {
        assertThatThrownBy(() -> ImageRules.builtIn().after("train bash")).hasMessageContaining("4 columns");
    }
}
