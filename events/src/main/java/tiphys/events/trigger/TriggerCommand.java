package tiphys.events.trigger;

import java.util.List;
import tiphys.events.Event;
import tiphys.events.action.Answer;
import tiphys.events.sensor.SensorSpec;
import tiphys.events.sensor.TriggerSpec;

/// What a trigger is told.
public sealed interface TriggerCommand {
    /// Begin to listen; without effect if it does already.
    record Listen(String sensor, String trigger, long after) implements TriggerCommand {}

    /// Deal with events, oldest first.
    ///
    /// @param mostFirings stop after so many firings; the decision says how far it came
    record Consume(SensorSpec sensor, TriggerSpec trigger, List<Event> events, int mostFirings)
            implements TriggerCommand {}

    /// Deal with an event once more.
    record Replay(SensorSpec sensor, TriggerSpec trigger, Event event) implements TriggerCommand {}

    /// The firing's object is there.
    record ReportMade(String firing, String kind, String namespace, String name, String uid, int attempts)
            implements TriggerCommand {}

    /// What the firing asks for was done.
    record ReportAnswered(String firing, String kind, Answer answer, int attempts) implements TriggerCommand {}

    /// The firing's object cannot be made, or what else it asks for cannot be done.
    record ReportFailed(String firing, String message, Answer answer, int attempts) implements TriggerCommand {}
}
