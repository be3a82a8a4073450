package tiphys.events.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import tiphys.events.ReadOnlyKinds;
import tiphys.events.action.TriggerKinds;
import tiphys.events.sensor.SensorReader;
import tiphys.events.source.SourceSpec;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

/// Argo's own examples, where they are there: each can be used, or what stands against it is named as not supported.
class ConformanceTest {
    private static final Path EXAMPLES = Path.of("../../shared/conformance/events");

    @Test
    void argos_examples_are_read_or_refused_by_name() throws IOException {
        assumeTrue(Files.isDirectory(EXAMPLES), "there is no folder " + EXAMPLES);
        var wrong = new ArrayList<String>();
        int usable = 0;
        try (var files = Files.walk(EXAMPLES)) {
            for (var file : files.filter(path -> path.toString().endsWith(".yaml")).sorted().toList()) {
                for (var document : Yaml.parse(Files.readAllBytes(file), file.toString())) {
                    if (!(document instanceof Value.Mapping json)) {
                        continue;
                    }
                    var errors =
                            switch (json.textAt("kind").orElse("")) {
                                case "Sensor" -> SensorReader.read(json, TriggerKinds.NONE).errors();
                                case "EventSource" -> SourceSpec.read(json, ReadOnlyKinds.ALL).errors();
                                default -> new ArrayList<Diagnostic>();
                            };
                    usable += errors.isEmpty() ? 1 : 0;
                    errors.stream()
                            .filter(one -> !one.code().equals(Codes.UNSUPPORTED))
                            .forEach(one -> wrong.add(EXAMPLES.relativize(file) + ": " + one.message()));
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(usable).isGreaterThan(20);
    }
}
