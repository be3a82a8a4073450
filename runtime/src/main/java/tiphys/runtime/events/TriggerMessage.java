package tiphys.runtime.events;

import java.util.List;
import tiphys.events.sensor.SensorSpec;
import tiphys.events.sensor.TriggerSpec;
import tiphys.events.trigger.TriggerCommand;

/// What a trigger's actor is told.
sealed interface TriggerMessage {
    /// A command of the rules.
    record Decide(TriggerCommand command) implements TriggerMessage {}

    /// Events from the sources, oldest first; those that were dealt with are skipped.
    ///
    /// @param upTo where the cursor stands when all of them were dealt with
    record Consume(SensorSpec sensor, TriggerSpec trigger, List<SourceFeed.Heard> events, long upTo, int mostFirings)
            implements TriggerMessage {}

    /// The sensor is gone: close the stream as soon as no firing is open.
    record Retire() implements TriggerMessage {}
}
