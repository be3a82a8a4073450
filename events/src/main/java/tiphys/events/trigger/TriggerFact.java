package tiphys.events.trigger;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.events.Event;
import tiphys.events.action.Answer;
import tiphys.events.firing.Action;
import tiphys.events.firing.Resolved;
import tiphys.events.firing.Wanted;
import tiphys.events.sensor.Execution;
import tiphys.events.verdict.Clause;
import tiphys.manifest.Value;

/// What a trigger's stream records.
public sealed interface TriggerFact {
    /// The trigger listens from now on.
    ///
    /// @param after the sequence after which events are heard
    record Listens(String sensor, String trigger, long after) implements TriggerFact {}

    /// Events did not pass: how many, which clauses stood against them, and a few of them whole.
    record Filtered(long count, Map<String, Long> clauses, List<Rejected> samples) implements TriggerFact {
        public Filtered {
            samples = List.copyOf(samples);
        }
    }

    /// An event that did not pass.
    record Rejected(String eventId, int replay, List<Clause> clauses) {
        public Rejected {
            clauses = List.copyOf(clauses);
        }
    }

    /// An event passed and waits for others.
    ///
    /// @param dependencies those that it passed
    /// @param replaced what was held in their place before
    record Held(
            Event event,
            int replay,
            List<String> dependencies,
            List<Clause> clauses,
            Map<String, Boolean> holds,
            List<Replaced> replaced)
            implements TriggerFact {
        public Held {
            dependencies = List.copyOf(dependencies);
            clauses = List.copyOf(clauses);
            replaced = List.copyOf(replaced);
        }
    }

    /// An event that waited and whose place another took.
    record Replaced(String dependency, String eventId) {}

    /// The condition held.
    ///
    /// @param eventId the event that made it hold
    /// @param account the service account in whose name the object is made
    /// @param object what is to be created; empty if `error` says why there is nothing, or if there is an action
    /// @param action what is done instead of creating an object
    /// @param execution how it is done
    /// @param deadLetter what is done if this fails
    record Fired(
            String firing,
            String eventId,
            int replay,
            List<Part> parts,
            String condition,
            Map<String, Boolean> holds,
            List<Resolved> parameters,
            String account,
            Value.Mapping object,
            Optional<Action> action,
            Execution execution,
            Optional<DeadLetter> deadLetter,
            String error,
            List<Replaced> replaced)
            implements TriggerFact {
        public Fired {
            parts = List.copyOf(parts);
            parameters = List.copyOf(parameters);
            replaced = List.copyOf(replaced);
        }
    }

    /// What is done for the same events if a firing fails.
    ///
    /// @param firing its own id
    record DeadLetter(String firing, Wanted wanted, Execution execution) {}

    /// Events that waited were forgotten.
    ///
    /// @param schedule whose time came
    record Forgot(String schedule, List<Replaced> events) implements TriggerFact {
        public Forgot {
            events = List.copyOf(events);
        }
    }

    /// An event of a firing, and why it counted.
    record Part(String dependency, String eventId, List<Clause> clauses) {
        public Part {
            clauses = List.copyOf(clauses);
        }
    }

    /// The firing's object is there.
    record Made(String firing, String kind, String namespace, String name, String uid, int attempts)
            implements TriggerFact {}

    /// What the firing asks for was done.
    record Answered(String firing, String kind, Answer answer, int attempts) implements TriggerFact {}

    /// The firing's object cannot be made, or what else it asks for cannot be done.
    ///
    /// @param answer what came back, if anything did
    record Failed(String firing, String message, Answer answer, int attempts) implements TriggerFact {}
}
