package tiphys.manifest.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

/// Argo's own examples, where they are there.
class ConformanceTest {
    private static final Path EXAMPLES = Path.of("../../shared/conformance");

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

    @Test
    void every_manifest_of_a_known_kind_has_only_known_fields() throws IOException {
        assumeTrue(Files.isDirectory(EXAMPLES), "there is no folder " + EXAMPLES);
        var findings = new ArrayList<String>();
        int checked = 0;
        try (var files = Files.walk(EXAMPLES)) {
            for (var file : files.filter(path -> path.toString().endsWith(".yaml")).sorted().toList()) {
                for (var document : Yaml.parse(Files.readAllBytes(file), EXAMPLES.relativize(file).toString())) {
                    var schema =
                            Schemas.find(document.textAt("apiVersion").orElse(""), document.textAt("kind").orElse(""));
                    if (schema.isPresent()) {
                        checked++;
                        schema.get()
                                .check((Value.Mapping) document)
                                .forEach(found -> findings.add(EXAMPLES.relativize(file) + " " + found.path()));
                    }
                }
            }
        }
        assertThat(findings).containsExactlyElementsOf(IN_VAIN);
        assertThat(checked).isGreaterThan(180);
    }
}
