package tiphys.language;

import tiphys.manifest.Value;

/// Writes into JSON by a sjson path, as a parameter's `dest` does.
public final class SjsonPath {
    private SjsonPath() {}

    /// The tree with the value set at the path; missing objects and lists are made on the way.
    ///
    /// @throws EvaluationFailed in sjson's words: `path cannot be empty`, `cannot set array element for non-numeric key '…'`
    public static Value set(Value root, String path, Value value) {
        throw new IllegalStateException("not here yet");
    }
}
