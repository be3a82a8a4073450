package tiphys.language.bombs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.language.Rows;

/// A text in a manifest must not take memory, stack or time beyond its budget, whatever it says.
class BombsTest {
    private static final long ALLOWED_BYTES = (16L << 20) + 1;
    private static final long ALLOWED_MILLIS = 20_000;

    @TempDir Path directory;

    @Test
    void no_bomb_ends_a_small_process() throws IOException, InterruptedException {
        var out = directory.resolve("out");
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx160m",
                                "-Xss512k",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                BombRunner.class.getName())
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
        assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
        var lines = Files.readAllLines(out);
        assertThat(process.exitValue()).as("the last it said: %s", lines.isEmpty() ? "" : lines.getLast()).isZero();
        assertThat(lines).hasSameSizeAs(Rows.lines("bombs.txt").toList());
        for (var line : lines) {
            var parts = line.split("\t", -1);
            assertThat(parts[1]).as(parts[0]).startsWith("failed ");
            assertThat(Long.parseLong(parts[2])).as(parts[0]).isLessThanOrEqualTo(ALLOWED_BYTES);
            assertThat(Long.parseLong(parts[3])).as(parts[0]).isLessThan(ALLOWED_MILLIS);
        }
    }
}
