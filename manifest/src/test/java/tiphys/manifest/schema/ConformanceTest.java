package tiphys.manifest.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

/// Argo's own examples and what a cluster with Argo's full definitions took and refused of them and of small manifests, where they are
/// there.
class ConformanceTest {
    private static final Path GIVEN = Path.of("../../shared/conformance");

    /// What Argo's own examples say in vain: Argo Events drops these fields.
    private static final List<String> IN_VAIN =
            List.of(
                    "events/sensors/trigger-with-atleast-once-semantics.yaml spec.triggers[0].template.atLeastOnce",
                    "events/tutorials/03-trigger-sources/sensor-git.yaml spec.triggers[0].template.k8s.source.git.sshKeyPath",
                    "events/tutorials/03-trigger-sources/sensor-git.yaml spec.triggers[0].template.k8s.source.git.namespace",
                    "events/tutorials/06-trigger-conditions/minio-event-source.yaml spec.type",
                    "events/tutorials/06-trigger-conditions/webhook-event-source.yaml spec.type",
                    "events/tutorials/09-http-trigger/minio-event-source.yaml spec.type",
                    "events/tutorials/09-http-trigger/sensor-01.yaml spec.triggers[0].template.http.serverURL",
                    "events/tutorials/09-http-trigger/sensor-02.yaml spec.triggers[0].template.http.serverURL");

    /// Refused by a cluster, and taken here on purpose: a parameter's value that is a number, as Argo's own linter takes it, and the
    /// fields of Argo 3.x.
    private static final List<String> TAKEN_HERE =
            List.of("cases/flow/parameter-value-integer-refused.yaml", "outcomes/wrong/cron-old-schedule.yaml");

    /// Refused for their metadata, which a schema does not judge.
    private static final List<String> BADLY_NAMED = List.of("workflows/fun-with-gifs.yaml", "workflows/k8s-jobs.yaml");

    @Test
    void every_manifest_of_argo_events_has_only_known_fields() throws IOException {
        var findings = new ArrayList<String>();
        int checked = 0;
        for (var file : manifests("events")) {
            for (var document : known(file)) {
                checked++;
                check(document).forEach(found -> findings.add(name(file) + " " + found.path()));
            }
        }
        assertThat(findings).containsExactlyElementsOf(IN_VAIN);
        assertThat(checked).isGreaterThan(60);
    }

    @Test
    void what_a_cluster_refused_for_its_form_has_an_error_and_nothing_else_has() throws IOException {
        var refusedThere = new TreeSet<String>();
        var refusedHere = new TreeSet<String>();
        int checked = 0;
        for (var folder : List.of("workflows", "cases", "outcomes/wrong")) {
            for (var file : manifests(folder)) {
                var documents = known(file);
                if (documents.isEmpty()) {
                    continue; // another kind, or none
                }
                checked++;
                if (Optional.of(false).equals(taken(file))) {
                    refusedThere.add(name(file));
                }
                if (documents.stream()
                        .flatMap(document -> check(document).stream())
                        .anyMatch(found -> found.severity() == Diagnostic.Severity.ERROR)) {
                    refusedHere.add(name(file));
                }
            }
        }
        refusedThere.removeAll(TAKEN_HERE);
        refusedThere.removeAll(BADLY_NAMED);
        assertThat(refusedHere).containsExactlyElementsOf(refusedThere);
        assertThat(checked).isGreaterThan(400);
    }

    /// Whether a cluster took a file's objects; empty if nobody tried.
    private static Optional<Boolean> taken(Path file) throws IOException {
        var name = name(file);
        if (name.startsWith("outcomes/wrong/")) {
            return Optional.ofNullable(wrong().get(file.getFileName().toString()));
        }
        var outcome =
                name.startsWith("workflows/")
                        ? GIVEN.resolve("outcomes").resolve(name.substring("workflows/".length()) + ".json")
                        : GIVEN.resolve(name + ".json");
        return Files.exists(outcome)
                ? Optional.of(json(outcome).find("accepted").filter(Value.bool(true)::equals).isPresent())
                : Optional.empty();
    }

    private static Map<String, Boolean> wrong() throws IOException {
        var taken = new HashMap<String, Boolean>();
        for (var row : ((Value.Sequence) json(GIVEN.resolve("outcomes/wrong/results.json"))).items()) {
            taken.put(
                    row.textAt("file").orElseThrow(),
                    row.find("create_exit").filter(Value.number(0)::equals).isPresent());
        }
        return taken;
    }

    private static Value json(Path file) throws IOException {
        return Json.parse(Files.readAllBytes(file));
    }

    private static List<Path> manifests(String folder) throws IOException {
        assumeTrue(Files.isDirectory(GIVEN), "there is no folder " + GIVEN);
        try (var files = Files.walk(GIVEN.resolve(folder))) {
            return files.filter(path -> path.toString().endsWith(".yaml")).sorted().toList();
        }
    }

    private static List<Value.Mapping> known(Path file) throws IOException {
        var known = new ArrayList<Value.Mapping>();
        for (var document : Yaml.parse(Files.readAllBytes(file), name(file))) {
            if (document instanceof Value.Mapping object && schema(object).isPresent()) {
                known.add(object);
            }
        }
        return known;
    }

    private static List<Diagnostic> check(Value.Mapping object) {
        return schema(object).orElseThrow().check(object);
    }

    private static Optional<Schema> schema(Value.Mapping object) {
        return Schemas.find(object.textAt("apiVersion").orElse(""), object.textAt("kind").orElse(""));
    }

    private static String name(Path file) {
        return GIVEN.relativize(file).toString();
    }
}
