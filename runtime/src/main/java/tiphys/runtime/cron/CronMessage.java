package tiphys.runtime.cron;

import tiphys.events.cron.CronCommand;
import tiphys.objects.ApiObject;

/// What the actor of a CronWorkflow takes.
sealed interface CronMessage {
    /// The object is like this.
    record Respec(ApiObject object) implements CronMessage {}

    /// Decide about a command.
    record Decide(CronCommand command) implements CronMessage {}

    /// The object is gone: the stream ends.
    record Retire() implements CronMessage {}
}
