package tiphys.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs commands of this checkout as a user does, each bounded in time.
final class Program {
    /// The checkout that is tested.
    static final Path ROOT = root();

    private static final Duration PREPARATION = Duration.ofMinutes(5);

    static {
        // The first command prepares fast starts, which takes its time; no test's own limit has to allow for that.
        var ended = tiphys(PREPARATION, "version");
        if (ended.code() != 0) {
            throw new AssertionError("./tiphys cannot be used: " + ended.output());
        }
    }

    private Program() {}

    /// What a command did.
    ///
    /// @param output stdout and stderr as they came
    record Ended(int code, String output) {}

    /// Runs a command to its end in the checkout.
    ///
    /// @throws AssertionError if it takes longer than the limit; it is killed then
    static Ended run(Duration limit, List<String> command, Map<String, String> env) {
        try {
            var output = Files.createTempFile("tiphys-e2e", ".out");
            try {
                var process = start(command, env, output);
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                    throw new AssertionError(
                            String.join(" ", command)
                                    + " took longer than "
                                    + limit
                                    + ":\n"
                                    + Files.readString(output));
                }
                return new Ended(process.exitValue(), new String(Files.readAllBytes(output), StandardCharsets.UTF_8));
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /// Runs `./tiphys` with arguments.
    static Ended tiphys(Duration limit, String... arguments) {
        return run(limit, command(arguments), Map.of());
    }

    /// Starts a command whose output goes to a file.
    static Process start(List<String> command, Map<String, String> env, Path output) throws IOException {
        var builder = new ProcessBuilder(command).directory(ROOT.toFile()).redirectErrorStream(true);
        builder.environment().putAll(env);
        return builder.redirectOutput(output.toFile()).redirectInput(Path.of("/dev/null").toFile()).start();
    }

    /// The command line of `./tiphys` with arguments.
    static List<String> command(String... arguments) {
        var command = new ArrayList<>(List.of(ROOT.resolve("tiphys").toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static Path root() {
        var here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("ARCHITECTURE.md"))) {
            here = here.getParent();
        }
        return here;
    }
}
