package tiphys.language.tags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
                .hasMessageStartingWith("failed to evaluate expression: missing is missing");
    }

    @Test
    void in_the_last_pass_what_argo_owns_must_resolve_and_what_is_foreign_stays() {
        var foreign = Value.text("docker ps --format '{{.Names}} {{ jinja }}'");
        assertThat(Tags.replace(foreign, SCOPE, Unresolved.LAST, Budget.standard())).isEqualTo(foreign);
        for (var own : List.of("{{inputs.parameters.x}}", "{{ item }}", "{{pod.name}}", "{{steps.a.id}}")) {
            assertThatThrownBy(() -> Tags.replace(own, SCOPE, Unresolved.LAST, Budget.standard()))
                    .hasMessage("failed to resolve " + own);
        }
        for (var own : List.of("{{=nosuch(name)}}", "{{=retries}}", "{{=1 +}}", "{{=nil}}")) {
            assertThatThrownBy(() -> Tags.replace(own, SCOPE, Unresolved.LAST, Budget.standard()))
                    .hasMessageStartingWith("failed to evaluate expression");
        }
    }

    @Test
    void the_last_pass_says_where_in_the_tree_it_failed() {
        var tree = Json.parse("{\"container\": {\"args\": [\"ok\",\n \"{{inputs.parameters.x}}\"]}}");
        assertThatThrownBy(() -> Tags.replace(tree, SCOPE, Unresolved.LAST, Budget.standard()))
                .hasMessage("container.args[1] (2:2): failed to resolve {{inputs.parameters.x}}");
    }

    @Test
    void what_waits_for_a_later_name_may_stay_and_what_can_never_be_may_not() {
        for (var late : List.of("{{=asInt(retries) + 1}}", "{{=pod.name}}", "{{=item}}", "{{missing}}")) {
            assertThat(Tags.replace(late, SCOPE, Unresolved.KEEP_LATE, Budget.standard())).isEqualTo(late);
        }
        for (var never : List.of("{{=missing}}", "{{=nosuch(name)}}", "{{=1 +}}")) {
            assertThatThrownBy(() -> Tags.replace(never, SCOPE, Unresolved.KEEP_LATE, Budget.standard()))
                    .hasMessageStartingWith("failed to evaluate expression");
        }
    }

    @Test
    void a_text_that_grows_too_large_is_not_made() {
        var scope = Scope.of(Map.of("big", Value.text("x".repeat(1 << 20))));
        assertThatThrownBy(() -> Tags.replace("{{big}}".repeat(100), scope, Unresolved.KEEP, Budget.standard()))
                .hasMessage("the evaluation would make more than 16 MiB of values");
    }

    @Test
    void only_tags_of_the_named_prefixes_must_resolve() {
        var budget = Budget.standard();
        assertThatThrownBy(() -> Tags.replaceStrictly(Value.text("{{tasks.a.id}}"), SCOPE, Set.of("tasks"), budget))
                .hasMessage("failed to resolve {{tasks.a.id}}");
        var kept = Value.text("{{item}} {{tasks.a.outputs.artifacts.x}}");
        assertThat(Tags.replaceStrictly(kept, SCOPE, Set.of("tasks"), budget)).isEqualTo(kept);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{{=tasks.zz.status}} | failed to evaluate expression: tasks is missing",
                "{{=steps.b.status}} | failed to evaluate expression: steps.b is missing",
                "{{=steps.b.status ?? 'none'}} | failed to evaluate expression: cannot fetch status from <nil> (1:9)",
                "{{=steps.b?.status ?? 'none'}} | none",
                "{{=workflow.parameters.nothing}} | {{=workflow.parameters.nothing}}",
                "{{=nothere + 1}} | {{=nothere + 1}}",
                "{{=item + steps.a.status}} | {{=item + steps.a.status}}",
                "{{=item + steps.b.status}} | failed to evaluate expression: steps.b is missing",
                "{{=asInt('abc')}} | failed to evaluate expression: invalid operation: int(abc) (1:1)",
                "{{=nil}} | failed to evaluate expression \"nil\"",
                "{{=1 +}} | failed to evaluate expression: unexpected token EOF (1:3)"
            })
    void in_a_body_what_is_missing_may_stay_and_what_fails_may_not(String text, String result) {
        var scope =
                Scope.of(Map.of("steps.a.status", Value.text("Succeeded"), "workflow.parameters.x", Value.text("")));
        String got;
        try {
            var replaced = Tags.replaceStrictly(Value.text(text), scope, Set.of("tasks", "steps"), Budget.standard());
            got = ((Value.Text) replaced).value();
        } catch (EvaluationFailed e) {
            got = e.getMessage().lines().findFirst().orElse("");
        }
        assertThat(got).isEqualTo(result);
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
