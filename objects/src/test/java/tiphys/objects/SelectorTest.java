package tiphys.objects;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

class SelectorTest {
    private static final List<ApiObject> OBJECTS =
            Stream.of(
                            """
                            {"metadata":{"name":"one","namespace":"argo","labels":{"app":"ml","tier":"gold","size":"3"}}}\
                            """,
                            """
                            {"metadata":{"name":"two","namespace":"argo","labels":{"app":"ml","size":"12",
                            "workflows.argoproj.io/phase":"Running"}},"status":{"phase":"Running"}}\
                            """,
                            """
                            {"metadata":{"name":"three","namespace":"argo","labels":{"app":"web","tier":"","size":"large"}},
                            "status":{"phase":"Failed"}}\
                            """,
                            """
                            {"metadata":{"name":"four","namespace":"other"},"status":{"phase":"Running"}}\
                            """)
                    .map(json -> new ApiObject(ResourceTypes.WORKFLOW, (Value.Mapping) Json.parse(json)))
                    .toList();

    @ParameterizedTest
    @MethodSource("selectors")
    void a_selector_means_the_objects_that_Kubernetes_would_choose(Rows row) {
        int tilde = row.what().indexOf('~');
        var labels = row.what().substring(0, tilde).strip();
        var fields = row.what().substring(tilde + 1).strip();

        var said =
                Rows.said(() -> {
                    var selector = Selector.parse(labels, fields);
                    return OBJECTS.stream()
                            .filter(selector::matches)
                            .map(ApiObject::name)
                            .collect(Collectors.joining(" "));
                });

        assertThat(said.isEmpty() ? "none" : said).isEqualTo(row.result());
    }

    static Stream<Rows> selectors() {
        return Rows.of("selectors.txt");
    }

    @Test
    void a_selector_knows_the_one_name_that_can_match() {
        assertThat(Selector.parse("a=b", "metadata.name=x").name()).contains("x");
        assertThat(Selector.parse("", "metadata.name!=x").name()).isEmpty();
        assertThat(Selector.ALL.name()).isEmpty();
    }
}
