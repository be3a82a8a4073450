package tiphys.engine.run.state;

import java.util.List;

/// What became of a command.
public sealed interface Decision {
    /// It led to these facts, which are applied already. None means that there was nothing to do.
    record Accepted(List<RunFact> facts) implements Decision {
        public Accepted {
            facts = List.copyOf(facts);
        }
    }

    /// It cannot be done; nothing changed.
    record Refused(String message) implements Decision {}
}
