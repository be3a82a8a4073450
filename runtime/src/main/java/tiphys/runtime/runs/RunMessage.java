package tiphys.runtime.runs;

import tiphys.engine.run.state.RunCommand;

/// What a run's actor takes.
sealed interface RunMessage {
    /// Decide about a command.
    record Decide(RunCommand command) implements RunMessage {}

    /// Answer what the run asked for and could not be answered yet.
    record Answer() implements RunMessage {}

    /// Bring the projections up to date, a second after the last time.
    record Project() implements RunMessage {}

    /// The run has ended a while ago: fold its stream.
    record Fold() implements RunMessage {}
}
