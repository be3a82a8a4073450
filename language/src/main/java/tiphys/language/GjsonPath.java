package tiphys.language;

import java.util.Optional;
import tiphys.manifest.Value;

/// Reads from JSON by a gjson path, as `dataKey`, `contextKey` and the filters' `path` do.
public final class GjsonPath {
    private GjsonPath() {}

    /// What the path finds; a null counts as found.
    ///
    /// @throws EvaluationFailed if the path cannot be read or the budget is spent
    public static Optional<Value> get(Value root, String path, Budget budget) {
        throw new IllegalStateException("not here yet");
    }

    /// A found value as text, as gjson's `String()` gives it: strings as they are, whole numbers by their literal, other
    /// numbers shortest without exponent, null as `""`, objects and lists as compact JSON.
    public static String text(Value found) {
        throw new IllegalStateException("not here yet");
    }
}
