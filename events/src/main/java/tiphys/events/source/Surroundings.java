package tiphys.events.source;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import tiphys.events.Intake;

/// What a source works with.
///
/// @param intake takes events in
/// @param checkpoint where the source stands
/// @param threads runs what may block
/// @param changed to be called when the source's state is another, so that it is shown
public record Surroundings(
        Intake intake, Checkpoint checkpoint, InstantSource clock, Timer timer, Executor threads, Runnable changed) {

    /// Calls back.
    @FunctionalInterface
    public interface Timer {
        /// Calls back at an instant or somewhat before it: whoever is called looks at the clock again. The callback is short and never
        /// blocks.
        Wish at(Instant instant, Runnable callback);
    }

    /// A call that can be called off; without effect if it was made.
    @FunctionalInterface
    public interface Wish {
        void cancel();
    }
}
