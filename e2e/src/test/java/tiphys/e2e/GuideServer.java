package tiphys.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tiphys.testkit.Eventually;

/// A `tiphys up` in a network of its own, where the guide's port 12000 is free, with the guide's seven manifests and more
/// applied. Only programs that are started inside reach it.
final class GuideServer implements AutoCloseable {
    /// The guide's namespace.
    static final String NAMESPACE = "argo-events";

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration COMMAND = Duration.ofSeconds(60);

    private final NetworkNamespace network = new NetworkNamespace();
    private final Path data;
    private final Process process;

    /// Starts it on a data directory; returns when it serves.
    ///
    /// @param manifests applied after the guide's
    GuideServer(Path data, Path manifests) {
        this.data = data;
        var output = data.resolveSibling(data.getFileName() + ".out");
        var command =
                Program.command(
                        "up",
                        "--data",
                        data.toString(),
                        "-n",
                        NAMESPACE,
                        "-f",
                        Program.ROOT.resolve("examples/ml-pipeline").toString(),
                        "-f",
                        manifests.toString());
        try {
            process = Program.start(network.command(command), Map.of(), output);
            Eventually.within(START, "the server's greeting", () -> greeted(output));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean greeted(Path output) {
        try {
            var said = Files.exists(output) ? Files.readString(output) : "";
            if (!process.isAlive()) {
                throw new AssertionError("the server ended:\n" + said);
            }
            return said.contains("Ctrl-C ends it");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Runs `./tiphys` with arguments against this server, and returns what it printed.
    ///
    /// @throws AssertionError if it fails
    String tiphys(String... arguments) {
        var ended =
                Program.run(
                        COMMAND,
                        network.command(Program.command(arguments)),
                        Map.of("TIPHYS_DATA", data.toString(), "TIPHYS_NAMESPACE", NAMESPACE));
        if (ended.code() != 0) {
            throw new AssertionError(String.join(" ", arguments) + " failed: " + ended.output());
        }
        return ended.output();
    }

    /// A program that starts another one inside this server's network.
    Path inside(String program, Path directory) {
        try {
            var script = directory.resolve("inside-" + Path.of(program).getFileName());
            Files.writeString(
                    script, "#!/bin/sh\nexec " + String.join(" ", network.command(List.of(program))) + " \"$@\"\n");
            if (!script.toFile().setExecutable(true)) {
                throw new IOException("cannot make " + script + " executable");
            }
            return script;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        network.close();
    }
}
