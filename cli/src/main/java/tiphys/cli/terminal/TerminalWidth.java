package tiphys.cli.terminal;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/// How many columns the terminal has: `COLUMNS` if it is set, else what `stty` says of the controlling terminal, asked
/// again after some seconds because windows change.
final class TerminalWidth implements IntSupplier {
    static final int DEFAULT = 80;

    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final int fixed;
    private int known;
    private long knownAt;

    TerminalWidth(Map<String, String> environment) {
        fixed = number(environment.getOrDefault("COLUMNS", ""));
    }

    @Override
    public synchronized int getAsInt() {
        if (fixed > 0) {
            return fixed;
        }
        long now = System.nanoTime();
        if (known == 0 || now - knownAt > KEPT_NANOS) {
            known = ask();
            knownAt = now;
        }
        return known;
    }

    private static int ask() {
        try {
            var stty = new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty"));
            var process = stty.redirectError(ProcessBuilder.Redirect.DISCARD).start();
            if (!process.waitFor(1, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return DEFAULT;
            }
            var words = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).trim();
            int columns = number(words.substring(words.indexOf(' ') + 1));
            return columns > 0 ? columns : DEFAULT;
        } catch (IOException e) {
            return DEFAULT; // no stty, no terminal: the usual width does
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return DEFAULT;
        }
    }

    private static int number(String text) {
        return text.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(text) : 0;
    }
}
