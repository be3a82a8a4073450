package tiphys.runtime.events;

import java.util.List;
import java.util.Optional;
import tiphys.events.sensor.SensorSpec;
import tiphys.events.sensor.TriggerSpec;
import tiphys.events.trigger.TriggerCommand;
import tiphys.journal.CursorMove;

/// What a trigger's actor is told.
sealed interface TriggerMessage {
    /// A command of the rules.
    record Decide(TriggerCommand command) implements TriggerMessage {}

    /// Events from the sources, oldest first; those that were dealt with are skipped.
    ///
    /// @param upTo where the cursor stands when all of them were dealt with
    record Consume(SensorSpec sensor, TriggerSpec trigger, List<SourceFeed.Heard> events, long upTo, int mostFirings)
            implements TriggerMessage {}

    /// An event once more, in a replay of many.
    ///
    /// @param once where this trigger stands in that replay when it was dealt with; one that stands there has dealt with it.
    ///     Empty for a replay that keeps no such account
    record ReplayOnce(TriggerCommand.Replay replay, Optional<CursorMove> once) implements TriggerMessage {}

    /// The sensor is gone: close the stream as soon as no firing is open.
    record Retire() implements TriggerMessage {}
}
