package tiphys.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tiphys.testkit.Eventually;

/// Runs the commands that the documents show. A fenced block is tagged `sh run` (must succeed), `sh serve` (is started and
/// kept until the document's end) or `sh skip: reason`.
class DocumentsTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```([^\\n]*)\\n(.*?)^```$");
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @TempDir Path directory;

    private record Block(String tag, String text) {}

    @TestFactory
    Stream<DynamicTest> the_commands_of_each_document_work() throws IOException {
        return documents().stream()
                .filter(document -> blocks(document).stream().anyMatch(block -> block.tag().startsWith("sh ")))
                .map(document ->
                        DynamicTest.dynamicTest(Program.ROOT.relativize(document).toString(), () -> run(document)));
    }

    @Test
    void every_block_of_commands_is_tagged_and_each_skip_has_a_reason() throws IOException {
        int skipped = 0;
        for (var document : documents()) {
            for (var block : blocks(document)) {
                if (block.tag().equals("sh") || block.tag().startsWith("sh ")) {
                    assertThat(block.tag()).as(document + ": " + block.text()).matches("sh (run|serve|skip: .{10,})");
                    skipped += block.tag().startsWith("sh skip") ? 1 : 0;
                }
            }
        }
        System.out.println("documents: " + skipped + " blocks of commands are skipped, each with its reason");
        assertThat(skipped).isLessThan(10);
    }

    private void run(Path document) throws IOException, InterruptedException {
        var serving = new ArrayList<Process>();
        try (var network = new NetworkNamespace()) {
            var env = Map.of("XDG_DATA_HOME", directory.resolve("data").toString(), "HOME", directory.toString());
            for (var block : blocks(document)) {
                var command = network.command(List.of("bash", "-euo", "pipefail", "-c", block.text()));
                if (block.tag().equals("sh run")) {
                    var ended = Program.run(LIMIT, command, env);
                    assertThat(ended.code()).as(block.text() + "\n" + ended.output()).isZero();
                } else if (block.tag().equals("sh serve")) {
                    serving.add(serve(command, env, block.text()));
                }
            }
        } finally {
            for (var process : serving) {
                var runners = process.descendants().toList();
                process.destroy();
                process.waitFor(30, TimeUnit.SECONDS);
                runners.forEach(ProcessHandle::destroyForcibly);
            }
        }
    }

    private Process serve(List<String> command, Map<String, String> env, String text) throws IOException {
        var output = directory.resolve("serve.out");
        var process = Program.start(command, env, output);
        Eventually.within(
                Duration.ofSeconds(60),
                text.strip() + " says that it is ready",
                () -> {
                    try {
                        return Files.readString(output).contains("KUBECONFIG=");
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
        return process;
    }

    private static List<Path> documents() throws IOException {
        try (var top = Files.list(Program.ROOT);
                var docs = Files.walk(Program.ROOT.resolve("docs"))) {
            return Stream.concat(top, docs).filter(file -> file.toString().endsWith(".md")).sorted().toList();
        }
    }

    private static List<Block> blocks(Path document) {
        try {
            return BLOCK.matcher(Files.readString(document))
                    .results()
                    .map(found -> new Block(found.group(1).strip(), found.group(2)))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
