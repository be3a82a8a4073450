package tiphys.language.tags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Rows;
import tiphys.language.Scope;
import tiphys.language.tags.Tags.Unresolved;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

class TagsTest {
    static final Scope SCOPE =
            Scope.of(
                    Map.of(
                            "name", Value.text("world"),
                            "inputs.parameters.my-x", Value.text("hi"),
                            "quoted", Value.text("\"q\"\n"),
                            "nil", Value.nothing(),
                            "number", Value.number(1)));

    static Stream<Rows> tags() {
        return Rows.of("tags.txt");
    }

    @ParameterizedTest
    @MethodSource("tags")
    void a_text_is_replaced(Rows row) {
        String got;
        try {
            got = Tags.replace(row.what(), SCOPE, Unresolved.KEEP, Budget.standard());
        } catch (EvaluationFailed e) {
            got = e.getMessage();
        }
        assertThat(got).isEqualTo(row.result());
    }

    @Test
    void an_unresolved_tag_can_be_refused() {
        assertThatThrownBy(() -> Tags.replace("{{missing}}", SCOPE, Unresolved.REFUSE, Budget.standard()))
                .hasMessage("failed to resolve {{missing}}");
        assertThatThrownBy(() -> Tags.replace("{{=missing}}", SCOPE, Unresolved.REFUSE, Budget.standard()))
                .hasMessageStartingWith("failed to evaluate expression: unknown name missing (1:1)");
    }

    @Test
    void only_tags_of_the_named_prefixes_must_resolve() {
        var budget = Budget.standard();
        assertThatThrownBy(() -> Tags.replaceStrictly(Value.text("{{tasks.a.id}}"), SCOPE, Set.of("tasks"), budget))
                .hasMessage("failed to resolve {{tasks.a.id}}");
        var kept = Value.text("{{item}} {{tasks.a.outputs.artifacts.x}}");
        assertThat(Tags.replaceStrictly(kept, SCOPE, Set.of("tasks"), budget)).isEqualTo(kept);
    }

    @Test
    void a_value_cannot_break_out_of_its_string() {
        var tree = Json.parse("{\"{{name}}\": [\"x{{quoted}}\", 1]}");
        var replaced = Tags.replace(tree, SCOPE, Unresolved.KEEP, Budget.standard());
        assertThat(Json.write(replaced)).isEqualTo("{\"world\":[\"x\\\"q\\\"\\n\",1]}");
    }

    @Test
    void nested_tags_are_found_innermost_first() {
        assertThat(Tags.find("{{outer-{{inner}}}} {{=1 + 2}}"))
                .extracting(Tags.Tag::body)
                .containsExactly("inner", "outer-{{inner}}", "1 + 2");
    }
}
