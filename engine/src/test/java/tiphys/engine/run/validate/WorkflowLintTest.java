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

class WorkflowLintTest {

    @TestFactory
    Stream<DynamicTest> workflows() throws IOException {
        try (var in = Objects.requireNonNull(WorkflowLintTest.class.getResourceAsStream("workflow-lint.yaml"))) {
            return ((Value.Sequence) Yaml.parse(in.readAllBytes(), "workflow-lint.yaml").getFirst())
                    .items().stream()
                            .map(row -> DynamicTest.dynamicTest(row.textAt("says").orElseThrow(), () -> check(row)));
        }
    }

    @Test
    void a_template_may_leave_its_arguments_to_those_who_run_it() {
        var spec = spec("templates: [{name: leaf, container: {image: alpine, args: ['{{workflow.parameters.x}}']}}]");
        assertThat(WorkflowLint.template(Value.object("spec", spec), Map.of())).isEmpty();
    }

    private static void check(Value row) {
        var templates = new LinkedHashMap<String, WorkflowSpec>();
        row.mapAt("templates")
                .fields()
                .forEach((name, json) -> templates.put(name, new WorkflowSpec((Value.Mapping) json)));
        var workflow = Value.object("spec", spec(row.textAt("workflow").orElseThrow()));
        assertThat(WorkflowLint.workflow(workflow, templates).stream().map(WorkflowLintTest::line))
                .containsExactlyElementsOf(
                        row.listAt("findings").stream().map(value -> ((Value.Text) value).value()).toList());
    }

    private static Value spec(String yaml) {
        return Yaml.parse(yaml.getBytes(UTF_8), "workflow.yaml").getFirst();
    }

    private static String line(Diagnostic found) {
        return "%s %s %s %s%s"
                .formatted(
                        found.at(),
                        found.severity(),
                        found.code(),
                        found.message(),
                        found.hint().filter(hint -> hint.endsWith("?")).map(hint -> " (" + hint + ")").orElse(""));
    }
}
