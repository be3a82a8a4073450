package tiphys.process.spawn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SpawnerTest {
    @TempDir private Path directory;

    static Stream<Spawner> spawners() {
        return Stream.of(Spawner.ofThisSystem(), new PortableSpawner());
    }

    private Spawner.Exit run(Spawner spawner, String line) throws Exception {
        var child = spawner.spawn(command("/bin/sh", line));
        child.await();
        return child.reap();
    }

    private Spawner.Command command(String program, String line) {
        return new Spawner.Command(
                Path.of(program),
                List.of("sh", "-c", line),
                Map.of("A", "b=c ä"),
                directory,
                directory.resolve("out"),
                Optional.of(directory.resolve("err")),
                Spawner.Belonging.OWN_GROUP,
                Optional.empty());
    }

    @ParameterizedTest
    @MethodSource("spawners")
    void gives_directory_environment_and_files(Spawner spawner) throws Exception {
        assertThat(run(spawner, "pwd; echo \"$A\"; cat; echo wrong >&2; exit 6")).isEqualTo(new Spawner.Exit.Code(6));
        assertThat(directory.resolve("out")).hasContent(directory.toRealPath() + "\nb=c ä\n");
        assertThat(directory.resolve("err")).hasContent("wrong\n");
    }

    @ParameterizedTest
    @MethodSource("spawners")
    void appends_to_what_was_printed_before(Spawner spawner) throws Exception {
        run(spawner, "echo 1");
        run(spawner, "echo 2");
        assertThat(directory.resolve("out")).hasContent("1\n2\n");
    }

    @ParameterizedTest
    @MethodSource("spawners")
    void says_what_cannot_be_started(Spawner spawner) throws Exception {
        var text = Files.writeString(directory.resolve("text"), "no program");
        assertThatThrownBy(() -> spawner.spawn(command(text.toString(), "true")))
                .isInstanceOf(Spawner.CannotSpawn.class)
                .hasMessageContaining(text.toString());
    }

    @ParameterizedTest
    @MethodSource("spawners")
    void leaves_no_open_file_of_ours_to_the_child(Spawner spawner) throws Exception {
        try (var _ = Files.newInputStream(Files.createFile(directory.resolve("ours")))) {
            run(spawner, "ls -l /proc/self/fd");
        }
        assertThat(Files.readString(directory.resolve("out"))).doesNotContain("ours");
    }
}
