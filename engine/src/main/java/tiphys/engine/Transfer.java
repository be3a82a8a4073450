package tiphys.engine;

import java.util.List;

/// What came of moving an attempt's artifacts, all of one direction.
///
/// @param moved those that are where they should be; an optional one that was not there is not among them
/// @param problems why others are not, in Argo's words where it has some; empty if all went well
public record Transfer(
        AttemptId attempt, Direction direction, Result result, List<Moved> moved, List<String> problems) {
    public Transfer {
        moved = List.copyOf(moved);
        problems = List.copyOf(problems);
    }

    /// Between where they are kept and the step.
    public enum Direction {
        /// Into the step, before its order is given.
        IN,
        /// Out of the step, after its end is recorded.
        OUT
    }

    /// How it went.
    public enum Result {
        DONE,
        FAILED,
        /// The step's deadline passed meanwhile.
        DEADLINE
    }

    /// One artifact.
    ///
    /// @param bytes as its files take, not as it is packed
    public record Moved(String name, long bytes) {}
}
