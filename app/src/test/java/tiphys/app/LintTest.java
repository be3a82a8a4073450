package tiphys.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

class LintTest {
    @TestFactory
    Stream<DynamicTest> sets_of_files() throws IOException {
        try (var in = Objects.requireNonNull(LintTest.class.getResourceAsStream("lint.yaml"))) {
            return ((Value.Sequence) Yaml.parse(in.readAllBytes(), "lint.yaml").getFirst())
                    .items().stream()
                            .map(row -> DynamicTest.dynamicTest(row.textAt("says").orElseThrow(), () -> check(row)));
        }
    }

    @Test
    void our_own_examples_are_clean_but_for_what_the_guide_puts_into_code() throws IOException {
        var sources = new ArrayList<Lint.Source>();
        for (var file : ManifestFiles.files(Path.of("../examples"))) {
            sources.add(new Lint.Source(file.toString(), Files.readAllBytes(file)));
        }
        var report = Lint.check(sources);
        assertThat(report.findings().stream().map(LintTest::line))
                .containsExactly(
                        "../examples/ml-pipeline/workflowtemplate.yaml:34:22 WARNING TIP-2030 spec.templates[1].container.args",
                        "../examples/ml-pipeline/workflowtemplate.yaml:43:22 WARNING TIP-2030 spec.templates[2].container.args");
        assertThat(report.objects()).isGreaterThanOrEqualTo(8);
    }

    private static void check(Value row) {
        var sources = new ArrayList<Lint.Source>();
        row.mapAt("files")
                .fields()
                .forEach((name, text) ->
                        sources.add(new Lint.Source(name, ((Value.Text) text).value().getBytes(UTF_8))));
        assertThat(Lint.check(sources).findings().stream().map(LintTest::line))
                .containsExactlyElementsOf(
                        row.listAt("findings").stream().map(value -> ((Value.Text) value).value()).toList());
    }

    private static String line(Diagnostic found) {
        return found.source() + ":" + found.at() + " " + found.severity() + " " + found.code() + " " + found.path();
    }
}
