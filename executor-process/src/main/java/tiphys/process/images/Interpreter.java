package tiphys.process.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A language's real interpreter on this host, behind any version manager's shim: asked once, by running it.
///
/// @param path of the interpreter itself
/// @param version as it says
public record Interpreter(String name, Path path, String version) {

    /// Languages whose interpreter is asked where it is.
    public enum Language {
        PYTHON("python3", "-c", "import sys; print(sys.executable); print(sys.version.split()[0])"),
        NODE("node", "-e", "console.log(process.execPath); console.log(process.versions.node)");

        @SuppressWarnings("ImmutableEnumChecker") // made by List.of
        private final List<String> question;

        Language(String... question) {
            this.question = List.of(question);
        }

        static Language named(String name) {
            return switch (name) {
                case "python" -> PYTHON;
                case "node" -> NODE;
                default -> throw new IllegalArgumentException("no interpreter is known of " + name);
            };
        }
    }

    /// Asks the host's interpreter; empty if there is none. Takes as long as its start.
    static Optional<Interpreter> ask(Language language) {
        var name = language.question.getFirst();
        try {
            var process =
                    new ProcessBuilder(language.question)
                            .redirectInput(Redirect.from(new File("/dev/null")))
                            .redirectError(Redirect.DISCARD)
                            .start();
            try (var out = process.getInputStream()) {
                var lines = new String(out.readAllBytes(), UTF_8).lines().toList();
                if (process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0 && lines.size() == 2) {
                    return Optional.of(new Interpreter(name, Path.of(lines.get(0)), lines.get(1)));
                }
                process.destroyForcibly();
                return Optional.empty();
            }
        } catch (IOException _) {
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /// For people: `python3 3.11.7 for python:3.9`.
    public String standsFor(String image) {
        return name + " " + version + " for " + image;
    }
}
