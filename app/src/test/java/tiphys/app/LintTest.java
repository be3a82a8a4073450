package tiphys.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

class LintTest {
    private static final Path EXAMPLES_OF_ARGO = Path.of("../../shared/conformance");

    /// What this version does not support: named, and not a mistake.
    private static final Set<String> NOT_SUPPORTED = Set.of("TIP-1007", "TIP-1008", "TIP-2020", "TIP-3101");

    /// Mistakes that are really there: names written among the annotations, and tags of inputs that are not declared.
    private static final Set<String> MISTAKEN =
            Set.of(
                    "TIP-1201 workflows/fun-with-gifs.yaml",
                    "TIP-1201 workflows/k8s-jobs.yaml",
                    "TIP-2004 events/sensors/multi-dependencies.yaml",
                    "TIP-2018 events/sensors/multi-dependencies.yaml");

    @TestFactory
    Stream<DynamicTest> sets_of_files() throws IOException {
        try (var in = Objects.requireNonNull(LintTest.class.getResourceAsStream("lint.yaml"))) {
            return ((Value.Sequence) Yaml.parse(in.readAllBytes(), "lint.yaml").getFirst())
                    .items().stream()
                            .map(row -> DynamicTest.dynamicTest(row.textAt("says").orElseThrow(), () -> check(row)));
        }
    }

    @Test
    void our_own_examples_are_clean() throws IOException {
        var sources = new ArrayList<Lint.Source>();
        for (var file : ManifestFiles.files(Path.of("../examples"))) {
            sources.add(new Lint.Source(file.toString(), Files.readAllBytes(file)));
        }
        var report = Lint.check(sources);
        assertThat(report.findings()).isEmpty();
        assertThat(report.objects()).isGreaterThanOrEqualTo(8);
    }

    @Test
    void the_examples_of_argo_have_no_errors_but_what_is_not_supported() throws IOException {
        assumeTrue(Files.isDirectory(EXAMPLES_OF_ARGO), "there is no folder " + EXAMPLES_OF_ARGO);
        var errors = new HashSet<String>();
        int files = 0;
        for (var file : ManifestFiles.files(EXAMPLES_OF_ARGO)) {
            files++;
            var name = EXAMPLES_OF_ARGO.relativize(file).toString();
            for (var found : Lint.check(List.of(new Lint.Source(name, Files.readAllBytes(file)))).findings()) {
                assertThat(found.at().known()).as("%s has a place", found).isTrue();
                if (found.severity() == Diagnostic.Severity.ERROR && !NOT_SUPPORTED.contains(found.code())) {
                    errors.add(found.code() + " " + name);
                }
            }
        }
        assertThat(errors).containsExactlyInAnyOrderElementsOf(MISTAKEN);
        assertThat(files).isGreaterThan(180);
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
