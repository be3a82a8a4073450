package tiphys.language;

/// How much one evaluation may cost. Spent by the evaluators as they go, so a runaway expression ends the same way on
/// every machine: it is counted in steps and in bytes made, not in time. What is to be made is asked for first, so what is
/// not allowed never takes memory. Not safe for several threads; make one for each evaluation.
public final class Budget {
    /// What one place in a list or an object weighs beside its content, in bytes.
    public static final int ITEM = 16;

    private static final long STEPS = 1_000_000;
    private static final long BYTES = 16L << 20;

    private final long allowed;
    private long steps;
    private long bytes;

    private Budget(long steps, long bytes) {
        this.allowed = bytes;
        this.steps = steps;
        this.bytes = bytes;
    }

    /// A budget of that many steps and bytes made.
    public static Budget of(long steps, long bytes) {
        return new Budget(steps, bytes);
    }

    /// What one expression, filter or template gets: a million steps, 16 MiB made on its way to the result.
    public static Budget standard() {
        return of(STEPS, BYTES);
    }

    /// Whether it was exceeded, so that nothing more is evaluated with it.
    public boolean isExceeded() {
        return steps < 0 || bytes < 0;
    }

    /// How many bytes were made so far.
    public long made() {
        return allowed - bytes;
    }

    /// Takes steps.
    ///
    /// @throws EvaluationFailed when none are left
    public void spend(long count) {
        steps = count > steps ? -1 : steps - Math.max(0, count);
        if (steps < 0) {
            throw new EvaluationFailed("the evaluation took too many steps");
        }
    }

    /// Takes the bytes that are about to be made: a text of that many characters, a buffer, a copy. A part that is shared
    /// counts each time it is written out. Ask before you allocate.
    ///
    /// @throws EvaluationFailed when they are more than what is left
    public void make(long count) {
        bytes = count > bytes ? -1 : bytes - Math.max(0, count);
        if (bytes < 0) {
            throw new EvaluationFailed(
                    "the evaluation would make more than "
                            + (allowed >= 1 << 20 ? allowed >> 20 : allowed)
                            + (allowed >= 1 << 20 ? " MiB" : " bytes")
                            + " of values");
        }
    }

    /// Takes the places of a list or an object that is about to be made (its content is taken apart from them), and a step
    /// for each.
    ///
    /// @throws EvaluationFailed when they are more than what is left
    public void makeItems(long count) {
        spend(count);
        make(ITEM * count);
    }
}
