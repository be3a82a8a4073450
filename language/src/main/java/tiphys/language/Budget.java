package tiphys.language;

/// How much one evaluation may cost. Spent by the evaluators as they go, so a runaway expression ends the same way on
/// every machine: it is counted in steps and bytes, not in time. Not safe for several threads; make one per evaluation.
public final class Budget {
    private long steps;
    private long bytes;

    private Budget(long steps, long bytes) {
        this.steps = steps;
        this.bytes = bytes;
    }

    /// A budget of that many steps and result bytes.
    public static Budget of(long steps, long bytes) {
        return new Budget(steps, bytes);
    }

    /// What one expression, filter or template gets: a million steps, 16 MiB of results.
    public static Budget standard() {
        return of(1_000_000, 16L << 20);
    }

    /// Whether it was exceeded, so that nothing more is evaluated with it.
    public boolean isExceeded() {
        return steps < 0 || bytes < 0;
    }

    /// Takes steps.
    ///
    /// @throws EvaluationFailed when none are left
    public void spend(long count) {
        steps -= count;
        if (steps < 0) {
            throw new EvaluationFailed("the evaluation took too many steps");
        }
    }

    /// Takes result bytes.
    ///
    /// @throws EvaluationFailed when none are left
    public void grow(long count) {
        bytes -= count;
        if (bytes < 0) {
            throw new EvaluationFailed("the evaluation's result grew too large");
        }
    }
}
