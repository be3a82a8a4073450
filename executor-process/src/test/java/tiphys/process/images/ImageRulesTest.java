package tiphys.process.images;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
    void images_that_are_made_of_busybox_are_known_by_name_or_tag() {
        for (var image :
                new String[] {"alpine", "docker.io/library/busybox:1.36", "python:alpine3.23", "node:20-alpine"}) {
            assertThat(ImageRules.builtIn().find(image).orElseThrow().busybox()).as(image).isTrue();
        }
        for (var image : new String[] {"debian", "python:3.9", "registry.example.com/alpine-lovers/node:20"}) {
            assertThat(ImageRules.builtIn().find(image).orElseThrow().busybox()).as(image).isFalse();
        }
        assertThat(ImageRules.builtIn().withoutBusybox().find("alpine").orElseThrow().busybox()).isFalse();
    }

    @Test
    void a_busybox_stands_for_its_programs_by_name_and_where_an_image_has_them(@TempDir Path folder)
            throws IOException {
        var found = Busybox.ask(System.getenv().getOrDefault("PATH", ""), folder);
        assumeTrue(found.isPresent(), "this machine has no busybox");
        var busybox = found.get();
        busybox.make();
        busybox.make();
        assertThat(folder.resolve("busybox/sh")).isSymbolicLink();
        assertThat(busybox.link("sh")).contains(folder.resolve("busybox/sh"));
        assertThat(busybox.link("/bin/sh")).contains(folder.resolve("busybox/sh"));
        assertThat(busybox.link("/opt/sh")).isEmpty();
        assertThat(busybox.link("python3")).isEmpty();
        assertThat(busybox.link("mount")).as("what concerns the machine").isEmpty();
        assertThat(busybox.standsFor("sh", "alpine:3")).matches("sh of busybox [0-9.]+ on this host for alpine:3");
        assertThat(Busybox.ask(System.getenv().getOrDefault("PATH", ""), folder)).as("again").isEqualTo(found);
    }

    @Test
    void a_row_of_another_form_is_refused() {
        assertThatThrownBy(() -> ImageRules.builtIn().after("train bash")).hasMessageContaining("4 columns");
    }
}
