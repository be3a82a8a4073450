package tiphys.served.resource;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a template's `flags` say, as kubectl reads them.
///
/// @param words what stands without a dash: a kind and names, or `kind/name`
/// @param selector of labels; empty for none
/// @param all whether everything of the kind is meant
/// @param namespace empty for the run's own
/// @param fieldSelector empty for none
record Flags(List<String> words, String selector, String fieldSelector, boolean all, Optional<String> namespace) {
    /// Flags that change nothing here: the server waits, checks and answers in one way.
    private static final List<String> WITHOUT_EFFECT =
            List.of(
                    "--wait",
                    "--force",
                    "--grace-period",
                    "--timeout",
                    "--validate",
                    "--ignore-not-found",
                    "--cascade",
                    "--now",
                    "--save-config",
                    "--field-manager",
                    "--record",
                    "--overwrite",
                    "--show-managed-fields",
                    "--force-conflicts",
                    "--server-side",
                    "--request-timeout",
                    "--output",
                    "-o",
                    "-v",
                    "--v");

    Flags {
        words = List.copyOf(words);
    }

    /// @throws KubectlFailed if a flag is not known
    static Flags read(List<String> flags) {
        var words = new ArrayList<String>();
        var selector = "";
        var fieldSelector = "";
        boolean all = false;
        Optional<String> namespace = Optional.empty();
        for (int i = 0; i < flags.size(); i++) {
            var flag = flags.get(i).strip();
            if (!flag.startsWith("-") || flag.equals("-")) {
                words.add(flag);
                continue;
            }
            int equals = flag.indexOf('=');
            var name = equals < 0 ? flag : flag.substring(0, equals);
            Optional<String> given = equals < 0 ? Optional.empty() : Optional.of(flag.substring(equals + 1));
            switch (name) {
                case "-l", "--selector", "-n", "--namespace", "--field-selector" -> {
                    if (given.isEmpty() && i + 1 == flags.size()) {
                        throw new KubectlFailed("error: flag needs an argument: " + name);
                    }
                    var value = given.isPresent() ? given.get() : flags.get(++i);
                    switch (name) {
                        case "-l", "--selector" -> selector = value;
                        case "--field-selector" -> fieldSelector = value;
                        default -> namespace = Optional.of(value);
                    }
                }
                case "--all" -> all = !given.equals(Optional.of("false"));
                default -> {
                    if (!WITHOUT_EFFECT.contains(name)) {
                        throw new KubectlFailed("error: unknown flag: " + name);
                    }
                    boolean takes =
                            List.of(
                                            "--grace-period",
                                            "--timeout",
                                            "--field-manager",
                                            "-o",
                                            "--output",
                                            "-v",
                                            "--v",
                                            "--request-timeout")
                                    .contains(name);
                    if (given.isEmpty() && takes && i + 1 < flags.size()) {
                        i++;
                    }
                }
            }
        }
        return new Flags(words, selector, fieldSelector, all, namespace);
    }
}
