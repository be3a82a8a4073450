package tiphys.container;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tiphys.container.api.ImageName;

final class ImageNameTest {
    @ParameterizedTest
    @CsvSource({
        "python:3.9, docker.io/library/python:3.9",
        "busybox, docker.io/library/busybox:latest",
        "argoproj/argosay:v2, docker.io/argoproj/argosay:v2",
        "ghcr.io/a/b, ghcr.io/a/b:latest",
        "localhost:5000/a:1, localhost:5000/a:1",
        "localhost/a, localhost/a:latest",
        "a@sha256:12, docker.io/library/a@sha256:12",
        "a:1@sha256:12, docker.io/library/a@sha256:12"
    })
    void a_short_name_means_what_it_means_to_docker(String name, String whole) {
        assertThat(ImageName.of(name).text()).isEqualTo(whole);
    }
}
