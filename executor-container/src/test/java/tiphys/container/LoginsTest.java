package tiphys.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tiphys.container.api.ImageName;
import tiphys.manifest.Value;

final class LoginsTest {
    private static final byte[] CONFIG =
            """
            {"auths": {"https://index.docker.io/v1/": {"auth": "YWRhOnMzOmNyZXQ="},
            "ghcr.io": {"username": "grace", "password": "p"}, "helper.example": {}}}
            """
                    .getBytes(UTF_8);

    private static Optional<Value> login(String image) {
        return Logins.find(ImageName.of(image), List.of("no json".getBytes(UTF_8), CONFIG));
    }

    @Test
    void dockers_own_registry_is_known_by_each_of_its_names() {
        assertThat(login("python:3.9"))
                .contains(Value.object("username", "ada", "password", "s3:cret", "serveraddress", "docker.io"));
    }

    @Test
    void another_registry_is_known_by_its_host() {
        assertThat(login("ghcr.io/some/image"))
                .contains(Value.object("username", "grace", "password", "p", "serveraddress", "ghcr.io"));
    }

    @Test
    void who_is_unknown_to_a_registry_says_nothing() {
        assertThat(login("quay.io/some/image")).isEmpty();
        assertThat(login("helper.example/image")).isEmpty();
    }
}
