package tiphys.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.cli.terminal.Surroundings;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

class LintCommandTest {
    private static final String CLEAN = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}\n";
    private static final String BROKEN = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, dat: {}}\n";
    private static final String DOUBTFUL = "# nothing\n";

    @TempDir Path directory;

    private record Ended(int exit, String out, String err) {}

    @Test
    void clean_manifests_end_with_0() throws IOException {
        Files.writeString(directory.resolve("a.yaml"), CLEAN);
        assertThat(lint("", "a.yaml")).isEqualTo(new Ended(0, "No findings in 1 object of 1 file.\n", ""));
    }

    @Test
    void an_error_ends_with_1_and_shows_the_line() throws IOException {
        Files.createDirectory(directory.resolve("deep"));
        Files.writeString(directory.resolve("deep/a.yaml"), BROKEN);
        Files.writeString(directory.resolve("deep/notes.txt"), "no manifest");
        var ended = lint("", ".");
        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.out())
                .isEqualTo(
                        """
                        deep/a.yaml:1:56  error  TIP-1101  unknown field "dat"
                            1 │ {apiVersion: v1, kind: ConfigMap, metadata: {name: c}, dat: {}}
                              │                                                        ^^^ did you mean "data"?
                        1 error in 1 object of 1 file. More about a code: tiphys explain TIP-1101
                        """);
    }

    @Test
    void a_warning_ends_with_0_unless_lint_is_strict() throws IOException {
        Files.writeString(directory.resolve("a.yaml"), DOUBTFUL);
        assertThat(lint("", "a.yaml").exit()).isEqualTo(0);
        assertThat(lint("", "--strict", "--offline", "a.yaml").exit()).isEqualTo(1);
    }

    @Test
    void a_target_without_files_lists_what_is_honoured_there() {
        var ended = lint("", "--target", "process");
        assertThat(ended.exit()).isEqualTo(0);
        assertThat(ended.out())
                .contains("honoured  ScriptTemplate: source\n")
                .contains("ignored   RetryStrategy: affinity (there is one machine)\n")
                .contains("refused   VolumeSource: gcePersistentDisk, ");
        assertThat(lint("", "--target", "moon").exit()).isEqualTo(2);
    }

    @Test
    void machines_get_one_list() {
        var ended = lint(BROKEN, "-o", "json", "-");
        assertThat(ended.exit()).isEqualTo(1);
        assertThat(Json.parse(ended.out()))
                .isEqualTo(
                        Value.list(
                                java.util.List.of(
                                        Value.object(
                                                "code", "TIP-1101",
                                                "severity", "error",
                                                "message", "unknown field \"dat\"",
                                                "file", "stdin",
                                                "line", 1,
                                                "column", 56,
                                                "path", "dat",
                                                "hint", "did you mean \"data\"?"))));
        assertThat(lint(CLEAN, "-o", "json", "-").out()).isEqualTo("[]\n");
    }

    @Test
    void a_wrong_command_line_ends_with_2() {
        assertThat(lint("").exit()).isEqualTo(2);
        assertThat(lint("", "nowhere.yaml").exit()).isEqualTo(2);
        assertThat(lint("", ".").err()).contains("there is no manifest in .");
        assertThat(lint("", "-o", "xml", ".").exit()).isEqualTo(2);
    }

    private Ended lint(String in, String... args) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var around =
                new Surroundings(
                        Map.of("LANG", "C.UTF-8"),
                        directory,
                        new ByteArrayInputStream(in.getBytes(UTF_8)),
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(err, true, UTF_8),
                        new Surroundings.Terminals(false, false, false),
                        () -> 80,
                        InstantSource.system(),
                        () -> ZoneOffset.UTC);
        var line = new String[args.length + 1];
        line[0] = "lint";
        System.arraycopy(args, 0, line, 1, args.length);
        return new Ended(Main.run(around, line), out.toString(UTF_8), err.toString(UTF_8));
    }
}
