package tiphys.language;

import java.util.Set;
import java.util.function.BiPredicate;

/// A DAG task's `depends`, parsed once. Immutable.
public final class Depends {
    private Depends() {}

    /// What a task may have come to.
    public enum Result {
        SUCCEEDED,
        FAILED,
        ERRORED,
        SKIPPED,
        OMITTED,
        DAEMONED,
        ANY_SUCCEEDED,
        ALL_FAILED
    }

    /// Reads a `depends`.
    ///
    /// @throws EvaluationFailed with the place in the text
    public static Depends parse(String text) {
        throw new IllegalStateException("not here yet");
    }

    /// What `dependencies: [a, b]` means: every one of them, as a bare name does.
    public static Depends all(Set<String> tasks) {
        throw new IllegalStateException("not here yet");
    }

    /// The tasks that it names, in the order of the text.
    public Set<String> tasks() {
        throw new IllegalStateException("not here yet");
    }

    /// Which results it names of which tasks (`A.AnySucceeded`); a bare name names none.
    public boolean names(Result result, String task) {
        throw new IllegalStateException("not here yet");
    }

    /// Whether it holds.
    ///
    /// @param is tells whether a task came to a result
    /// @param bare tells whether a bare name counts as true (`Succeeded || Skipped || Daemoned`, more with `continueOn`)
    public boolean holds(BiPredicate<String, Result> is, java.util.function.Predicate<String> bare) {
        throw new IllegalStateException("not here yet");
    }
}
