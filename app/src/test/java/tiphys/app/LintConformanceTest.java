package tiphys.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Compares what lint says of the given manifests with what Argo's linter, a cluster with Argo's full definitions and Argo's controller
/// said of them, where the folder is there. The lists hold every manifest that is judged otherwise, with the reason; the test fails
/// when one is judged worse or better than they say.
class LintConformanceTest {
    private static final Path GIVEN = Path.of("../../shared/conformance");

    /// What this version does not support: named, and not a mistake.
    private static final Set<String> NOT_SUPPORTED = Set.of("TIP-1007", "TIP-1008", "TIP-2020", "TIP-3101");

    /// What is judged otherwise on purpose: `taken`, `refused` or `words`, the file, and why.
    private static final List<List<String>> KNOWN = known();

    /// What Argo says of one manifest.
    ///
    /// @param wrong whether it refused it
    /// @param sentence why, where its linter or controller said so; empty otherwise
    private record Verdict(boolean wrong, String sentence) {
        static final Verdict VALID = new Verdict(false, "");
    }

    @Test
    void what_argo_takes_is_taken_and_what_it_refuses_is_refused_in_its_words() throws IOException {
        assumeTrue(Files.isDirectory(GIVEN), "there is no folder " + GIVEN);
        var taken = new TreeSet<String>();
        var refused = new TreeSet<String>();
        var otherWords = new TreeSet<String>();
        int judged = 0;
        for (var entry : verdicts().entrySet()) {
            var errors = errors(entry.getKey());
            var mistakes = errors.stream().filter(one -> !NOT_SUPPORTED.contains(one.code())).toList();
            var verdict = entry.getValue();
            if (mistakes.isEmpty() && !errors.isEmpty()) {
                continue; // refused for what it needs: nothing can be said of the rest
            }
            judged++;
            if (verdict.wrong() && mistakes.isEmpty()) {
                taken.add(entry.getKey());
            } else if (!verdict.wrong() && !mistakes.isEmpty()) {
                refused.add(entry.getKey());
            } else if (verdict.wrong()
                    && !verdict.sentence().isEmpty()
                    && mistakes.stream().noneMatch(one -> one.message().equals(verdict.sentence()))) {
                otherWords.add(entry.getKey());
            }
        }
        var all = new SoftAssertions();
        all.assertThat(taken).as("wrong there and taken here").isEqualTo(listed("taken"));
        all.assertThat(refused).as("valid there and refused here").isEqualTo(listed("refused"));
        all.assertThat(otherWords).as("refused in other words").isEqualTo(listed("words"));
        all.assertThat(judged).as("judged").isGreaterThan(190);
        all.assertAll();
    }

    @Test
    void every_finding_has_a_place() throws IOException {
        assumeTrue(Files.isDirectory(GIVEN), "there is no folder " + GIVEN);
        int files = 0;
        for (var folder : List.of("workflows", "events", "cases", "outcomes/wrong")) {
            for (var name : manifests(folder)) {
                files++;
                assertThat(check(name).findings()).allSatisfy(found -> assertThat(found.at().known()).isTrue());
            }
        }
        assertThat(files).isGreaterThan(500);
    }

    @Test
    void the_examples_of_argo_events_have_no_errors_but_what_is_not_supported() throws IOException {
        assumeTrue(Files.isDirectory(GIVEN), "there is no folder " + GIVEN);
        var wrong = new TreeSet<String>();
        for (var name : manifests("events")) {
            if (errors(name).stream().anyMatch(one -> !NOT_SUPPORTED.contains(one.code()))) {
                wrong.add(name);
            }
        }
        assertThat(wrong).isEqualTo(listed("events"));
    }

    private static List<Diagnostic> errors(String name) throws IOException {
        return check(name).findings().stream()
                .filter(found -> found.severity() == Diagnostic.Severity.ERROR && found.source().equals(name))
                .toList();
    }

    /// Looks at a file together with those that were there when it was tried.
    private static Lint.Report check(String name) throws IOException {
        var sources = new ArrayList<>(List.of(new Lint.Source(name, Files.readAllBytes(GIVEN.resolve(name)))));
        var outcome = outcome(name);
        if (outcome.isPresent()) {
            var folder = name.startsWith("workflows/") ? GIVEN.resolve("workflows") : GIVEN.resolve(name).getParent();
            for (var supporting : outcome.get().listAt("supporting")) {
                var file = supporting.textAt("file").orElseThrow();
                if (Files.exists(folder.resolve(file))) {
                    sources.add(new Lint.Source("supporting/" + file, Files.readAllBytes(folder.resolve(file))));
                }
            }
        }
        return Lint.check(sources);
    }

    private static Map<String, Verdict> verdicts() throws IOException {
        var verdicts = new HashMap<String, Verdict>();
        for (var line : Files.readAllLines(GIVEN.resolve("outcomes/lint.tsv")).stream().skip(1).toList()) {
            var columns = line.split("\t", -1);
            var said = Json.text(Json.parse(columns[2]));
            if (said.contains("couldn't find") || said.contains("found nothing to lint")) {
                continue; // something else was not there
            }
            var name = "workflows/" + columns[0];
            boolean accepted =
                    outcome(name).flatMap(one -> one.find("accepted")).filter(Value.bool(false)::equals).isEmpty();
            verdicts.put(name, columns[1].equals("0") && accepted ? Verdict.VALID : new Verdict(true, sentence(said)));
        }
        for (var name : manifests("cases")) {
            var outcome = outcome(name);
            if (outcome.isPresent()) {
                verdicts.put(name, verdict(outcome.get()));
            }
        }
        for (var row : list(GIVEN.resolve("outcomes/wrong/results.json"))) {
            var said = sentence(row.textAt("lint_stdout").orElse(""));
            boolean wrong =
                    row.find("lint_exit").filter(Value.number(0)::equals).isEmpty()
                            || row.find("create_exit").filter(Value.number(0)::equals).isEmpty();
            verdicts.put(
                    "outcomes/wrong/" + row.textAt("file").orElseThrow(),
                    wrong ? new Verdict(true, said) : Verdict.VALID);
        }
        return verdicts;
    }

    private static Verdict verdict(Value outcome) {
        if (outcome.find("accepted").filter(Value.bool(false)::equals).isPresent()) {
            return new Verdict(true, "");
        }
        for (var workflow : outcome.listAt("workflows")) {
            var message = workflow.textAt("message").orElse("");
            if (message.startsWith("invalid spec: ")) {
                return new Verdict(true, message.substring("invalid spec: ".length()));
            }
        }
        return Verdict.VALID;
    }

    /// What Argo's linter says, without the file and the object.
    private static String sentence(String said) {
        int object = said.indexOf("(Workflow): ");
        var sentence = object < 0 ? "" : said.substring(object + "(Workflow): ".length()).strip();
        return sentence.startsWith("strict decoding error") ? "" : sentence;
    }

    private static Optional<Value> outcome(String name) throws IOException {
        var file =
                name.startsWith("workflows/")
                        ? GIVEN.resolve("outcomes").resolve(name.substring("workflows/".length()) + ".json")
                        : GIVEN.resolve(name + ".json");
        return Files.exists(file) ? Optional.of(Json.parse(Files.readAllBytes(file))) : Optional.empty();
    }

    private static List<Value> list(Path file) throws IOException {
        return ((Value.Sequence) Json.parse(Files.readAllBytes(file))).items();
    }

    private static List<String> manifests(String folder) throws IOException {
        try (var files = Files.walk(GIVEN.resolve(folder))) {
            return files.filter(path -> path.toString().endsWith(".yaml"))
                    .map(path -> GIVEN.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }

    private static Set<String> listed(String how) {
        var files = new TreeSet<String>();
        KNOWN.stream().filter(row -> row.getFirst().equals(how)).forEach(row -> files.add(row.get(1)));
        return files;
    }

    private static List<List<String>> known() {
        try (var in = Objects.requireNonNull(LintConformanceTest.class.getResourceAsStream("lint-differences.tsv"));
                Stream<String> lines = new String(in.readAllBytes(), UTF_8).lines()) {
            return lines.filter(line -> !line.startsWith("#"))
                    .map(line -> List.of(line.split("\t")))
                    .peek(row -> assertThat(row).as("kind, file, reason").hasSize(3))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
