package tiphys.objects;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tiphys.manifest.Json;
import tiphys.manifest.Yaml;

class RbacTest {
    private static final Rbac RBAC =
            Rbac.of(
                    Yaml.parse(Rows.text("rbac.yaml").getBytes(StandardCharsets.UTF_8), "rbac.yaml").stream()
                            .map(ApiObject::of)
                            .toList());

    @ParameterizedTest
    @MethodSource("wishes")
    void a_wish_is_granted_by_roles_and_bindings_alone(Rows row) {
        var parts = row.what().split(" ");
        var resource = parts[2].split("/");
        var type =
                ResourceTypes.ALL.stream().filter(known -> known.kind().equals(resource[0])).findFirst().orElseThrow();
        var wish =
                new Rbac.Wish(
                        parts[0],
                        parts[1],
                        type,
                        resource.length > 1 ? resource[1] : "",
                        parts[3].equals("-") ? "" : parts[3],
                        parts.length > 4 ? parts[4] : "");

        var said =
                Rows.said(() -> {
                    RBAC.check(wish);
                    return "allowed";
                });

        assertThat(said).isEqualTo(row.result().equals("allowed") ? "allowed" : "403 Forbidden " + row.result());
    }

    static Stream<Rows> wishes() {
        return Rows.of("rbac.txt");
    }

    @ParameterizedTest
    @MethodSource("gifts")
    void nobody_gives_what_he_has_not_got(Rows row) {
        int space = row.what().indexOf(' ');
        var object = ApiObject.of(Json.parse(row.what().substring(space + 1)));

        var said =
                Rows.said(() -> {
                    RBAC.checkGiving(row.what().substring(0, space), object);
                    return "allowed";
                });

        assertThat(said.lines().toList().getLast()).isEqualTo(row.result());
    }

    static Stream<Rows> gifts() {
        return Rows.of("rbac-giving.txt");
    }
}
