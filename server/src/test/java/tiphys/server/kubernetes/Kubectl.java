package tiphys.server.kubernetes;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// One unmodified kubectl of this machine.
///
/// @param version `1.27`, or the file's name if it does not say
/// @param program empty where the machine has none
public record Kubectl(String version, String program) {
    private static final int SECONDS = 60;

    /// What a command printed, and its exit code.
    public record Outcome(int code, String out, String err) {}

    /// The oldest and the newest kubectl next to the one on the `PATH`; all of them with `-Dkubectl=all`. One without a program
    /// if there is none, so that the tests can say so.
    public static List<Kubectl> onThisMachine() {
        var found =
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                        .map(folder -> Path.of(folder, "kubectl"))
                        .filter(Files::isExecutable)
                        .findFirst();
        if (found.isEmpty()) {
            return List.of(new Kubectl("missing", ""));
        }
        var all = beside(found.get());
        if (all.isEmpty()) {
            return List.of(new Kubectl("on the PATH", found.get().toString()));
        }
        return "all".equals(System.getProperty("kubectl")) || all.size() == 1
                ? all
                : List.of(all.getFirst(), all.getLast());
    }

    /// The versions that some distributions keep beside a kubectl that chooses among them.
    private static List<Kubectl> beside(Path kubectl) {
        try (var files = Files.list(kubectl.toRealPath().getParent())) {
            return files.filter(file -> file.getFileName().toString().matches("kubectl\\.1\\.\\d+"))
                    .map(file ->
                            new Kubectl(file.getFileName().toString().substring("kubectl.".length()), file.toString()))
                    .sorted(Comparator.comparingInt(one -> Integer.parseInt(one.version().substring(2))))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean present() {
        return !program.isEmpty();
    }

    /// Whether it is at least `1.MINOR`.
    boolean since(int minor) {
        return !version.matches("1\\.\\d+") || Integer.parseInt(version.substring(2)) >= minor;
    }

    /// Runs a command to its end; waits a minute at most.
    ///
    /// @param around what runs kubectl; empty where the test runs it itself
    Outcome run(List<String> around, Path kubeconfig, String input, String... arguments) {
        try {
            var out = Files.createTempFile("kubectl", ".out");
            var err = Files.createTempFile("kubectl", ".err");
            var builder =
                    builder(around, kubeconfig, arguments).redirectOutput(out.toFile()).redirectError(err.toFile());
            var process = builder.start();
            try (var stdin = process.outputWriter()) {
                stdin.write(input);
            }
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(
                        "kubectl " + String.join(" ", arguments) + " did not end: " + Files.readString(out));
            }
            var outcome = new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
            Files.delete(out);
            Files.delete(err);
            return outcome;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /// Starts a command that goes on, and reads its output line by line.
    Following follow(List<String> around, Path kubeconfig, String... arguments) {
        try {
            var process = builder(around, kubeconfig, arguments).redirectErrorStream(true).start();
            return new Following(process, process.inputReader());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A command that goes on until it is closed.
    public record Following(Process process, BufferedReader lines) implements AutoCloseable {
        /// The next line of its output; empty at the end.
        public String next() {
            try {
                var line = lines.readLine();
                return line == null ? "" : line;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private ProcessBuilder builder(List<String> around, Path kubeconfig, String... arguments) {
        var command = new ArrayList<>(around);
        command.add(program);
        command.addAll(Arrays.asList(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment()
                .putAll(
                        Map.of(
                                "KUBECONFIG", kubeconfig.toString(),
                                "HOME", kubeconfig.getParent().toString(),
                                "KUBE_EDITOR", "sed -i s/before/after/"));
        return builder;
    }

    /// The manifests of an example of this project.
    static List<Path> example(String name) {
        var root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("examples"))) {
            root = root.getParent();
        }
        try (Stream<Path> files = Files.list(root.resolve("examples").resolve(name))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return "kubectl " + version;
    }
}
