package tiphys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tiphys.cli.server.FakeServer;

/// What commands show, as `screens.txt` has it: a head `### WIDTH COMMAND` (width 0 is a pipe), then stdout, then stderr
/// behind `! `, then the exit code. Escapes are written as `\e`. `-Dtiphys.screens=FILE` writes what is shown now.
class ScreensTest {
    @TempDir Path directory;

    record Screenful(int width, String command, String shown) {}

    @TestFactory
    Stream<DynamicTest> each_screen_shows_what_the_file_says() throws IOException {
        var written = System.getProperty("tiphys.screens", "");
        if (!written.isEmpty()) {
            var text = new StringBuilder();
            for (var screen : screens()) {
                text.append(head(screen)).append('\n').append(show(screen)).append('\n');
            }
            Files.writeString(Path.of(written), text);
        }
        return screens().stream()
                .map(screen ->
                        DynamicTest.dynamicTest(
                                head(screen), () -> assertThat(show(screen)).isEqualTo(screen.shown())));
    }

    private static String head(Screenful screen) {
        return "### " + screen.width() + " " + screen.command();
    }

    private String show(Screenful screen) throws IOException {
        try (var server = new Pipeline().on(new FakeServer())) {
            var desk = Desk.at(directory, server);
            Files.writeString(
                    directory.resolve("bad.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x\ndata:\n");
            if (screen.width() > 0) {
                desk.terminal(screen.width());
            }
            var done = desk.run(words(screen.command()));
            var err = new StringBuilder();
            done.err().lines().forEach(line -> err.append(("! " + line).stripTrailing()).append('\n'));
            return (done.out() + err + "exit " + done.exit() + "\n")
                    .replace("\u001b", "\\e")
                    .replace(server.address(), "http://SERVER")
                    .replace(directory.toString(), "DIR")
                    .replace("process " + ProcessHandle.current().pid(), "process PID")
                    .replaceAll("within [0-9]+ ms", "within N ms");
        }
    }

    private static String[] words(String command) {
        var words = new ArrayList<String>();
        var match = java.util.regex.Pattern.compile("'([^']*)'|(\\S+)").matcher(command);
        while (match.find()) {
            words.add(match.group(1) == null ? match.group(2) : match.group(1));
        }
        return words.toArray(new String[0]);
    }

    private static List<Screenful> screens() throws IOException {
        try (var in = ScreensTest.class.getResourceAsStream("screens.txt")) {
            var text = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            var screens = new ArrayList<Screenful>();
            for (var part : text.split("(?m)^### ")) {
                if (!part.isBlank()) {
                    int end = part.indexOf('\n');
                    var head = part.substring(0, end).split(" ", 2);
                    var shown = part.substring(end + 1).replaceFirst("\n\n$", "\n");
                    screens.add(new Screenful(Integer.parseInt(head[0]), head[1], shown));
                }
            }
            assertThat(screens).isNotEmpty();
            return screens;
        }
    }
}
