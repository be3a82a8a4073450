package tiphys.attempts;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tiphys.engine.AttemptId;
import tiphys.engine.StepReport;

/// What is kept of an attempt that is over: enough to repeat all its reports.
public record Outcome(Optional<StepReport.Started> started, StepReport.Ended end) {

    /// Of an attempt that never began.
    public static Outcome unstarted(AttemptId attempt, Instant at, StepReport.Ending ending) {
        return new Outcome(Optional.empty(), new StepReport.Ended(attempt, at, ending));
    }

    /// What there is to say.
    public List<StepReport> reports() {
        return started.<List<StepReport>>map(start -> List.of(start, end)).orElseGet(() -> List.of(end));
    }
}
