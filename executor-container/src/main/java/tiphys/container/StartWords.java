package tiphys.container;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Finds in the words of engines why a program did not run, and says it as Argo's own runner of the program does.
final class StartWords {
    private static final Pattern RUNTIME =
            Pattern.compile(
                    "exec: \"?([^\"]*?)\"?: (executable file not found in \\$PATH|stat [^:]*: no such file or directory"
                            + "|no such file or directory|permission denied|is a directory)");

    /// The exit codes of the programs behind which containers run: of podman's, and of Docker's.
    private static final Set<Integer> CODES = Set.of(1, 126, 127);

    private static final Pattern INIT =
            Pattern.compile(
                    "^(?:ERROR \\(catatonit:\\d+\\): failed to exec pid1|\\[FATAL tini \\(\\d+\\)\\] exec .* failed): ([^\\n]*)");

    static final String DENIED = "permission denied";

    private StartWords() {}

    /// Of a program that is none, but a directory, of which engines say the same as of one without rights.
    static String directory(String program) {
        return "exec: \"%s\": is a directory".formatted(program);
    }

    /// Of a container that did not start.
    static String refused(String said, String program) {
        var found = RUNTIME.matcher(said);
        return found.find() ? words(program, found.group(2)) : "the engine did not start the container: " + said;
    }

    /// Of a container whose first program could not start the step's own; empty if that ran.
    ///
    /// @param head what was printed to stderr first
    static Optional<String> ended(int code, String head, List<String> argv) {
        if (!CODES.contains(code) || argv.isEmpty()) {
            return Optional.empty();
        }
        var found = INIT.matcher(head);
        return found.find() ? Optional.of(words(argv.getFirst(), found.group(1).strip())) : Optional.empty();
    }

    private static String words(String program, String why) {
        var lower = why.toLowerCase(java.util.Locale.ROOT);
        if (lower.contains(DENIED)) {
            return "exec: \"%s\": permission denied".formatted(program);
        }
        return program.contains("/")
                ? "exec: \"%s\": stat %s: no such file or directory".formatted(program, program)
                : "exec: \"%s\": executable file not found in $PATH".formatted(program);
    }
}
