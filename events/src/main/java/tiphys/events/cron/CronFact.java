package tiphys.events.cron;

import java.time.Instant;

/// What the decisions about a CronWorkflow record.
public sealed interface CronFact {

    /// From now on these schedules count: they are new, others than before, or are heeded again after a suspension.
    record Scheduled(String schedules) implements CronFact {}

    /// Nothing is started while it is suspended; what would be due is not recorded one by one.
    record Suspended() implements CronFact {}

    /// Times passed without a run, because nobody was there to start it and it would be too late now.
    ///
    /// @param count at least so many
    record Missed(Instant first, Instant last, int count, String why) implements CronFact {}

    /// A run was due and was made, in the same transaction as this.
    record Started(Instant due, String name, String uid) implements CronFact {}

    /// A run was due and was not made.
    record Skipped(Instant due, String why) implements CronFact {}

    /// A run was due and could not be made.
    record Refused(Instant due, String error) implements CronFact {}

    /// A run that somebody else made in its name, as `argo submit --from` does.
    record Joined(String name, String uid) implements CronFact {}

    /// A run is to be terminated, for another one takes its place.
    record Replaced(String uid) implements CronFact {}

    /// A run is over.
    record RunEnded(String uid, String phase) implements CronFact {}

    /// A run's object is gone.
    record RunGone(String uid) implements CronFact {}

    /// The stop strategy holds: nothing is started any more.
    record Stopped(String why) implements CronFact {}
}
