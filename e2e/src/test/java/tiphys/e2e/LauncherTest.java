package tiphys.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where an installation's launcher keeps what the JVM learned. The run time is a script that writes down how it was called.
class LauncherTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String JAVA =
            """
            #!/bin/sh
            echo "$@" >>"%s"
            for word; do
                case $word in -XX:AOTCacheOutput=*) echo learned >"${word#*=}" ;; esac
            done
            """;

    @TempDir Path directory;

    private Path installation;
    private Path calls;
    private Path home;

    @BeforeEach
    void install() throws IOException {
        home = Files.createDirectory(directory.resolve("a home"));
        calls = directory.resolve("calls");
        installation = directory.resolve("an installation");
        for (var part : List.of("bin", "lib", "runtime/bin")) {
            Files.createDirectories(installation.resolve(part));
        }
        Files.copy(Program.ROOT.resolve("packaging/tiphys"), installation.resolve("bin/tiphys"));
        Files.copy(Program.ROOT.resolve("packaging/launch.sh"), installation.resolve("lib/launch.sh"));
        Files.writeString(installation.resolve("lib/build"), "1.2.3-abc\n");
        var java = Files.writeString(installation.resolve("runtime/bin/java"), JAVA.formatted(calls));
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private List<String> start(Path place, List<String> arguments) throws IOException {
        return called(Program.run(LIMIT, command(place, arguments), Map.of("HOME", home.toString())));
    }

    private static List<String> command(Path place, List<String> arguments) {
        var command = new ArrayList<>(List.of(place.resolve("bin/tiphys").toString()));
        command.addAll(arguments);
        return command;
    }

    private List<String> called(Program.Ended ended) throws IOException {
        assertThat(ended.code()).as(ended.output()).isZero();
        var lines = Files.readAllLines(calls);
        Files.delete(calls);
        return lines;
    }

    @Test
    void the_first_start_rehearses_beside_the_program_and_the_next_ones_use_it() throws IOException {
        assertThat(start(installation, List.of("up", "--data", "my data")))
                .hasSize(3)
                .anySatisfy(call -> assertThat(call).endsWith("tiphys.app.Main rehearse server"))
                .anySatisfy(call -> assertThat(call).endsWith("tiphys.app.Main rehearse client"))
                .last()
                .satisfies(call ->
                        assertThat(call)
                                .contains("-XX:AOTCache=" + installation.resolve("cache/tiphys.aot"), "-Xmx512m")
                                .endsWith("tiphys.app.Main up --data my data"));
        assertThat(start(installation, List.of("version")))
                .singleElement()
                .satisfies(call ->
                        assertThat(call)
                                .contains("-XX:AOTCache=" + installation.resolve("cache/tiphys-client.aot"), "-Xmx1g")
                                .endsWith("tiphys.app.Main version"));
    }

    @Test
    void what_was_learned_in_another_place_or_by_another_build_is_learned_anew() throws IOException {
        start(installation, List.of("version"));
        var moved = Files.move(installation, directory.resolve("moved"));
        assertThat(start(moved, List.of("version"))).hasSize(3);
        assertThat(start(moved, List.of("version"))).hasSize(1);
        Files.writeString(moved.resolve("lib/build"), "1.2.4-def\n");
        assertThat(start(moved, List.of("version"))).hasSize(3);
    }

    @Test
    void where_the_program_cannot_be_written_it_is_kept_with_the_user() throws IOException {
        var bare = new BareMachine(directory);
        var env = Map.of("HOME", home.toString());
        var command = bare.readOnly(installation, env, command(installation, List.of("version")));
        assertThat(called(Program.run(LIMIT, command, Map.of()))).hasSize(3);
        var kept = home.resolve(".cache/tiphys/1.2.3-abc/tiphys-client.aot");
        assertThat(called(Program.run(LIMIT, command, Map.of())))
                .singleElement()
                .satisfies(call -> assertThat(call).contains("-XX:AOTCache=" + kept));
    }

    @Test
    void where_nothing_can_be_written_it_runs_all_the_same() throws IOException {
        var bare = new BareMachine(directory);
        var command = bare.readOnly(installation, Map.of(), command(installation, List.of("version")));
        assertThat(called(Program.run(LIMIT, command, Map.of())))
                .singleElement()
                .satisfies(call -> assertThat(call).doesNotContain("AOTCache").endsWith("tiphys.app.Main version"));
    }

    @Test
    void a_rehearsal_that_fails_is_not_tried_at_each_start() throws IOException {
        var java = installation.resolve("runtime/bin/java");
        Files.writeString(
                java, "#!/bin/sh\necho \"$@\" >>\"" + calls + "\"\ncase \"$*\" in *rehearse*) exit 1 ;; esac\n");
        assertThat(start(installation, List.of("version"))).hasSize(3);
        assertThat(start(installation, List.of("version")))
                .singleElement()
                .satisfies(call -> assertThat(call).doesNotContain("AOTCache"));
    }
}
