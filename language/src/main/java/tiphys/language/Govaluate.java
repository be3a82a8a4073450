package tiphys.language;

import java.util.Map;
import tiphys.manifest.Value;

/// The govaluate language, in which Argo writes `when` and the filters' `exprs`.
public final class Govaluate {
    private Govaluate() {}

    /// Whether a `when` holds, once its tags were replaced. Bare words are strings. An empty text holds.
    ///
    /// @throws EvaluationFailed in Argo's words: `Expected boolean evaluation for '…'. Got …`, `Invalid 'when' expression …`
    public static boolean when(String text, Budget budget) {
        throw new IllegalStateException("not here yet");
    }

    /// The value of an expression over variables, as the filters' `exprs` use it, with its trace.
    public static Trace evaluate(String text, Map<String, Value> variables, Budget budget) {
        throw new IllegalStateException("not here yet");
    }
}
