package tiphys.manifest.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

class StrategicMergeTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    a field that is not said comes from below | {daemon: true, name: b} | {name: a} | {daemon: true, name: a}
                    objects are joined field by field         | {retryStrategy: {limit: 1, retryPolicy: Always}} | {retryStrategy: {limit: 0}} | {retryStrategy: {limit: 0, retryPolicy: Always}}
                    labels are joined by key                  | {metadata: {labels: {d: x, e: x}}} | {metadata: {labels: {e: own}}} | {metadata: {labels: {d: x, e: own}}}
                    items with a key are joined by it         | {container: {env: [{name: D, value: x}, {name: E, value: x}]}} | {container: {env: [{name: F}, {name: E, value: own}]}} | {container: {env: [{name: D, value: x}, {name: E, value: own}, {name: F}]}}
                    other lists are replaced                  | {container: {args: [a, b]}} | {container: {args: [c]}} | {container: {args: [c]}}
                    null says nothing                         | {daemon: true} | {daemon: null} | {daemon: true}
                    what nobody knows is replaced             | {other: {a: 1}} | {other: {b: 2}} | {other: {b: 2}}
                    """)
    void lies_over(String says, String under, String over, String merged) {
        assertThat(Schemas.merged("workflow.Template", yaml(under), yaml(over))).as(says).isEqualTo(yaml(merged));
    }

    private static Value.Mapping yaml(String text) {
        return (Value.Mapping) Yaml.parse(text.getBytes(UTF_8), "merge.yaml").getFirst();
    }
}
