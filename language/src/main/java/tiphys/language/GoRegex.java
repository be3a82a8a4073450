package tiphys.language;

/// Regular expressions with Go's (RE2's) syntax, matched under a budget so that no pattern can run away.
public final class GoRegex {
    private GoRegex() {}

    /// Whether the pattern is found anywhere in the text.
    ///
    /// @throws EvaluationFailed if the pattern cannot be read or the budget is spent
    public static boolean find(String pattern, String text, Budget budget) {
        throw new IllegalStateException("not here yet");
    }
}
