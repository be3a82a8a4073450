package tiphys.events.cron;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tiphys.language.cron.CronSchedule;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;

/// A CronWorkflow object as it was read.
///
/// @param object the whole object
/// @param texts the schedules as they are written
/// @param schedules those that can be read; empty if one of them cannot
/// @param timezone as it is written; empty for the machine's own
/// @param deadlineSeconds how late a run may begin; 0 if the object does not say
/// @param when a condition of each run; empty for none
/// @param stop an expression: once it holds, nothing is started any more; empty for none
/// @param keepSucceeded how many runs that succeeded are kept
/// @param keepFailed how many runs that did not succeed are kept
/// @param problems what is wrong with it; an error keeps it from running
public record CronSpec(
        Value.Mapping object,
        List<String> texts,
        List<CronSchedule> schedules,
        String timezone,
        Policy policy,
        boolean suspended,
        long deadlineSeconds,
        String when,
        String stop,
        int keepSucceeded,
        int keepFailed,
        List<Diagnostic> problems) {

    /// What happens when a run is due while others of it are active.
    public enum Policy {
        /// It begins beside them.
        ALLOW,
        /// It does not begin.
        FORBID,
        /// They are terminated.
        REPLACE
    }

    public CronSpec {
        texts = List.copyOf(texts);
        schedules = List.copyOf(schedules);
        problems = List.copyOf(problems);
    }

    public String name() {
        return object.textAt("metadata", "name").orElse("");
    }

    public String namespace() {
        return object.textAt("metadata", "namespace").orElse("");
    }

    public String uid() {
        return object.textAt("metadata", "uid").orElse("");
    }

    public Value.Mapping spec() {
        return object.mapAt("spec");
    }

    /// Why nothing can be started, if so.
    public Optional<String> problem() {
        return problems.stream()
                .filter(one -> one.severity() == Diagnostic.Severity.ERROR)
                .map(Diagnostic::message)
                .findFirst();
    }

    /// What a change of would make other times due.
    String fingerprint() {
        return timezone + "\n" + String.join("\n", texts);
    }

    /// The first instant after another one at which a run is due.
    ///
    /// @param since what the pauses of `@every` are counted from
    public Optional<Instant> next(Instant after, Instant since) {
        return schedules.stream()
                .flatMap(schedule -> schedule.next(after, since).stream())
                .min(Comparator.naturalOrder());
    }
}
