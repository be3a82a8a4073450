package tiphys.events.derive;

import java.time.Duration;
import java.util.Optional;

/// When events make one event. A key is a path in the payload: events with different values are gathered apart, and one that has no
/// value there is not gathered; an empty path means all of them together.
public sealed interface Rule {
    /// The path of the key.
    String key();

    /// So many, or whatever came within a time after the first.
    record Batch(String key, int count, Duration within) implements Rule {}

    /// When none came for a time, or, if they never stop, within a time after the first.
    record Debounce(String key, Duration quiet, Optional<Duration> within) implements Rule {}

    /// When a field has had so many different values; given up within a time after the first.
    ///
    /// @param of the path of the field
    record WaitForAll(String key, String of, int count, Duration within) implements Rule {}

    /// When none came for a time; once until the next one comes.
    record Silence(Duration after) implements Rule {
        @Override
        public String key() {
            return "";
        }
    }

    /// In a word.
    default String word() {
        return switch (this) {
            case Batch _ -> "batch";
            case Debounce _ -> "debounce";
            case WaitForAll _ -> "waitForAll";
            case Silence _ -> "silence";
        };
    }
}
