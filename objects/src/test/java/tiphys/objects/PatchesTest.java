package tiphys.objects;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.Objects.Patch;

class PatchesTest {
    private static ApiObject object(String json) {
        return new ApiObject(ResourceTypes.CONFIG_MAP, (Value.Mapping) Json.parse(json));
    }

    @ParameterizedTest
    @MethodSource("patches")
    void a_patch_makes_of_a_document_what_its_standard_says(Rows row) {
        var parts = row.what().split(" ", 3);
        var patch = patch(parts[0], Json.parse(parts[2]));

        assertThat(Rows.said(() -> Json.write(Patches.apply(object(parts[1]), patch).json()))).isEqualTo(row.result());
    }

    static Stream<Rows> patches() {
        return Rows.of("patches.txt");
    }

    private static Patch patch(String kind, Value json) {
        return switch (kind) {
            case "merge" -> new Patch.Merge(json);
            case "json" -> new Patch.Json(json);
            case "strategic" -> new Patch.Strategic(json);
            case "apply" -> new Patch.Apply(json);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    @Test
    void copies_of_copies_and_ever_deeper_documents_are_refused() {
        var doubling = new ArrayList<Value>();
        var deepening = new ArrayList<Value>();
        for (int i = 0; i < 1000; i++) {
            doubling.add(Value.object("op", "copy", "from", "", "path", "/x" + i));
            deepening.add(Value.object("op", "add", "path", "/a".repeat(i + 1), "value", Value.Mapping.EMPTY));
        }
        var object = object("{\"data\":{\"k\":\"v\"}}");

        assertThat(Rows.said(() -> Patches.apply(object, new Patch.Json(Value.list(doubling))).toString()))
                .isEqualTo(
                        "422 Invalid the server rejected our request due to an error in our request: copy operation does "
                                + "not apply: the copied values have more than 3145728 bytes together");
        assertThat(Rows.said(() -> Patches.apply(object, new Patch.Json(Value.list(deepening))).toString()))
                .endsWith("add operation does not apply: the document would be nested too deeply");
    }

    @Test
    void applying_again_removes_what_is_not_wanted_any_more_and_keeps_what_others_set() {
        var first =
                Patches.remembering(object("{\"metadata\":{\"name\":\"a\"},\"data\":{\"old\":\"1\",\"kept\":\"2\"}}"));
        var touched =
                new ApiObject(
                        first.type(), first.json().with("data", Value.object("old", "1", "kept", "2", "foreign", "3")));

        var second = Patches.applied(touched, object("{\"metadata\":{\"name\":\"a\"},\"data\":{\"kept\":\"4\"}}"));

        assertThat(second.json().mapAt("data")).isEqualTo(Value.object("kept", "4", "foreign", "3"));
        assertThat(second.annotations().get(Patches.LAST_APPLIED)).contains("\"kept\":\"4\"").doesNotContain("old");
    }

    @Test
    void applying_the_same_again_changes_nothing() {
        var wanted = object("{\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"v\"}}");
        var first = Patches.remembering(wanted);

        assertThat(Patches.applied(first, wanted)).isSameAs(first);
    }

    @Test
    void what_kubectl_applied_is_understood() {
        var byKubectl =
                object(
                        """
                        {"metadata":{"name":"a","annotations":{"kubectl.kubernetes.io/last-applied-configuration":
                        "{\\"data\\":{\\"k\\":\\"v\\"},\\"metadata\\":{\\"annotations\\":{},\\"name\\":\\"a\\"}}\\n"}},"data":{"k":"v"}}\
                        """);

        assertThat(Patches.applied(byKubectl, object("{\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"v\"}}")))
                .isSameAs(byKubectl);
    }

    @Test
    void an_unreadable_memory_of_what_was_applied_removes_nothing() {
        var current =
                object(
                        """
                        {"metadata":{"name":"a","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{oh"}},"data":{"k":"v"}}\
                        """);

        var after = Patches.applied(current, object("{\"metadata\":{\"name\":\"a\"},\"data\":{\"l\":\"w\"}}"));

        assertThat(after.json().mapAt("data")).isEqualTo(Value.object("k", "v", "l", "w"));
    }
}
