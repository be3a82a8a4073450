package tiphys.events.cron;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import tiphys.language.cron.CronSchedule;
import tiphys.manifest.Value;
import tiphys.objects.ResourceTypes;

/// What others see of a CronWorkflow: the status of its object, as Argo writes it, and its page in the API.
public final class CronView {
    private static final int MOST_NEXT = 10;

    private CronView() {}

    /// The object's status.
    public static Value.Mapping status(CronSpec spec, CronState state) {
        var active = state.active().stream().map(run -> reference(spec, run)).toList();
        var status =
                Value.object(
                        "active",
                        active,
                        "succeeded",
                        state.succeeded(),
                        "failed",
                        state.failed(),
                        "phase",
                        state.stopped() ? "Stopped" : "Active");
        if (state.lastScheduled().isPresent()) {
            status = status.with("lastScheduledTime", state.lastScheduled().get().toString());
        }
        var conditions = conditions(spec, state);
        return conditions.isEmpty() ? status : status.with("conditions", Value.list(conditions));
    }

    private static Value.Mapping reference(CronSpec spec, CronState.Run run) {
        return Value.object(
                "apiVersion",
                ResourceTypes.WORKFLOW.apiVersion(),
                "kind",
                ResourceTypes.WORKFLOW.kind(),
                "name",
                run.name(),
                "namespace",
                spec.namespace(),
                "uid",
                run.uid());
    }

    private static List<Value> conditions(CronSpec spec, CronState state) {
        var conditions = new ArrayList<Value>();
        spec.problem().ifPresent(why -> conditions.add(condition("SpecError", why)));
        if (!state.error().isEmpty()) {
            conditions.add(condition("SubmissionError", state.error()));
        }
        return conditions;
    }

    private static Value condition(String type, String message) {
        return Value.object("type", type, "status", "True", "message", message);
    }

    /// The times at which the next runs are due, with what the zone's clock does to them.
    ///
    /// @param count at most ten
    public static List<Instant> next(CronSpec spec, Instant after, Instant since, int count) {
        var times = new ArrayList<Instant>();
        var next = spec.next(after, since);
        while (next.isPresent() && times.size() < Math.min(count, MOST_NEXT)) {
            times.add(next.get());
            next = spec.next(next.get(), since);
        }
        return times;
    }

    /// Sentences about hours that the zone's clock leaves out or shows twice, at which a run would be due.
    public static List<String> clockChanges(CronSpec spec, Instant after) {
        var sentences = new ArrayList<String>();
        for (CronSchedule schedule : spec.schedules()) {
            for (var change : schedule.changes(after)) {
                sentences.add(
                        change.local().truncatedTo(ChronoUnit.MINUTES)
                                + " in "
                                + schedule.zone()
                                + (change.twice()
                                        ? " comes twice: the run is due twice"
                                        : " is left out by the clock: no run is due then"));
            }
        }
        return sentences.stream().distinct().toList();
    }

    /// One row of a list, and the head of its page.
    ///
    /// @param at now
    public static Value.Mapping row(CronSpec spec, CronState state, Instant at) {
        boolean idle = spec.suspended() || state.stopped() || spec.problem().isPresent();
        var since = state.schedules().isEmpty() ? at : state.since();
        return Value.object(
                "namespace",
                spec.namespace(),
                "name",
                spec.name(),
                "uid",
                spec.uid(),
                "createdAt",
                spec.object().textAt("metadata", "creationTimestamp").orElse(""),
                "schedules",
                spec.texts(),
                "timezone",
                spec.timezone(),
                "zone",
                spec.schedules().isEmpty() ? "" : spec.schedules().getFirst().zone().toString(),
                "suspended",
                spec.suspended(),
                "phase",
                state.stopped() ? "Stopped" : "Active",
                "concurrencyPolicy",
                spec.spec().textAt("concurrencyPolicy").orElse("Allow"),
                "startingDeadlineSeconds",
                spec.deadlineSeconds(),
                "lastScheduledTime",
                state.lastScheduled().map(Instant::toString).orElse(""),
                "next",
                idle ? List.of() : next(spec, at, since, 5).stream().map(Instant::toString).toList(),
                "active",
                state.active().stream().map(CronState.Run::name).toList(),
                "succeeded",
                state.succeeded(),
                "failed",
                state.failed(),
                "message",
                spec.problem().orElse(state.error()));
    }

    /// The whole page.
    public static Value.Mapping page(CronSpec spec, CronState state, Instant at) {
        return row(spec, state, at)
                .with("when", spec.when())
                .with("stopStrategy", spec.stop())
                .with(
                        "clockChanges",
                        Value.list(clockChanges(spec, at).stream().map(text -> (Value) Value.text(text)).toList()))
                .with(
                        "history",
                        Value.list(
                                state.recent().reversed().stream()
                                        .map(told ->
                                                (Value)
                                                        Value.object(
                                                                "at",
                                                                told.at().toString(),
                                                                "due",
                                                                told.due().equals(Instant.EPOCH)
                                                                        ? ""
                                                                        : told.due().toString(),
                                                                "verdict",
                                                                told.word(),
                                                                "text",
                                                                told.text()))
                                        .toList()));
    }
}
