package tiphys.attempts;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import tiphys.engine.AttemptId;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.Ending;

/// What is kept of an attempt that is over: enough to repeat all its reports.
public record Outcome(Optional<StepReport.Started> started, Optional<StepReport.Used> used, StepReport.Ended end) {

    /// Of an attempt that never began.
    public static Outcome unstarted(AttemptId attempt, Instant at, Ending ending) {
        return new Outcome(Optional.empty(), Optional.empty(), new StepReport.Ended(attempt, at, ending));
    }

    /// What there is to say.
    public List<StepReport> reports() {
        return Stream.concat(started.stream(), news().stream()).toList();
    }

    /// What there is to say to those who heard of its start.
    public List<StepReport> news() {
        return Stream.concat(used.stream(), Stream.of(end)).map(StepReport.class::cast).toList();
    }

    /// The ending that was wished for, with what the process made of it.
    ///
    /// @param code its exit code; empty if it never ran
    public static Ending of(Ending wish, OptionalInt code) {
        return switch (wish) {
            case Ending.DeadlineExceeded _ -> new Ending.DeadlineExceeded(code);
            case Ending.Cancelled _ -> new Ending.Cancelled(code);
            case Ending.Exited _,
                    Ending.GroupExited _,
                    Ending.OutputsRefused _,
                    Ending.Signalled _,
                    Ending.OutOfMemory _,
                    Ending.Lost _,
                    Ending.NotStarted _,
                    Ending.Served _ ->
                    wish;
        };
    }
}
