package tiphys.events.cron;

/// What the stream of a CronWorkflow is told. Each may be told again.
public sealed interface CronCommand {
    /// The object is like this, and it may be time.
    record Tick() implements CronCommand {}

    /// A Workflow of it is there.
    ///
    /// @param phase Argo's word; empty for one that has not begun
    record RunSeen(String uid, String name, String phase) implements CronCommand {}

    /// A Workflow of it is gone.
    record RunGone(String uid) implements CronCommand {}
}
