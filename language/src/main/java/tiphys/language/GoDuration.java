package tiphys.language;

import java.time.Duration;
import java.util.Optional;

/// Durations as Go writes them (`1m30s`, `500ms`), or as a plain number of seconds where Argo allows it.
public final class GoDuration {
    private GoDuration() {}

    /// The duration; empty if the text is none.
    public static Optional<Duration> parse(String text) {
        throw new IllegalStateException("not here yet");
    }

    /// The duration, where a plain number means seconds; empty if the text is neither.
    public static Optional<Duration> parseOrSeconds(String text) {
        throw new IllegalStateException("not here yet");
    }
}
