package tiphys.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tiphys.testkit.Seeded;

class YamlWriterTest {
    private static final List<String> PIECES =
            List.of(
                    "a",
                    "Z",
                    "0",
                    "7",
                    "true",
                    "no",
                    "null",
                    "~",
                    " ",
                    "  ",
                    "\t",
                    "\n",
                    "\n\n",
                    "\r",
                    "-",
                    "- ",
                    ":",
                    ": ",
                    "#",
                    " #",
                    "'",
                    "\"",
                    "\\",
                    "{",
                    "}",
                    "[",
                    "]",
                    ",",
                    "&",
                    "*",
                    "!",
                    "|",
                    ">",
                    "%",
                    "@",
                    "`",
                    "?",
                    "? ",
                    "<<",
                    "=",
                    ".",
                    "...",
                    "---",
                    "0x1F",
                    "1e3",
                    "12:30",
                    "2001-12-14",
                    ".inf",
                    "{{x}}",
                    "é",
                    "😀",
                    "\u0085",
                    "\u2028",
                    "\uFEFF",
                    "\u0007",
                    "\u00A0",
                    "word and another",
                    "_",
                    "+");

    @Test
    void an_object_is_written_as_kubectl_writes_it() {
        var yaml =
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata:
                  annotations: {}
                  creationTimestamp: "2026-11-25T10:00:00Z"
                  generateName: hello-
                  labels:
                    number: "1"
                    truth: "true"
                spec:
                  arguments:
                    parameters:
                    - name: message
                      value: 'a: b'
                    - name: nothing
                      value: ""
                  suspend: false
                  templates:
                  - name: main
                    script:
                      args: []
                      command:
                      - python3
                      source: |
                        for i in range(3):
                            print(i)
                    steps:
                    - - name: one
                        template: main
                      - name: two
                        template: main
                    weight: 1.5
                """;
        assertThat(Yaml.write(Yaml.parse(yaml.getBytes(UTF_8), "x").getFirst())).isEqualTo(yaml);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "plain ~ plain",
                "two words ~ two words",
                "yes ~ \"yes\"",
                "12 ~ \"12\"",
                "1e3 ~ \"1e3\"",
                "0x1F ~ \"0x1F\"",
                "1.2.3 ~ 1.2.3",
                "12:30 ~ \"12:30\"",
                "2026-11-25 ~ \"2026-11-25\"",
                "{{inputs.parameters.x}} ~ '{{inputs.parameters.x}}'",
                "it's ~ it's",
                "'quoted' ~ '''quoted'''",
                "* ~ '*'",
                "- ~ '-'",
                "-x ~ -x",
                "a #b ~ 'a #b'",
                "a#b ~ a#b",
                "http://x:80/y ~ http://x:80/y",
                "${HOME} ~ ${HOME}",
            })
    void a_text_is_quoted_only_where_it_would_be_read_as_something_else(String text, String written) {
        assertThat(Yaml.write(Value.text(text))).isEqualTo(written + "\n");
    }

    @Test
    void a_text_of_several_lines_keeps_how_it_ends_and_begins() {
        var object =
                Value.object("none", "a\nb", "one", "a\nb\n", "two", "a\n\n", "spaces", "  a\nb\n", "tab", "a\n\tb\n");
        assertThat(Yaml.write(object))
                .isEqualTo(
                        """
                        none: |-
                          a
                          b
                        one: |
                          a
                          b
                        two: |+
                          a

                        spaces: |2
                            a
                          b
                        tab: |
                          a
                          \tb
                        """);
    }

    @Test
    void what_cannot_be_seen_is_escaped() {
        assertThat(Yaml.write(Value.text("a \nb"))).isEqualTo("\"a \\nb\"\n");
        assertThat(Yaml.write(Value.text("a\tb\r"))).isEqualTo("\"a\\tb\\r\"\n");
        assertThat(Yaml.write(Value.text("\u0007\u2028"))).isEqualTo("\"\\x07\\u2028\"\n");
    }

    @Seeded(tries = 500)
    void what_is_written_is_read_back(RandomGenerator random) {
        var value = value(random, 4);
        var yaml = Yaml.write(value);
        if (!(value instanceof Value.Null)) {
            assertThat(Yaml.parse(yaml.getBytes(UTF_8), "x")).as(yaml).containsExactly(value);
        }
    }

    private static Value value(RandomGenerator random, int depth) {
        return switch (random.nextInt(depth == 0 ? 6 : 10)) {
            case 0 -> new Value.Null(Position.NONE);
            case 1 -> Value.bool(random.nextBoolean());
            case 2 -> Value.number(random.nextBoolean() ? random.nextLong() : random.nextInt(-10, 10));
            case 3 -> new Value.Number(Double.toString(random.nextDouble(-1e9, 1e9)), Position.NONE);
            case 4, 5 -> Value.text(text(random));
            case 6, 7 -> {
                var items = new ArrayList<Value>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    items.add(value(random, depth - 1));
                }
                yield Value.list(items);
            }
            default -> {
                Map<String, Value> fields = new LinkedHashMap<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    var key = random.nextInt(50) == 0 ? "long".repeat(random.nextInt(30, 500)) : text(random);
                    fields.put(key, value(random, depth - 1));
                }
                yield new Value.Mapping(fields, Map.of(), Position.NONE);
            }
        };
    }

    private static String text(RandomGenerator random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }
}
