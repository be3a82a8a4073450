package tiphys.events.trigger;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.events.Event;
import tiphys.events.verdict.Clause;

/// What a trigger's state shows.
public interface TriggerView {
    /// The sensor's name.
    String sensor();

    /// The trigger's name.
    String trigger();

    /// The sequence after which events are heard.
    long after();

    /// An event that waits for others.
    record HeldEvent(Event event, int replay, List<Clause> clauses) {
        public HeldEvent {
            clauses = List.copyOf(clauses);
        }
    }

    /// The events that wait, by dependency.
    Map<String, HeldEvent> held();

    /// Firings whose object is neither made nor given up, in their order.
    List<TriggerFact.Fired> open();

    /// A firing that is neither made nor given up.
    Optional<TriggerFact.Fired> open(String firing);

    /// The number of the entry that records an open firing.
    long numberOf(String firing);

    /// How many firings made their object or are about to.
    long fired();

    /// How many events did not pass.
    long filtered();

    /// How many firings could not make their object.
    long failed();

    /// How many events each clause stood against.
    Map<String, Long> filteredBy();

    /// When an event last came.
    Optional<Instant> lastAt();
}
