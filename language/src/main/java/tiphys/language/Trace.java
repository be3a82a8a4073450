package tiphys.language;

import java.util.List;
import java.util.Optional;
import tiphys.manifest.Value;

/// How an evaluation came to its result: this part of the text had this value, because its parts had theirs.
///
/// @param text the part as it is written
/// @param value what it was; empty if it failed or was not needed
/// @param error why it failed; empty if it did not
public record Trace(String text, Optional<Value> value, String error, List<Trace> parts) {
    public Trace {
        parts = List.copyOf(parts);
    }
}
