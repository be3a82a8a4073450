package tiphys.attempts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What of arguments and variables no program can be started with.
public final class LongArguments {
    /// Linux takes no argument and no variable of 32 pages, counted with the byte that ends it.
    private static final int LONGEST_BYTES = (128 << 10) - 1;

    private LongArguments() {}

    /// The first that is too long, as a sentence; empty if none is.
    ///
    /// @param commands how many of them the manifest calls its command; the others are arguments
    public static Optional<String> refusal(int commands, List<String> argv, Map<String, String> env) {
        for (int i = 0; i < argv.size(); i++) {
            int bytes = argv.get(i).getBytes(UTF_8).length;
            if (bytes > LONGEST_BYTES) {
                return Optional.of(
                        refusal(i < commands ? "command[" + i + "]" : "args[" + (i - commands) + "]", bytes));
            }
        }
        for (var variable : env.entrySet()) {
            int bytes = variable.getKey().length() + 1 + variable.getValue().getBytes(UTF_8).length;
            if (bytes > LONGEST_BYTES) {
                return Optional.of(refusal("the variable " + variable.getKey(), bytes));
            }
        }
        return Optional.empty();
    }

    private static String refusal(String what, int bytes) {
        return ("TIP-6008: argument list too long: %s has %d bytes, and this system starts no program with more than %d in one;"
                        + " hand a large value over in a file: as the source of a script template, or as a key of a ConfigMap in a volume")
                .formatted(what, bytes, LONGEST_BYTES);
    }
}
