package tiphys.container.choice;

import java.util.Locale;
import java.util.Optional;

/// What runs steps, as a flag or a template says.
public enum Choice {
    /// A process where one can run the step, else a container, if there is an engine.
    AUTO,
    /// Processes of this machine.
    PROCESS,
    /// Containers of an engine of this machine.
    CONTAINER;

    /// The annotation by which a template says it.
    public static final String ANNOTATION = "tiphys.io/executor";

    /// What a word means; empty if it means nothing.
    public static Optional<Choice> of(String word) {
        for (var one : values()) {
            if (one.word().equals(word)) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
