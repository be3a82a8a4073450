package tiphys.manifest.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

class SchemaTest {

    @TestFactory
    Stream<DynamicTest> findings() throws IOException {
        return table("findings.yaml").stream()
                .map(row ->
                        DynamicTest.dynamicTest(
                                row.textAt("says").orElseThrow(),
                                () ->
                                        assertThat(check(row.textAt("manifest").orElseThrow()))
                                                .containsExactlyElementsOf(texts(row.listAt("findings")))));
    }

    @Test
    void a_kind_that_is_not_known_has_no_schema() {
        assertThat(Schemas.find("argoproj.io/v1alpha1", "WorkflowTaskSet")).isEmpty();
        assertThat(Schemas.find("v1", "Workflow")).isEmpty();
    }

    @Test
    void every_type_that_a_field_names_is_there() {
        var catalogue = Catalogue.load();
        for (var structure : catalogue.structures().values()) {
            structure.fields().values().forEach(field -> resolve(catalogue, field.type()));
        }
        assertThat(catalogue.structures()).hasSizeGreaterThan(350);
    }

    private static void resolve(Catalogue catalogue, Type type) {
        switch (type) {
            case Type.Reference reference -> assertThat(catalogue.get(reference)).isNotNull();
            case Type.ListOf(var item, _) -> resolve(catalogue, item);
            case Type.MapOf(var value) -> resolve(catalogue, value);
            case Type.Plain _, Type.Words _ -> {}
        }
    }

    private static List<String> check(String manifest) {
        var object = (Value.Mapping) Yaml.parse(manifest.getBytes(UTF_8), "manifest.yaml").getFirst();
        var schema = Schemas.find(object.textAt("apiVersion").orElseThrow(), object.textAt("kind").orElseThrow());
        return schema.orElseThrow().check(object).stream().map(SchemaTest::line).toList();
    }

    private static String line(Diagnostic found) {
        return found.at()
                + " "
                + found.severity()
                + " "
                + found.code()
                + " "
                + found.message()
                + found.hint()
                        .filter(hint -> hint.endsWith("?") || hint.startsWith("put"))
                        .map(hint -> " (" + hint + ")")
                        .orElse("");
    }

    private static List<String> texts(List<Value> values) {
        return values.stream().map(value -> ((Value.Text) value).value()).toList();
    }

    private static List<Value> table(String file) throws IOException {
        try (var in = Objects.requireNonNull(SchemaTest.class.getResourceAsStream(file), file)) {
            return ((Value.Sequence) Yaml.parse(in.readAllBytes(), file).getFirst()).items();
        }
    }
}
