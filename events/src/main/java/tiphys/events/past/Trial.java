package tiphys.events.past;

import java.time.Instant;
import java.util.List;
import tiphys.events.Event;
import tiphys.events.sensor.SensorSpec;
import tiphys.events.sensor.TriggerSpec;
import tiphys.events.trigger.Trigger;
import tiphys.events.trigger.TriggerCommand;
import tiphys.events.trigger.TriggerFact;
import tiphys.events.trigger.TriggerView;
import tiphys.events.verdict.Clause;

/// One trigger's decisions about events, by the rules that decide when it counts, and without an effect: nothing is
/// recorded, nothing made. It holds what the trigger would hold, so events are given in their order. Not safe for several
/// threads.
public final class Trial {
    private final SensorSpec sensor;
    private final TriggerSpec trigger;
    private final Trigger state;

    private Trial(SensorSpec sensor, TriggerSpec trigger, Trigger state) {
        this.sensor = sensor;
        this.trigger = trigger;
        this.state = state;
    }

    /// A trigger that heard nothing yet.
    public static Trial fresh(SensorSpec sensor, TriggerSpec trigger) {
        return new Trial(sensor, trigger, Trigger.fresh());
    }

    /// A trigger that goes on from what it holds.
    ///
    /// @param snapshot as [Trigger#snapshot] wrote it
    public static Trial from(SensorSpec sensor, TriggerSpec trigger, byte[] snapshot) {
        return new Trial(sensor, trigger, Trigger.restore(snapshot));
    }

    /// What an event leads to.
    public sealed interface Outcome {
        /// The trigger does not listen to it.
        record Unheard() implements Outcome {}

        /// It did not pass.
        record Filtered(List<Clause> clauses) implements Outcome {
            public Filtered {
                clauses = List.copyOf(clauses);
            }
        }

        /// It passed, and others are awaited.
        record Waits(TriggerFact.Held held) implements Outcome {}

        /// The condition held; the fact has the object, or why there is none.
        record Fires(TriggerFact.Fired fired) implements Outcome {}
    }

    /// Gives it an event for the first time.
    public Outcome give(Event event, Instant at) {
        return told(new TriggerCommand.Consume(sensor, trigger, List.of(event), Integer.MAX_VALUE), at);
    }

    /// Gives it an event once more, as a replay does.
    public Outcome giveAgain(Event event, Instant at) {
        return told(new TriggerCommand.Replay(sensor, trigger, event), at);
    }

    private Outcome told(TriggerCommand command, Instant at) {
        for (var fact : state.handle(command, at).facts()) {
            if (fact instanceof TriggerFact.Fired fired) {
                if (fired.error().isEmpty()) { // else it would be open for ever
                    state.handle(new TriggerCommand.ReportMade(fired.firing(), "", "", "", "", 1), at);
                }
                return new Outcome.Fires(fired);
            }
            if (fact instanceof TriggerFact.Held held) {
                return new Outcome.Waits(held);
            }
            if (fact instanceof TriggerFact.Filtered filtered) {
                return new Outcome.Filtered(filtered.samples().getLast().clauses());
            }
        }
        return new Outcome.Unheard();
    }

    /// Which trigger.
    public TriggerSpec trigger() {
        return trigger;
    }

    /// What it holds now.
    public TriggerView view() {
        return state.view();
    }
}
