package tiphys.events.source;

import java.time.Instant;
import java.util.Optional;

/// A source at work. Safe for every thread.
public interface Source extends AutoCloseable {
    /// How it is now.
    SourceState state();

    /// What went wrong last, also if it was overcome since.
    default Optional<Trouble> lastTrouble() {
        return Optional.empty();
    }

    /// What was turned away since it exists.
    default Optional<Refusals> refusals() {
        return Optional.empty();
    }

    /// Ends it: when this returns, nothing is handed in any more. What was handed in and is not on disk yet may still become events;
    /// it is acknowledged or comes again.
    @Override
    void close();

    /// Ends it for good: nobody wants it any more, so what was made for it elsewhere goes as well. Does not wait for that.
    default void end() {
        close();
    }

    /// What went wrong.
    record Trouble(Instant at, String message) {}

    /// Those that were turned away.
    ///
    /// @param message why the last one was, and what to do if it was meant to be taken
    record Refusals(long total, Instant lastAt, String message) {}
}
