package tiphys.language.kubepath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tiphys.language.Budget;
import tiphys.manifest.Json;

class KubePathTest {
    private static final String OBJECT =
            """
            {"kind":"List","n":2,"t":true,"x":null,"metadata":{"name":"l","labels":{"a.b/c":"d","e":"f"}},
             "items":[{"name":"one","status":{"n":1,"ok":true}},{"name":"two","status":{"n":2},"tags":["p","q"]},
                      {"name":"three","status":{"n":3}}]}
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = true,
            quoteCharacter = '~',
            value = {
                "{.kind} | List",
                "{$.kind} | List",
                "{@.kind} | List",
                "{.n}/{.t} | 2/true",
                "{.metadata.labels.e} | f",
                "{.metadata.labels['a.b/c']} | d",
                "{.metadata.labels.a\\.b/c} | d",
                "{.metadata.labels} | {\"a.b/c\":\"d\",\"e\":\"f\"}",
                "{.items[*].name} | one two three",
                "{.items[0].name} | one",
                "{.items[-1].name} | three",
                "{.items[0:2].name} | one two",
                "{.items[0,2].name} | one three",
                "{.items[0:3:2].name} | one three",
                "{.items[?(@.name==\"two\")].status.n} | 2",
                "{.items[?(@.status.n>1)].name} | two three",
                "{.items[?(@.tags)].name} | two",
                "{.items[?(@.status.ok==true)].name} | one",
                "{.items[1]['name','status']} | two {\"n\":2}",
                "{..n} | 2 1 2 3",
                "{.items[1].tags} | [\"p\",\"q\"]",
                "{range .items[*]}{.name}={.status.n};{end} | one=1;two=2;three=3;",
                "{range .items[*]}{.name}{\", \"}{end}. | one, two, three, .",
                "name: {.metadata.name} | name: l",
                "~{.nope.x}~ | ~~",
                "{.items[*].tags[*]} | p q",
            })
    void a_template_prints_what_kubectl_prints(String template, String printed) {
        assertThat(KubePath.parse(template).print(Json.parse(OBJECT), Budget.standard()))
                .isEqualTo(printed == null ? "" : printed);
    }

    @Test
    void a_place_that_a_list_has_not_is_an_error() {
        assertThatThrownBy(() -> KubePath.parse("{.items[7]}").print(Json.parse(OBJECT), Budget.standard()))
                .hasMessage(
                        "error executing jsonpath \"{.items[7]}\": Error executing template: array index out of bounds: index 7, length 3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{.a | unclosed action",
                "{.a[1} | unterminated array",
                "{end} | not in range, nothing to end",
                "{range .a}x | unclosed range, no end",
                "{.a[x]} | invalid array index x"
            })
    void what_cannot_be_read_says_why(String template, String why) {
        assertThatThrownBy(() -> KubePath.parse(template))
                .hasMessage("error parsing jsonpath " + template + ", " + why);
    }
}
