package tiphys.events.source;

import java.time.Instant;
import java.util.Optional;

/// Whether events can come in.
public sealed interface SourceState {
    /// Since when it is so.
    Instant since();

    /// They can.
    record Running(Instant since) implements SourceState {}

    /// They cannot for now, and it is tried again.
    ///
    /// @param again when
    record BackingOff(Instant since, String error, Instant again) implements SourceState {}

    /// They cannot until somebody does something about it.
    record Stopped(Instant since, String error) implements SourceState {}

    /// Why they cannot; empty if they can.
    default Optional<String> problem() {
        return switch (this) {
            case Running _ -> Optional.empty();
            case BackingOff(_, var error, _) -> Optional.of(error);
            case Stopped(_, var error) -> Optional.of(error);
        };
    }
}
