package tiphys.events.past;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import tiphys.manifest.Value;

/// What faces may do with recorded events. Answers are in the JSON of docs/api.md. Safe for every thread.
public interface Past {
    /// What giving these events to the sensors again would do, as far as it can be said: by the triggers as they are now, and
    /// without asking whether their objects can be made. Bounded in events, bytes and time; the answer says if it is not all.
    ///
    /// @param again the replay's name, if events that fired are meant, too
    CompletableFuture<Value.Mapping> plan(Selection events, Optional<String> again);

    /// Gives some of these events to the sensors again.
    ///
    /// What made an object already, or is about to, is passed over. With a name it is given, too, but by that name once:
    /// where each trigger stands in it is recorded with what it decides. So a step may be repeated blindly.
    ///
    /// @param after the sequence after which to go on
    /// @param most how many events at most
    CompletableFuture<Value.Mapping> replay(Selection events, Optional<String> again, long after, int most);

    /// What a sensor that is not deployed would have done with these events, against what is recorded of a deployed one.
    /// Nothing is recorded, nothing made. Bounded in events, bytes and time; the answer says if it is not all.
    ///
    /// @param sensor the Sensor object
    /// @param against the name of the deployed sensor
    /// @param samples how many differences of each kind are told in full
    CompletableFuture<Value.Mapping> whatIf(Value.Mapping sensor, String against, Selection events, int samples);
}
