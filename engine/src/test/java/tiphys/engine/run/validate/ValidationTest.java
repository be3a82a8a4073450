package tiphys.engine.run.validate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.manifest.workflow.WorkflowSpec;

/// Argo's rules and sentences, each by a small workflow that is to run now.
class ValidationTest {
    @TestFactory
    Stream<DynamicTest> rules() throws IOException {
        try (var in = Objects.requireNonNull(ValidationTest.class.getResourceAsStream("validation.yaml"))) {
            return ((Value.Sequence) Yaml.parse(in.readAllBytes(), "validation.yaml").getFirst())
                    .items().stream()
                            .map(row -> DynamicTest.dynamicTest(row.textAt("says").orElseThrow(), () -> check(row)));
        }
    }

    @Test
    void a_long_chain_of_tasks_is_checked_in_no_time_to_speak_of() {
        var tasks = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            tasks.append("  - {name: t").append(i).append(", template: leaf");
            if (i > 0) {
                tasks.append(", depends: t").append(i - 1).append(", when: \"{{tasks.t").append(i - 1);
                tasks.append(".status}} != Failed\"");
            }
            tasks.append("}\n");
        }
        var spec =
                spec(
                        "entrypoint: d\ntemplates:\n- name: leaf\n  suspend: {}\n- name: d\n  dag:\n    tasks:\n"
                                + tasks.toString().indent(2));
        assertThat(Validation.check(Value.Mapping.EMPTY, spec, Map.of(), Validation.Use.RUN)).isEmpty();
    }

    @Test
    void templates_that_call_one_another_a_thousand_deep_are_checked() {
        var templates = new StringBuilder("entrypoint: t0\ntemplates:\n");
        for (int i = 0; i < 1_000; i++) {
            templates.append("- {name: t").append(i).append(", steps: [[{name: s, template: t").append(i + 1);
            templates.append("}]]}\n");
        }
        var missing = Validation.check(Value.Mapping.EMPTY, spec(templates.toString()), Map.of(), Validation.Use.RUN);
        assertThat(missing).hasSize(1);
        assertThat(missing.getFirst().message()).endsWith("templates.t999.steps[0].s template name 't1000' undefined");
        templates.append("- {name: t1000, suspend: {}}\n");
        assertThat(Validation.check(Value.Mapping.EMPTY, spec(templates.toString()), Map.of(), Validation.Use.RUN))
                .isEmpty();
    }

    private static void check(Value row) {
        var libraries = new LinkedHashMap<String, WorkflowSpec>();
        row.mapAt("libraries")
                .fields()
                .forEach((name, json) -> libraries.put(name, new WorkflowSpec((Value.Mapping) json)));
        var metadata = (Value.Mapping) row.find("metadata").orElse(Value.Mapping.EMPTY);
        var spec = spec(row.textAt("spec").orElseThrow());
        var found =
                Validation.check(metadata, spec, libraries, Validation.Use.RUN).stream()
                        .filter(one -> one.severity() == Diagnostic.Severity.ERROR)
                        .toList();
        var sentence = row.textAt("sentence").orElse("");
        if (sentence.isEmpty()) {
            assertThat(found).isEmpty();
        } else {
            assertThat(found).isNotEmpty();
            assertThat(found.getFirst().message()).isEqualTo(sentence);
            assertThat(found).allSatisfy(one -> assertThat(one.at().known()).isTrue());
        }
    }

    private static WorkflowSpec spec(String yaml) {
        return new WorkflowSpec((Value.Mapping) Yaml.parse(yaml.getBytes(UTF_8), "spec.yaml").getFirst());
    }
}
